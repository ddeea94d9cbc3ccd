#include "libcore/table/choose_files.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "libcore/data/builder.h"
#include "libcore/data/hash.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/prune/may_match.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/value_column.h"

namespace penstock {
namespace {

// The partitions in which the keys of the condition are; empty when it does not say.
std::optional<std::set<int32_t>> partitions_of(const Expression& condition, const Schema& schema,
                                               const TableLayout& layout) {
  if (!layout.partitioning || layout.partitioning->kind != PartitionKind::kHash) {
    return std::nullopt;
  }
  std::vector<size_t> columns;
  for (const SortKey& key : layout.partitioning->keys)
    columns.push_back(schema.index_of(key.name));
  const std::optional<Batch> keys = equal_keys(condition, schema, columns);
  if (!keys) return std::nullopt;
  std::set<int32_t> partitions;
  if (keys->rows == 0) return partitions;
  for (const uint64_t hash : key_hashes(keys->columns))
    partitions.insert(partition_of_hash(hash, layout.partitioning->partitions));
  return partitions;
}

// How many rows of each file are null, of which all or none are.
ColumnPtr null_counts(const Column& values, const Column& rows) {
  FixedBuilder<int64_t> counts;
  for (int64_t i = 0; i < values.length; ++i) {
    if (values.is_valid(i)) {
      counts.append(0);
    } else if (rows.is_valid(i)) {
      counts.append(rows.data<int64_t>()[i]);
    } else {
      counts.append_null();
    }
  }
  return counts.finish(int64_type());
}

// The values of partition columns are bounds that no file passes.
void add_partition_values(const TableState& state, Zones& zones) {
  for (const std::string& name : state.metadata.partition_columns) {
    const size_t column = state.schema->index_of(name);
    const ColumnPtr values = partition_column(state.files, (*state.schema)[column]);
    zones.columns[column] = {values, values, null_counts(*values, *zones.rows)};
  }
}

}  // namespace

std::vector<bool> choose_files(const TableState& state, const TableLayout& layout,
                               const ExpressionText& where) {
  std::vector<bool> chosen(state.files.size(), true);
  if (where.empty()) return chosen;
  const Schema& schema = *state.schema;
  const ExpressionPtr condition = bind_predicate(where, schema);
  const auto partitions = partitions_of(*condition, schema, layout);
  std::vector<size_t> used;
  for (const std::string& name : referenced_columns(where, schema))
    used.push_back(schema.index_of(name));
  Zones zones = zones_of(state.files, schema, used);
  add_partition_values(state, zones);
  const std::vector<bool> by_bounds = may_match(*condition, zones);
  for (size_t i = 0; i < chosen.size(); ++i) {
    const std::optional<int32_t> partition = partition_of(state.files[i], layout);
    const bool is_elsewhere = partitions && partition && !partitions->contains(*partition);
    chosen[i] = by_bounds[i] && !is_elsewhere;
  }
  return chosen;
}

}  // namespace penstock
