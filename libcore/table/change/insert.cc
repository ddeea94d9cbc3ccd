#include "libcore/table/change/insert.h"

#include <utility>

#include "libcore/base/error.h"
#include "libcore/table/change/fit_rows.h"
#include "libcore/table/change/retry_change.h"
#include "libcore/table/create.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/schema_text.h"

namespace penstock {
namespace {

TableChanged create(Operator& input, const Insertion& how) {
  TableLayout layout;
  layout.format = how.format;
  const TableWritten written = create_table(
      input, {.folder = how.folder, .layout = layout, .spill = how.spill, .sync = how.sync});
  return {.version = written.version, .inserted = written.rows};
}

void add_columns(const SchemaPtr& schema, const TableState& began, const TableLayout& layout,
                 VersionActions& actions) {
  actions.metadata = began.metadata;
  actions.metadata->schema_text = encode_schema_text(*schema);
  TableProtocol protocol = widened(began.protocol, needs_of(layout), *schema);
  if (protocol != began.protocol) actions.protocol = std::move(protocol);
}

}  // namespace

TableChanged insert_rows(Operator& input, const Insertion& how) {
  const TableLog log(how.folder);
  if (log.latest() < 0) {
    if (how.creates) return create(input, how);
    throw Error::of_input(log.folder() +
                          ": is not a table; make one with --create, or with ppartition -o");
  }
  const TableState began = read_to_change(log, true);
  const TableLayout layout = layout_of(began.metadata, *began.schema);
  const bool is_arrow = layout.format == TableFormat::kArrow;
  const SchemaPtr schema =
      fitted_schema(*began.schema, *input.schema(), {how.adds_columns, !is_arrow});
  const OperatorPtr fitted = fit_rows(input, schema);
  TableChange change;
  change.actions.info = info_of_change("WRITE");
  if (schema->size() > began.schema->size()) add_columns(schema, began, layout, change.actions);
  change.owns_added = true;
  change.actions.added = write_changed(*fitted, began, layout, how);
  const std::vector<DataFile> added = change.actions.added;
  TableChanged changed{.version = began.version,
                       .partitions = count_partitions({}, added),
                       .is_partitioned = has_partitions(began, layout)};
  for (const DataFile& file : added)
    changed.inserted += rows_of(file).value_or(0);
  if (added.empty() && !change.actions.metadata) return changed;
  TableState with_columns = with_files(began, {});
  with_columns.schema = schema;
  change.files_beside = index_added(with_columns, added, how);
  const CommitOutcome outcome =
      commit(log, began, std::move(change), {how.retries, how.sync == Sync::kYes});
  if (!outcome.version) {
    throw Error::of_input(log.folder() + ": " + outcome.conflict + "; no row was inserted");
  }
  changed.version = *outcome.version;
  changed.rebases = outcome.rebases;
  changed.versions_between = outcome.versions_between;
  changed.note = outcome.note;
  return changed;
}

}  // namespace penstock
