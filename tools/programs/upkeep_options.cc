#include "tools/programs/upkeep_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/stage/shared_options.h"
#include "libcore/table/change/change_options.h"
#include "libcore/table/upkeep/vacuum.h"

namespace penstock {
namespace {

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
constexpr Option kRepartition{'\0', "repartition", "",
                              "write all rows again, divided as --hash, --range, --round-robin, "
                              "--by or --undivided says"};
constexpr Option kOlderThan{'\0', "older-than", "AGE",
                            "with --vacuum, keep the files of the versions of the last AGE, as in "
                            "7d, 12h, 30m or 45s, whatever the table's configuration says "
                            "(delta.deletedFileRetentionDuration)"};
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

bool has_given(const Command& command, OptionGroup group) {
  return std::ranges::any_of(command.given(),
                             [&](const GivenOption& given) { return given.group == group; });
}

void require_one_task(const Upkeep& upkeep) {
  const std::pair<bool, const Option*> tasks[] = {
      {upkeep.history, &kHistory}, {upkeep.stats, &kStats},
      {upkeep.check, &kCheck},     {upkeep.vacuum, &kVacuum},
      {upkeep.compact, &kCompact}, {upkeep.repartition, &kRepartition}};
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
        "the task is missing; use --history, --stats, --check, --vacuum, --compact or "
        "--repartition");
  }
}

}  // namespace

void add_upkeep_options(Command& command, Upkeep& upkeep) {
  command.add(kHistory, upkeep.history);
  command.add(kStats, upkeep.stats);
  command.add(kCheck, upkeep.check);
  command.add(kVacuum, upkeep.vacuum);
  command.add(kCompact, upkeep.compact);
  command.add(kRepartition, upkeep.repartition);
  command.add(option::kAsOf, [&](const std::string& text) { upkeep.as_of = text; });
  command.add(kOlderThan, [&](const std::string& text) { upkeep.older_than = parse_age(text); });
  command.add(kDryRun, upkeep.dry_run);
  command.add(kTargetSize,
              [&](const std::string& text) { upkeep.target_size = parse_target(text); });
  add_division_options(command, upkeep.division);
  // All of these are of a change.
  command.group(OptionGroup::kSpill);
  add_change_options(command, upkeep.change);
  add_spill_options(command, upkeep.change.spill);
  upkeep.writing.add_options(command, true);
}

void require_one_upkeep(const Upkeep& upkeep, const Command& command) {
  require_one_task(upkeep);
  if (!upkeep.as_of.empty() && !upkeep.stats && !upkeep.check) {
    throw Error::usage("--as-of is for --stats and --check");
  }
  if (upkeep.older_than && !upkeep.vacuum) throw Error::usage("--older-than is for --vacuum");
  if (upkeep.dry_run && !upkeep.vacuum) throw Error::usage("--dry-run is for --vacuum");
  if (upkeep.target_size && !upkeep.compact) throw Error::usage("--target-size is for --compact");
  if (!upkeep.repartition && gives_division(upkeep.division)) {
    throw Error::usage(
        "--hash, --range, --round-robin, --by, --undivided, -k, -n, --sort and -c are for "
        "--repartition");
  }
  if (upkeep.repartition) require_division(upkeep.division);
  const bool changes = upkeep.compact || upkeep.repartition;
  if (!changes && has_given(command, OptionGroup::kSpill)) {
    throw Error::usage("--retries, -S and -T are for --compact and --repartition");
  }
  const bool syncs_alone =
      changes && upkeep.writing.no_sync &&
      std::ranges::count(command.given(), OptionGroup::kWriting, &GivenOption::group) == 1;
  if (!upkeep.history && !upkeep.stats && !syncs_alone &&
      has_given(command, OptionGroup::kWriting)) {
    throw Error::usage("options for writing rows are for --history and --stats");
  }
}

}  // namespace penstock
