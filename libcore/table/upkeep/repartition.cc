#include "libcore/table/upkeep/repartition.h"

#include <algorithm>
#include <utility>

#include "libcore/data/column_list.h"
#include "libcore/partition/find_bounds.h"
#include "libcore/partition/range_bounds.h"
#include "libcore/table/change/retry_change.h"
#include "libcore/table/scan.h"

namespace penstock {
namespace {

// The bounds of a state's rows. Only the key columns are read, so that no row waits on the disk.
Batch bounds_of(const TableState& state, const PartitionOptions& partitioning,
                const std::string& folder) {
  std::vector<std::string> names;
  for (const SortKey& key : partitioning.keys)
    names.push_back(key.name);
  ScanOptions options;
  options.text.columns = ColumnList(names);
  return even_bounds(*open_files(folder, state, options), partitioning);
}

// The values of partition columns are in no file, and so in no group.
void leave_out(const std::vector<std::string>& columns,
               std::vector<std::vector<std::string>>& groups) {
  const auto is_left_out = [&](const std::string& name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  for (std::vector<std::string>& group : groups)
    std::erase_if(group, is_left_out);
  std::erase_if(groups, [](const std::vector<std::string>& group) { return group.empty(); });
}

TableMetadata metadata_of(const TableState& state, TableLayout layout, const Repartition& how) {
  const Schema& schema = *state.schema;
  if (!how.sort.empty()) layout.sort = how.sort;
  for (const SortKey& key : layout.sort)
    (void)schema.index_of(key.name);
  layout.partitioning = how.partitioning;
  if (!how.columns.empty()) {
    layout.groups = choose_groups(how.columns, how.partition_columns, schema);
    require_groups(layout, how.partition_columns, schema);
  }
  leave_out(how.partition_columns, layout.groups);
  if (layout.partitioning) {
    PartitionOptions& partitioning = *layout.partitioning;
    require_partition_keys(partitioning, schema);
    if (how.bounds) {
      partitioning.bounds = parse_bounds(*how.bounds, schema, partitioning.keys);
    } else if (partitioning.kind == PartitionKind::kRange && partitioning.partitions > 1) {
      partitioning.bounds = bounds_of(state, partitioning, how.folder);
    }
  }
  TableMetadata metadata = state.metadata;
  metadata.partition_columns = how.partition_columns;
  set_layout(layout, metadata.configuration);
  return metadata;
}

}  // namespace

Repartitioned repartition_table(const Repartition& how) {
  const TableChanged changed = retry_change(
      "REPARTITION", how,
      [&](const TableState& state, const TableLayout& layout, TableChanged&) {
        RowsChange change;
        change.metadata = metadata_of(state, layout, how);
        TableProtocol protocol = widened(
            state.protocol, needs_of(layout_of(*change.metadata, *state.schema)), *state.schema);
        if (protocol != state.protocol) change.protocol = std::move(protocol);
        change.read = state.files;
        change.removed = state.files;
        change.rows = open_files(how.folder, state, {});
        change.would_have_read = [](const DataFile&) { return true; };
        return change;
      },
      ChangeOf::kFiles);
  return {changed.version, changed.files, changed.new_files};
}

}  // namespace penstock
