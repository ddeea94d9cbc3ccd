// ptable: keeps a table in good order: its versions, its statistics, its files.
#include <functional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/cli/program.h"
#include "libcore/stage/describe.h"
#include "tools/programs/stages.h"
#include "tools/programs/upkeep_options.h"
#include "tools/programs/upkeep_runs.h"

namespace penstock {
namespace {

constexpr CommandText kText{
    "ptable",
    "[--history] [--stats] [--check] [--as-of VERSION] [--vacuum] [--older-than AGE] [--dry-run] "
    "[--compact] [--target-size SIZE] [--repartition] "
    "[--hash|--range|--round-robin|--by=KEYS|--undivided] [-k KEYS] [-n N] [--sort KEYS] [-c COLS] "
    "[--retries N] [-S SIZE] [-T DIR] [-t FORMAT] [-o FILE] TABLE",
    "show the versions and the partitions of a table, check its files, and put them in order"};

}  // namespace

int run_ptable(const Invocation& invocation) {
  Command command(kText);
  Upkeep upkeep;
  Answers answers;
  command.group(OptionGroup::kOperation);
  add_upkeep_options(command, upkeep);
  answers.add_options(command);
  const std::vector<std::string> operands = command.parse(invocation.argc, invocation.argv);
  if (answers.is_asked()) {
    print_answer(answers, command, [&] { return program_description_json(command, "upkeep"); });
    return 0;
  }
  require_one_upkeep(upkeep, command);
  if (operands.empty()) throw Error::usage("TABLE is missing");
  if (operands.size() > 1) throw Error::usage("too many operands: '" + operands[1] + "'");
  upkeep.folder = operands[0];
  const auto nothing = [](const std::string&) {};
  const auto say = [](const std::string& text) { print_note(kText.name, text); };
  const UpkeepNotes notes{[](const std::string& text) { print_failure(kText.name, text); },
                          answers.quiet ? std::function(nothing) : say,
                          answers.verbose ? std::function(say) : nothing};
  return run_upkeep(upkeep, notes);
}

}  // namespace penstock
