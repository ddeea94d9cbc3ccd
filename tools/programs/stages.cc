#include "tools/programs/stages.h"

#include <array>
#include <string>
#include <vector>

#include "libcore/base/check.h"

namespace penstock {

std::span<const StageProgram> stage_programs() {
  static constexpr std::array kPrograms{
      StageProgram{"pagg", run_pagg},
      StageProgram{"pexchange", run_pexchange},
      StageProgram{"pfilter", run_pfilter},
      StageProgram{"phead", run_phead},
      StageProgram{"pjoin", run_pjoin},
      StageProgram{"pmerge", run_pmerge},
      StageProgram{"ppartition", run_ppartition},
      StageProgram{"pprint", run_pprint},
      StageProgram{"pproject", run_pproject},
      StageProgram{"pscan", run_pscan},
      StageProgram{"psort", run_psort},
  };
  return kPrograms;
}

namespace {

void ask(const std::vector<std::string>& words, std::string* description, SchemaPtr* schema) {
  std::vector<const char*> argv;
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  for (const StageProgram& program : stage_programs()) {
    if (program.name != words[0]) continue;
    program.run({static_cast<int>(argv.size()), argv.data(), nullptr, description, schema});
    return;
  }
  PENSTOCK_CHECK(false);
}

}  // namespace

ToolQuestions stage_questions() {
  ToolQuestions questions;
  questions.describe = [](const std::vector<std::string>& words) {
    std::string description;
    ask(words, &description, nullptr);
    return description;
  };
  questions.schema = [](const std::vector<std::string>& words) {
    SchemaPtr schema;
    ask(words, nullptr, &schema);
    return schema;
  };
  return questions;
}

}  // namespace penstock
