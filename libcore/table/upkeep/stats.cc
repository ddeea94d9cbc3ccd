#include "libcore/table/upkeep/stats.h"

#include <compare>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/layout.h"
#include "libcore/table/upkeep/partition_files.h"
#include "libcore/table/value_column.h"

namespace penstock {
namespace {

// Also the partitions without files, where it is known that they are there.
std::vector<PartitionFiles> all_partitions(const TableState& state, const TableLayout& layout) {
  std::vector<PartitionFiles> found = files_by_partition(state, layout);
  if (!layout.partitioning) {
    if (found.empty() && state.metadata.partition_columns.empty()) found.emplace_back();
    return found;
  }
  std::vector<PartitionFiles> all;
  for (int32_t number = 0; number < layout.partitioning->partitions; ++number)
    all.emplace_back().number = number;
  for (PartitionFiles& partition : found) {
    if (partition.number) {
      all[static_cast<size_t>(*partition.number)] = std::move(partition);
    } else {
      all.push_back(std::move(partition));
    }
  }
  return all;
}

std::optional<size_t> key_column(const TableLayout& layout, const Schema& schema) {
  if (layout.partitioning && !layout.partitioning->keys.empty()) {
    return schema.find(layout.partitioning->keys[0].name);
  }
  if (!layout.sort.empty()) return schema.find(layout.sort[0].name);
  return std::nullopt;
}

std::optional<int64_t> count_rows(const PartitionFiles& partition) {
  int64_t sum = 0;
  for (const DataFile& file : partition.files) {
    const std::optional<int64_t> rows = rows_of(file);
    if (!rows || __builtin_add_overflow(sum, *rows, &sum)) return std::nullopt;
  }
  return sum;
}

// Whether a file has no value of the column, but nulls alone.
bool has_only_nulls(const Zones& zones, const ZoneColumn& column, int64_t file) {
  if (column.nulls == nullptr || column.nulls->is_null(file) || zones.rows->is_null(file)) {
    return false;
  }
  return column.nulls->data<int64_t>()[file] == zones.rows->data<int64_t>()[file];
}

// The file with the least of the bounds, or the greatest; -1 where one is not known, or none is.
RowIndex outermost(const Zones& zones, const ZoneColumn& column, const ColumnPtr& bounds,
                   bool is_max) {
  if (bounds == nullptr) return -1;
  RowIndex best = -1;
  for (RowIndex file = 0; file < zones.count; ++file) {
    if (bounds->is_null(file)) {
      if (!has_only_nulls(zones, column, file)) return -1;
      continue;
    }
    if (best < 0) {
      best = file;
      continue;
    }
    const std::weak_ordering order = compare_values(*bounds, file, *bounds, best);
    if (is_max ? std::is_gt(order) : std::is_lt(order)) best = file;
  }
  return best;
}

// A value for each partition, of the bounds of its files.
class BoundValues {
 public:
  BoundValues(const TypePtr& type, bool is_max) : is_max_(is_max) {
    parts_.push_back(make_null_column(type, 1));
  }
  void add(const Zones& zones, size_t column) {
    const ColumnPtr& bounds = is_max_ ? zones.columns[column].max : zones.columns[column].min;
    const RowIndex row = outermost(zones, zones.columns[column], bounds, is_max_);
    if (row < 0) {
      rows_.push_back({0, 0});
      return;
    }
    rows_.push_back({static_cast<int32_t>(parts_.size()), row});
    parts_.push_back(bounds);
  }
  ColumnPtr finish() const { return take_from(parts_, rows_); }

 private:
  bool is_max_;
  std::vector<ColumnPtr> parts_;  // the first is a null
  std::vector<PartRow> rows_;
};

// Columns as they are added.
class Table {
 public:
  void add(std::string name, ColumnPtr column) {
    fields_.push_back({std::move(name), column->type, true, {}});
    columns_.push_back(std::move(column));
  }
  Batch finish(size_t rows) {
    return {make_schema(std::move(fields_)), static_cast<int64_t>(rows), std::move(columns_)};
  }

 private:
  std::vector<Field> fields_;
  std::vector<ColumnPtr> columns_;
};

// What names each partition.
void add_names(const std::vector<PartitionFiles>& partitions, const TableState& state,
               const TableLayout& layout, Table& table) {
  if (layout.partitioning) {
    FixedBuilder<int64_t> numbers;
    for (const PartitionFiles& partition : partitions) {
      if (partition.number) {
        numbers.append(*partition.number);
      } else {
        numbers.append_null();
      }
    }
    table.add("partition", numbers.finish(int64_type()));
    return;
  }
  std::vector<DataFile> one_of_each;
  for (const PartitionFiles& partition : partitions)
    one_of_each.push_back(partition.files.empty() ? DataFile{} : partition.files[0]);
  for (const std::string& name : state.metadata.partition_columns) {
    const Field& field = (*state.schema)[state.schema->index_of(name)];
    table.add(name, partition_column(one_of_each, field));
  }
}

void add_counts(const std::vector<PartitionFiles>& partitions, bool has_numbers, Table& table) {
  std::vector<std::optional<int64_t>> rows;
  double sum = 0;
  double counted = 0;
  for (const PartitionFiles& partition : partitions) {
    rows.push_back(count_rows(partition));
    const bool counts = (partition.number || !has_numbers) && rows.back();
    if (!counts) continue;
    sum += static_cast<double>(*rows.back());
    ++counted;
  }
  FixedBuilder<int64_t> file_counts, row_counts, byte_counts;
  FixedBuilder<double> shares;
  for (size_t i = 0; i < partitions.size(); ++i) {
    int64_t bytes = 0;
    for (const DataFile& file : partitions[i].files)
      bytes += file.size;
    file_counts.append(std::ssize(partitions[i].files));
    byte_counts.append(bytes);
    if (rows[i]) {
      row_counts.append(*rows[i]);
    } else {
      row_counts.append_null();
    }
    if (rows[i] && sum > 0 && (partitions[i].number || !has_numbers)) {
      shares.append(static_cast<double>(*rows[i]) / (sum / counted));
    } else {
      shares.append_null();
    }
  }
  table.add("files", file_counts.finish(int64_type()));
  table.add("rows", row_counts.finish(int64_type()));
  table.add("bytes", byte_counts.finish(int64_type()));
  table.add("share", shares.finish(float64_type()));
}

}  // namespace

Batch table_stats(const TableState& state) {
  const Schema& schema = *state.schema;
  const TableLayout layout = layout_of(state.metadata, schema);
  const std::vector<PartitionFiles> partitions = all_partitions(state, layout);
  Table table;
  add_names(partitions, state, layout, table);
  add_counts(partitions, layout.partitioning.has_value(), table);
  if (const std::optional<size_t> key = key_column(layout, schema)) {
    BoundValues least(schema[*key].type, false);
    BoundValues greatest(schema[*key].type, true);
    for (const PartitionFiles& partition : partitions) {
      const size_t columns[] = {*key};
      const Zones zones = zones_of(partition.files, schema, columns);
      least.add(zones, *key);
      greatest.add(zones, *key);
    }
    table.add("least", least.finish());
    table.add("greatest", greatest.finish());
  }
  return table.finish(partitions.size());
}

}  // namespace penstock
