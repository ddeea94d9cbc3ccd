#include "libcore/table/change/keyed_rows.h"

#include <algorithm>
#include <compare>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/compare.h"
#include "libcore/data/hash.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"
#include "libcore/data/zones/zone_builder.h"
#include "libcore/keys/value.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/value_column.h"

namespace penstock {
namespace {

std::vector<size_t> places_of(const Schema& schema, const std::vector<std::string>& keys) {
  if (keys.empty()) throw Error::usage("the keys of the rows are missing; use -k");
  std::vector<size_t> places;
  for (const std::string& key : keys) {
    places.push_back(schema.index_of(key));
    require_key_type(schema[places.back()]);
  }
  return places;
}

std::vector<TypePtr> types_at(const Schema& schema, const std::vector<size_t>& places) {
  std::vector<TypePtr> types;
  for (const size_t place : places)
    types.push_back(plain(schema[place].type));
  return types;
}

// "k = 1, city = Bern"
std::string key_text(const std::vector<std::string>& names, std::span<const ColumnPtr> columns,
                     int64_t row) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    std::string value;
    append_text(value, *columns[i], row);
    text += (i == 0 ? "" : ", ") + printable(names[i]) + " = " + printable(value);
  }
  return text;
}

// Whether all of `a` comes before all of `b`, as far as that is known: row i against row 0.
bool is_before(const ColumnPtr& a, int64_t i, const ColumnPtr& b, int64_t j) {
  if (a == nullptr || b == nullptr || a->is_null(i) || b->is_null(j)) return false;
  return compare_values(*a, i, *b, j) == std::weak_ordering::less;
}

}  // namespace

KeyedRows::KeyedRows(Operator& input, std::vector<std::string> keys, const SpillOptions& spill)
    : schema_(input.schema()),
      keys_(std::move(keys)),
      places_(places_of(*schema_, keys_)),
      table_(types_at(*schema_, places_)),
      file_(spill.directory) {
  ZoneBuilder bounds(schema_, places_);
  RunWriter writer(file_, schema_);
  while (const std::optional<Batch> batch = input.next()) {
    if (batch->rows == 0) continue;
    add(*batch);
    bounds.add(*batch);
    writer.write(*batch);
  }
  bounds.end_zone();
  bounds_ = bounds.finish();
  run_ = writer.finish();
}

void KeyedRows::add(const Batch& batch) {
  std::vector<ColumnPtr> columns;
  for (const size_t place : places_)
    columns.push_back(plain(batch.columns[place]));
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]->null_count == 0) continue;
    throw Error("the key column '" + printable(keys_[i]) +
                "' of the input has a null; leave out such rows with pfilter");
  }
  const int64_t before = table_.size();
  std::vector<int32_t> groups(static_cast<size_t>(batch.rows));
  std::vector<RowIndex> first_rows;
  table_.insert(columns, batch.rows, groups.data(), first_rows);
  for (int64_t row = 0; row < batch.rows; ++row) {
    if (groups[static_cast<size_t>(row)] == before + row) continue;
    throw Error("the key " + key_text(keys_, columns, row) +
                " comes twice in the input; keep one row of each key with puniq");
  }
}

std::vector<int32_t> KeyedRows::find(std::span<const ColumnPtr> columns, int64_t rows) const {
  std::vector<ColumnPtr> plains;
  for (const ColumnPtr& column : columns)
    plains.push_back(plain(column));
  std::vector<int32_t> found(static_cast<size_t>(rows));
  GroupTable::Scratch scratch;
  table_.find(plains, rows, found.data(), scratch);
  return found;
}

// Which partitions of a hash have keys; empty where the keys do not say it.
std::vector<bool> KeyedRows::partitions(const TableLayout& layout) const {
  if (!layout.partitioning || layout.partitioning->kind != PartitionKind::kHash) return {};
  const std::vector<ColumnPtr> all = table_.keys(0, table_.size());
  std::vector<ColumnPtr> hashed;
  for (const SortKey& key : layout.partitioning->keys) {
    const auto place = std::find(keys_.begin(), keys_.end(), key.name);
    if (place == keys_.end()) return {};
    hashed.push_back(all[static_cast<size_t>(place - keys_.begin())]);
  }
  std::vector<bool> partitions(static_cast<size_t>(layout.partitioning->partitions));
  for (const uint64_t hash : key_hashes(hashed)) {
    partitions[static_cast<size_t>(partition_of_hash(hash, layout.partitioning->partitions))] =
        true;
  }
  return partitions;
}

std::vector<bool> KeyedRows::choose_files(const TableState& state,
                                          const TableLayout& layout) const {
  std::vector<bool> chosen(state.files.size(), size() > 0);
  if (size() == 0) return chosen;
  const std::vector<bool> by_partition = partitions(layout);
  Zones zones = zones_of(state.files, *state.schema, places_);
  for (const size_t place : places_) {
    const Field& field = (*state.schema)[place];
    const auto& by = state.metadata.partition_columns;
    ZoneColumn& zone = zones.columns[place];
    if (std::find(by.begin(), by.end(), field.name) != by.end()) {
      zone.min = zone.max = partition_column(state.files, field);
    }
    const ZoneColumn& of_keys = bounds_.columns[place];
    for (size_t i = 0; i < chosen.size(); ++i) {
      const auto file = static_cast<int64_t>(i);
      const bool is_outside =
          is_before(zone.max, file, of_keys.min, 0) || is_before(of_keys.max, 0, zone.min, file);
      if (is_outside) chosen[i] = false;
    }
  }
  if (by_partition.empty()) return chosen;
  for (size_t i = 0; i < chosen.size(); ++i) {
    const std::optional<int32_t> partition = partition_of(state.files[i], layout);
    if (partition && !by_partition[static_cast<size_t>(*partition)]) chosen[i] = false;
  }
  return chosen;
}

}  // namespace penstock
