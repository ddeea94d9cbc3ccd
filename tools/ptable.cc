// ptable: keeps a table in good order: its versions, its statistics, its files.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/cli/program.h"
#include "libcore/stage/describe.h"
#include "libcore/stage/shared_options.h"
#include "libcore/table/change/change_options.h"
#include "libcore/table/upkeep/vacuum.h"
#include "tools/programs/stages.h"
#include "tools/programs/upkeep_runs.h"

namespace penstock {
namespace {

constexpr CommandText kText{
    "ptable",
    "[--history] [--stats] [--check] [--as-of VERSION] [--vacuum] [--older-than AGE] [--dry-run] "
    "[--compact] [--target-size SIZE] [--retries N] [-S SIZE] [-T DIR] [-t FORMAT] [-o FILE] "
    "TABLE",
    "show the versions and the partitions of a table, check its files, and put them in order"};

constexpr Option kHistory{'\0', "history", "", "print a row for each version, the newest first"};
constexpr Option kStats{'\0', "stats", "",
                        "print a row for each partition: files, rows, bytes, its share of the "
                        "mean, and the bounds of the first key"};
constexpr Option kCheck{'\0', "check", "",
                        "read all data files, and name each that is missing or is not as the log "
                        "says; the status is then 1"};
constexpr Option kVacuum{'\0', "vacuum", "",
                         "remove the files that no version of the last 7 days (see --older-than) "
                         "has"};
constexpr Option kCompact{'\0', "compact", "",
                          "write the small files of each partition again, many as one"};
constexpr Option kOlderThan{'\0', "older-than", "AGE",
                            "with --vacuum, keep the files of the versions of the last AGE, as in "
                            "7d, 12h, 30m or 45s"};
constexpr Option kDryRun{'\0', "dry-run", "",
                         "with --vacuum, print the files that would be removed, and remove none"};
constexpr Option kTargetSize{'\0', "target-size", "SIZE",
                             "with --compact, make files of about SIZE of those that have less "
                             "than half of it; 128M by default"};

int64_t parse_target(const std::string& text) {
  const auto size = parse_size(text);
  if (size && *size > 0) return *size;
  throw Error::usage("'" + text + "' is not a size, as in 128M");
}

void declare(Command& command, Upkeep& upkeep) {
  command.add(kHistory, upkeep.history);
  command.add(kStats, upkeep.stats);
  command.add(kCheck, upkeep.check);
  command.add(kVacuum, upkeep.vacuum);
  command.add(kCompact, upkeep.compact);
  command.add(option::kAsOf, [&](const std::string& text) { upkeep.as_of = text; });
  command.add(kOlderThan, [&](const std::string& text) { upkeep.older_than = parse_age(text); });
  command.add(kDryRun, upkeep.dry_run);
  command.add(kTargetSize,
              [&](const std::string& text) { upkeep.target_size = parse_target(text); });
  // All of these are for --compact.
  command.group(OptionGroup::kSpill);
  add_change_options(command, upkeep.change);
  add_spill_options(command, upkeep.change.spill);
  upkeep.writing.add_options(command, true);
}

bool has_given(const Command& command, OptionGroup group) {
  return std::ranges::any_of(command.given(),
                             [&](const GivenOption& given) { return given.group == group; });
}

void require_one_task(const Upkeep& upkeep) {
  const std::pair<bool, const Option*> tasks[] = {{upkeep.history, &kHistory},
                                                  {upkeep.stats, &kStats},
                                                  {upkeep.check, &kCheck},
                                                  {upkeep.vacuum, &kVacuum},
                                                  {upkeep.compact, &kCompact}};
  const Option* chosen = nullptr;
  for (const auto& [is_chosen, option] : tasks) {
    if (!is_chosen) continue;
    if (chosen != nullptr) {
      throw Error::usage(fmt::format("--{} excludes --{}", chosen->name, option->name));
    }
    chosen = option;
  }
  if (chosen == nullptr) {
    throw Error::usage(
        "the task is missing; use --history, --stats, --check, --vacuum or --compact");
  }
}

void require_valid(const Upkeep& upkeep, const Command& command) {
  require_one_task(upkeep);
  if (!upkeep.as_of.empty() && !upkeep.stats && !upkeep.check) {
    throw Error::usage("--as-of is for --stats and --check");
  }
  if (upkeep.older_than && !upkeep.vacuum) throw Error::usage("--older-than is for --vacuum");
  if (upkeep.dry_run && !upkeep.vacuum) throw Error::usage("--dry-run is for --vacuum");
  if (upkeep.target_size && !upkeep.compact) throw Error::usage("--target-size is for --compact");
  if (!upkeep.compact && has_given(command, OptionGroup::kSpill)) {
    throw Error::usage("--retries, -S and -T are for --compact");
  }
  const bool syncs_alone =
      upkeep.compact && upkeep.writing.no_sync &&
      std::ranges::count(command.given(), OptionGroup::kWriting, &GivenOption::group) == 1;
  if (!upkeep.history && !upkeep.stats && !syncs_alone &&
      has_given(command, OptionGroup::kWriting)) {
    throw Error::usage("options for writing rows are for --history and --stats");
  }
}

}  // namespace

int run_ptable(const Invocation& invocation) {
  Command command(kText);
  Upkeep upkeep;
  Answers answers;
  command.group(OptionGroup::kOperation);
  declare(command, upkeep);
  answers.add_options(command);
  const std::vector<std::string> operands = command.parse(invocation.argc, invocation.argv);
  if (answers.is_asked()) {
    print_answer(answers, command, [&] { return program_description_json(command, "upkeep"); });
    return 0;
  }
  require_valid(upkeep, command);
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
