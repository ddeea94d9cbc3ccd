#include "libcore/table/value_partitioner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/partition/name_pattern.h"

namespace penstock {
namespace {

bool can_divide(const Type& type) {
  return type.id == TypeId::kBool || is_integer(type.id) || type.id == TypeId::kDecimal128 ||
         type.id == TypeId::kDate32 || type.id == TypeId::kTimestamp || type.id == TypeId::kUtf8;
}

std::vector<TypePtr> types_of(const Schema& schema, const std::vector<std::string>& columns) {
  std::vector<TypePtr> types;
  for (const std::string& column : columns) {
    const Field& field = schema[schema.index_of(column)];
    types.push_back(plain(field.type));
    if (can_divide(*types.back())) continue;
    throw Error(fmt::format("column '{}' of type {} cannot be a partition column", column,
                            field.type->to_string()));
  }
  if (columns.size() >= schema.size()) {
    throw Error("all columns would be partition columns, and the files without any");
  }
  return types;
}

// As Delta Lake writes it: a timestamp has a space for its 'T'.
std::string text_of(const Column& column, int64_t row) {
  std::string text;
  append_text(text, column, row);
  if (column.type->id == TypeId::kTimestamp) std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

}  // namespace

ValuePartitioner::ValuePartitioner(const Schema& schema, std::vector<std::string> columns,
                                   TableFormat format)
    : Partitioner(kMaxPartitions, std::vector<std::vector<int32_t>>(kMaxPartitions)),
      columns_(std::move(columns)),
      format_(format),
      table_(types_of(schema, columns_)) {
  for (const std::string& column : columns_)
    places_.push_back(schema.index_of(column));
}

void ValuePartitioner::assign(const Batch& batch, std::span<int32_t> targets) {
  std::vector<ColumnPtr> keys;
  for (const size_t place : places_)
    keys.push_back(plain(batch.columns[place]));
  std::vector<RowIndex> first_rows;
  table_.insert(keys, batch.rows, targets.data(), first_rows);
  for (const RowIndex row : first_rows)
    add_group(keys, row);
}

void ValuePartitioner::add_group(const std::vector<ColumnPtr>& keys, int64_t row) {
  if (std::ssize(groups_) == kMaxPartitions) {
    throw Error(
        fmt::format("the partition columns have more than {} values; use fewer columns, or "
                    "--hash",
                    kMaxPartitions));
  }
  Group group;
  for (size_t i = 0; i < keys.size(); ++i) {
    std::optional<std::string>& value = group.values[columns_[i]];
    if (keys[i]->is_valid(row)) value = text_of(*keys[i], row);
    if (value && value->empty() && format_ == TableFormat::kParquet) {
      throw Error("column '" + columns_[i] +
                  "': an empty text cannot be the value of a partition column of Parquet data, "
                  "where it would be read as null");
    }
    if (value && std::ssize(*value) > kMaxPartitionValueBytes) {
      throw Error(fmt::format("column '{}': the value of a partition column has more than {} bytes",
                              columns_[i], kMaxPartitionValueBytes));
    }
    if (!group.folder.empty()) group.folder += '/';
    append_value_name(group.folder, columns_[i]);
    group.folder += '=' + value_names(std::span(keys).subspan(i, 1), row)[0];
  }
  groups_.push_back(std::move(group));
}

}  // namespace penstock
