#include "tools/programs/penstock.h"

#include <sys/prctl.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/suggest.h"
#include "libcore/cli/program.h"
#include "libcore/cli/stage_chain.h"
#include "libcore/command/answers.h"
#include "libcore/command/command.h"
#include "libcore/flow/stage_process.h"
#include "tools/programs/stages.h"

namespace penstock {
namespace {

constexpr CommandText kText{"penstock", "TOOL [ARGUMENT...]",
                            "the operators of a parallel database as small programs"};
constexpr Option kList{'\0', "list", "", "print the names of the tools, one a line"};
constexpr Option kStages{'\0', "stages", "",
                         "print the names of the tools that can be stages of a pipeline"};

std::vector<std::string> names_of(std::span<const StageProgram> programs) {
  std::vector<std::string> names;
  for (const StageProgram& program : programs)
    names.emplace_back(program.name);
  return names;
}

// The names with `between` behind each but the last.
std::string joined(std::span<const StageProgram> programs, const char* between) {
  std::string text;
  for (const std::string& name : names_of(programs))
    text += (text.empty() ? "" : between) + name;
  return text;
}

const StageProgram* find_tool(std::string_view name) {
  for (const StageProgram& program : all_programs()) {
    if (program.name == name) return &program;
  }
  return nullptr;
}

Error unknown_tool(const std::string& name) {
  return Error::usage("'" + name + "' is not one of its tools" +
                      did_you_mean(name, names_of(all_programs())));
}

// Called by its own name, with options of its own or nothing. Returns the exit status.
int answer(int argc, const char* const* argv) {
  Command command(kText);
  bool list = false, stages = false, help = false, version = false;
  command.group(OptionGroup::kOther);
  command.add(kList, list);
  command.add(kStages, stages);
  command.add_answer(option::kHelp, help);
  command.add_answer(option::kVersion, version);
  std::vector<std::string> operands = command.parse(argc, argv);
  if (!operands.empty()) {
    throw Error::usage("'" + operands[0] + "' is not the first word, where a tool's name stands");
  }
  if (help) {
    print_text(help_text(command) + "\nTools, each with a --help of its own:\n  " +
               joined(all_programs(), "\n  ") + "\n");
  } else if (version) {
    print_text(version_text(kText));
  } else if (list) {
    print_text(joined(all_programs(), "\n") + "\n");
  } else if (stages) {
    print_text(joined(stage_programs(), "\n") + "\n");
  } else {
    throw Error::usage("TOOL is missing; it is one of " + joined(all_programs(), ", "));
  }
  return 0;
}

[[noreturn]] void run_program_of(const StageProgram& tool, int argc, char** argv) {
  run_program(tool.name, [&] { return tool.run({argc, argv}); });
}

}  // namespace

int run_penstock(std::span<char*> words) {
  char** argv = words.data();
  const auto argc = static_cast<int>(words.size());
  auto stages = stages_of_process(words);
  if (!stages.empty()) StageChain(std::move(stages), stage_programs()).run();

  std::string called = argc > 0 ? argv[0] : kText.name;
  called.erase(0, called.rfind('/') + 1);
  // So that ps and top show the tool, and not the loader that runs it.
  if (loader_address() == 0) prctl(PR_SET_NAME, called.c_str());
  if (const StageProgram* tool = find_tool(called)) run_program_of(*tool, argc, argv);
  if (called == kText.name && argc > 1 && argv[1][0] != '-') {
    if (const StageProgram* tool = find_tool(argv[1])) {
      // So that ps and top show the tool, as where it is called by its name.
      prctl(PR_SET_NAME, tool->name);
      run_program_of(*tool, argc - 1, argv + 1);
    }
  }
  run_program(kText.name, [&] {
    if (called != kText.name) throw unknown_tool(called);
    if (argc > 1 && argv[1][0] != '-') throw unknown_tool(argv[1]);
    return answer(argc, argv);
  });
}

}  // namespace penstock
