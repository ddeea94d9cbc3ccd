#include "libcore/data/zones/zone_builder.h"

#include <numeric>
#include <utility>

#include "libcore/data/take.h"

namespace penstock {
namespace {

std::vector<size_t> all_columns(const Schema& schema) {
  std::vector<size_t> columns(schema.size());
  std::iota(columns.begin(), columns.end(), size_t{0});
  return columns;
}

// Nulls of the column's plain form: a dictionary may hold one.
int64_t count_nulls(const ColumnPtr& column) {
  const bool has_null_value = column->dictionary != nullptr && column->dictionary->null_count != 0;
  return has_null_value ? plain(column)->null_count : column->null_count;
}

}  // namespace

ZoneBuilder::ZoneBuilder(SchemaPtr schema, const std::vector<size_t>& columns)
    : schema_(std::move(schema)) {
  for (size_t column : columns)
    kept_.push_back({column, make_column_bounds((*schema_)[column].type)});
}

ZoneBuilder::ZoneBuilder(const SchemaPtr& schema) : ZoneBuilder(schema, all_columns(*schema)) {}

void ZoneBuilder::add(const Batch& batch) {
  row_count_ += batch.rows;
  for (Kept& kept : kept_) {
    kept.null_count += count_nulls(batch.columns[kept.column]);
    if (kept.bounds != nullptr) kept.bounds->add(*batch.columns[kept.column]);
  }
}

void ZoneBuilder::end_zone() {
  rows_.append(row_count_);
  row_count_ = 0;
  for (Kept& kept : kept_) {
    kept.nulls.append(std::exchange(kept.null_count, 0));
    if (kept.bounds != nullptr) kept.bounds->end_zone();
  }
}

Zones ZoneBuilder::finish() {
  Zones zones = make_unknown_zones(*schema_, rows_.length());
  zones.rows = rows_.finish(int64_type());
  for (Kept& kept : kept_) {
    ZoneColumn& column = zones.columns[kept.column];
    column.nulls = kept.nulls.finish(int64_type());
    if (kept.bounds == nullptr) continue;
    column.min = kept.bounds->finish_min();
    column.max = kept.bounds->finish_max();
  }
  return zones;
}

}  // namespace penstock
