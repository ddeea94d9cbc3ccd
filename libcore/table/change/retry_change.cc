#include "libcore/table/change/retry_change.h"

#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/expr/expression.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/scan.h"

namespace penstock {
namespace {

// The columns of a condition; another one where it has none, so that rows can be counted.
std::vector<std::string> columns_to_count(const TableState& state, const ExpressionText& where) {
  std::vector<std::string> names;
  if (!where.empty()) names = referenced_columns(where, *state.schema);
  if (names.empty()) names.push_back((*state.schema)[0].name);
  return names;
}

int64_t count_rows(Operator& rows) {
  int64_t count = 0;
  while (const std::optional<Batch> batch = rows.next())
    count += batch->rows;
  return count;
}

// What the table is for the files that the change adds.
TableState state_for_added(const TableState& began, const RowsChange& planned) {
  TableState state = with_files(began, {});
  if (planned.metadata) state.metadata = *planned.metadata;
  return state;
}

// Writes the rows of the change, and ends them.
std::vector<DataFile> write_planned(RowsChange& planned, const TableState& state,
                                    const ChangeOptions& options) {
  const OperatorPtr rows = std::move(planned.rows);
  if (!rows) return {};
  return write_changed(*rows, state, layout_of(state.metadata, *state.schema), options,
                       planned.partition);
}

TableChange change_of(const RowsChange& planned, std::vector<DataFile> added,
                      const std::string& operation, ChangeOf what) {
  TableChange change;
  change.actions.info = info_of_change(operation);
  change.actions.removed = removals_of(planned.removed);
  change.actions.added = std::move(added);
  change.actions.metadata = planned.metadata;
  change.actions.protocol = planned.protocol;
  change.owns_added = true;
  for (RemovedFile& file : change.actions.removed)
    file.changes_data = what == ChangeOf::kRows;
  for (DataFile& file : change.actions.added)
    file.changes_data = what == ChangeOf::kRows;
  for (const DataFile& file : planned.read)
    change.read_files.insert(file.path);
  change.would_have_read = planned.would_have_read;
  return change;
}

// Makes the change once. Returns why it is lost; empty where it is not.
std::string try_change(const TableLog& log, const std::string& operation,
                       const ChangeOptions& options, const PlanChange& plan, ChangeOf what,
                       TableChanged& changed) {
  const TableState began = read_to_change(log, what == ChangeOf::kFiles);
  const TableLayout layout = layout_of(began.metadata, *began.schema);
  changed = {.version = began.version, .is_partitioned = has_partitions(began, layout)};
  RowsChange planned = plan(began, layout, changed);
  const TableState becomes = state_for_added(began, planned);
  const std::vector<DataFile> added = write_planned(planned, becomes, options);
  if (planned.removed.empty() && added.empty() && !planned.metadata) return {};
  changed.partitions = count_partitions(planned.removed, added);
  changed.files = std::ssize(planned.removed);
  changed.new_files = std::ssize(added);
  TableChange change = change_of(planned, added, operation, what);
  change.files_beside = index_added(becomes, added, options);
  const CommitOutcome outcome =
      commit(log, began, std::move(change), {options.retries, options.sync == Sync::kYes});
  if (!outcome.version) return outcome.conflict;
  changed.version = *outcome.version;
  changed.rebases = outcome.rebases;
  changed.versions_between = outcome.versions_between;
  changed.note = outcome.note;
  return {};
}

}  // namespace

TableChanged retry_change(const std::string& operation, const ChangeOptions& options,
                          const PlanChange& plan, ChangeOf what) {
  const TableLog log(options.folder);
  for (int64_t attempt = 0;; ++attempt) {
    TableChanged changed;
    const std::string conflict = try_change(log, operation, options, plan, what, changed);
    if (conflict.empty()) return changed;
    if (attempt == options.retries) {
      throw Error::of_input(log.folder() + ": " + conflict + "; nothing was changed");
    }
  }
}

TableState with_files(const TableState& state, std::vector<DataFile> files) {
  TableState some;
  some.version = state.version;
  some.protocol = state.protocol;
  some.metadata = state.metadata;
  some.schema = state.schema;
  some.schemas = state.schemas;
  some.files = std::move(files);
  return some;
}

std::vector<int64_t> count_matches(const TableState& state, const std::vector<DataFile>& files,
                                   const ExpressionText& where, const std::string& folder) {
  std::vector<int64_t> counts;
  ScanOptions options;
  options.where = where;
  options.text.columns = ColumnList(columns_to_count(state, where));
  for (const DataFile& file : files) {
    std::optional<int64_t> known;
    if (where.empty()) known = rows_of(file);
    counts.push_back(known ? *known
                           : count_rows(*open_files(folder, with_files(state, {file}), options)));
  }
  return counts;
}

}  // namespace penstock
