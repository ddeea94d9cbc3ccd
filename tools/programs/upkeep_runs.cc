#include "tools/programs/upkeep_runs.h"

#include <fmt/format.h>

#include "libcore/cli/print_rows.h"
#include "libcore/cli/program.h"
#include "libcore/table/as_of.h"
#include "libcore/table/log.h"
#include "libcore/table/upkeep/check.h"
#include "libcore/table/upkeep/compact.h"
#include "libcore/table/upkeep/history.h"
#include "libcore/table/upkeep/repartition.h"
#include "libcore/table/upkeep/stats.h"
#include "libcore/table/upkeep/vacuum.h"

namespace penstock {
namespace {

std::string files_text(int64_t count) {
  return fmt::format("{} file{}", count, count == 1 ? "" : "s");
}

std::optional<int64_t> version_of(const TableLog& log, const std::string& as_of) {
  if (as_of.empty()) return std::nullopt;
  return version_as_of(log, as_of);
}

int run_check(const TableLog& log, const Upkeep& upkeep, const UpkeepNotes& notes) {
  const TableCheck found = check_table(log, version_of(log, upkeep.as_of), notes.failure);
  notes.verbose(fmt::format("{}: version {}: {} of {} bytes read, {} damaged", log.folder(),
                            found.version, files_text(found.files), found.bytes, found.damaged));
  if (found.without_checksum > 0) {
    notes.note(fmt::format("{}: the log has no checksum of {}", log.folder(),
                           files_text(found.without_checksum)));
  }
  if (found.unnamed > 0) {
    notes.note(fmt::format("{}: {} in the directory that no version names; see --vacuum",
                           log.folder(), files_text(found.unnamed)));
  }
  return found.damaged > 0 ? 1 : 0;
}

int run_vacuum(const Upkeep& upkeep, const UpkeepNotes& notes) {
  VacuumOptions options;
  options.folder = upkeep.folder;
  options.older_than = upkeep.older_than;
  options.only_names = upkeep.dry_run;
  std::string names;
  options.tell = [&](const std::string& path) {
    if (upkeep.dry_run) {
      names += path + "\n";
    } else {
      notes.verbose(fmt::format("{}/{}: removed", upkeep.folder, path));
    }
  };
  const Vacuumed removed = vacuum_table(options);
  if (upkeep.dry_run) print_text(names);
  notes.verbose(fmt::format("{}: {} of {} bytes {}", upkeep.folder, files_text(removed.files),
                            removed.bytes, upkeep.dry_run ? "would be removed" : "removed"));
  return 0;
}

ChangeOptions change_of(const Upkeep& upkeep) {
  ChangeOptions change = upkeep.change;
  change.folder = upkeep.folder;
  change.sync = upkeep.writing.no_sync ? Sync::kNo : Sync::kYes;
  return change;
}

int run_compact(const Upkeep& upkeep, const UpkeepNotes& notes) {
  CompactOptions options{change_of(upkeep)};
  options.tell = notes.verbose;
  options.target = upkeep.target_size.value_or(kDefaultTargetBytes);
  const Compacted done = compact_table(options);
  notes.verbose(fmt::format("{}: {} written again as {}, version {}", upkeep.folder,
                            files_text(done.files), done.new_files, done.version));
  return 0;
}

int run_repartition(const Upkeep& upkeep, const UpkeepNotes& notes) {
  const SplitOptions& division = upkeep.division;
  Repartition how{change_of(upkeep)};
  how.partition_columns = division.by;
  if (division.by.empty() && !division.undivided) how.partitioning = partition_options(division);
  if (!division.samples()) how.bounds = division.range;
  how.sort = division.sort;
  how.columns = division.columns;
  const Repartitioned done = repartition_table(how);
  notes.verbose(fmt::format("{}: {} written again as {}, version {}", upkeep.folder,
                            files_text(done.files), done.new_files, done.version));
  return 0;
}

}  // namespace

int run_upkeep(const Upkeep& upkeep, const UpkeepNotes& notes) {
  if (upkeep.vacuum) return run_vacuum(upkeep, notes);
  if (upkeep.compact) return run_compact(upkeep, notes);
  if (upkeep.repartition) return run_repartition(upkeep, notes);
  const TableLog log(upkeep.folder);
  if (upkeep.check) return run_check(log, upkeep, notes);
  print_rows(
      upkeep.history ? table_history(log) : table_stats(log.read(version_of(log, upkeep.as_of))),
      upkeep.writing);
  return 0;
}

}  // namespace penstock
