#include "libcore/table/file_stats.h"

#include <limits>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/builder.h"
#include "libcore/data/datetime.h"
#include "libcore/data/json_writer.h"
#include "libcore/data/value_text.h"
#include "libcore/table/layout.h"
#include "libcore/table/stats_text.h"
#include "libcore/table/value_column.h"

namespace penstock {
namespace {

// Whether Delta Lake has bounds of the type, besides the types that are in tables of Arrow data
// alone.
bool has_bounds(const Type& type) {
  return type.id != TypeId::kBool && type.id != TypeId::kBinary && has_text_values(type);
}

bool is_json_number(const Type& type) {
  return is_numeric(type.id);
}

// The value in whole milliseconds, at or before it, or at or after it. Empty where that is out of
// range.
std::optional<int64_t> in_milliseconds(int64_t value, TimeUnit unit, bool is_max) {
  const int64_t scale = units_per_second(unit);
  if (scale <= 1000) {
    int64_t product = 0;
    if (__builtin_mul_overflow(value, 1000 / scale, &product)) return std::nullopt;
    return product;
  }
  const int64_t step = scale / 1000;
  const int64_t below = floor_divide(value, step);
  return is_max && floor_modulo(value, step) != 0 ? below + 1 : below;
}

// A bound as JSON; empty for one that is out of range.
std::optional<std::string> bound_text(const Column& column, int64_t row, bool is_max) {
  std::string text;
  const Type& type = *column.type;
  if (type.id == TypeId::kTimestamp) {
    const auto value = in_milliseconds(column.data<int64_t>()[row], type.unit, is_max);
    if (!value) return std::nullopt;
    std::string time;
    append_timestamp(time, *value, TimeUnit::kMilli);
    if (!type.zone.empty()) time += 'Z';
    append_json_string(text, time);
  } else if (is_json_number(type)) {
    append_json(text, column, row);
  } else {
    std::string value;
    append_text(value, column, row);
    append_json_string(text, value);
  }
  return text;
}

void write_bounds(JsonWriter& json, const char* name, const Zones& zones, int64_t zone,
                  const Schema& schema, ColumnPtr ZoneColumn::*side) {
  json.key(name);
  json.open('{');
  for (size_t i = 0; i < schema.size(); ++i) {
    const ColumnPtr& bounds = zones.columns[i].*side;
    if (bounds == nullptr || bounds->is_null(zone) || !has_bounds(*bounds->type)) continue;
    const auto text = bound_text(*bounds, zone, side == &ZoneColumn::max);
    if (!text) continue;
    json.key(schema[i].name);
    json.word(*text);
  }
  json.close('}');
}

FileStats stats_of(const DataFile& file) {
  if (file.stats.empty()) return {};
  try {
    return parse_stats(file.stats);
  } catch (const Error& error) {
    throw error.prefixed("the statistics of '" + printable(file.path) + "': ");
  }
}

// The texts of one column's bounds, a text for each file.
struct BoundTexts {
  std::vector<std::optional<std::string>> min;
  std::vector<std::optional<std::string>> max;
};

std::optional<std::string> find(const std::map<std::string, std::string>& texts,
                                const std::string& name) {
  const auto found = texts.find(name);
  if (found == texts.end()) return std::nullopt;
  return found->second;
}

// Written by Penstock, whose bounds hold as data/zones/zones.h says.
bool is_ours(const DataFile& file) {
  return file.tags.contains(kChecksumTag);
}

BoundTexts texts_of(std::span<const DataFile> files, const std::vector<FileStats>& stats,
                    const Field& field) {
  BoundTexts texts;
  for (size_t i = 0; i < files.size(); ++i) {
    texts.min.push_back(find(stats[i].min, field.name));
    texts.max.push_back(find(stats[i].max, field.name));
    // Others may have left NaN out, which comes after all numbers.
    if (is_float(field.type->id) && !is_ours(files[i])) texts.max.back().reset();
  }
  return texts;
}

// Times are in whole milliseconds, and some writers round the greatest one down.
ColumnPtr a_millisecond_later(const ColumnPtr& column) {
  const int64_t scale = units_per_second(column->type->unit);
  if (scale <= 1000) return column;
  MutableBuffer values;
  const auto* from = column->data<int64_t>();
  for (int64_t i = 0; i < column->length; ++i) {
    int64_t later = std::numeric_limits<int64_t>::max();
    if (__builtin_add_overflow(from[i], scale / 1000 - 1, &later)) {
      later = std::numeric_limits<int64_t>::max();
    }
    values.push(later);
  }
  return make_column(column->type, column->length, values.freeze(), column->validity);
}

ColumnPtr counts_column(const std::vector<std::optional<int64_t>>& counts) {
  FixedBuilder<int64_t> builder;
  for (const std::optional<int64_t>& count : counts) {
    if (count) {
      builder.append(*count);
    } else {
      builder.append_null();
    }
  }
  return builder.finish(int64_type());
}

ZoneColumn zone_column(std::span<const DataFile> files, const std::vector<FileStats>& stats,
                       const Field& field) {
  ZoneColumn zones;
  std::vector<std::optional<int64_t>> nulls;
  for (const FileStats& each : stats) {
    const auto found = each.nulls.find(field.name);
    nulls.push_back(found == each.nulls.end() ? std::nullopt : std::optional(found->second));
  }
  zones.nulls = counts_column(nulls);
  if (!has_bounds(*field.type)) return zones;
  const BoundTexts texts = texts_of(files, stats, field);
  try {
    zones.min = column_of_texts(field, texts.min);
    zones.max = column_of_texts(field, texts.max);
  } catch (const Error&) {
    // Written in a way that is not known: without bounds all rows are read.
    zones.min = nullptr;
    zones.max = nullptr;
    return zones;
  }
  if (field.type->id == TypeId::kTimestamp) zones.max = a_millisecond_later(zones.max);
  return zones;
}

}  // namespace

std::string encode_stats(const Zones& zones, int64_t zone, const Schema& schema) {
  JsonWriter json;
  json.open('{');
  json.member("numRecords", zones.rows->data<int64_t>()[zone]);
  write_bounds(json, "minValues", zones, zone, schema, &ZoneColumn::min);
  write_bounds(json, "maxValues", zones, zone, schema, &ZoneColumn::max);
  json.key("nullCount");
  json.open('{');
  for (size_t i = 0; i < schema.size(); ++i) {
    const ColumnPtr& nulls = zones.columns[i].nulls;
    // Those of a nested column's members are not known.
    const bool is_known =
        nulls != nullptr && nulls->is_valid(zone) && schema[i].type->children.empty();
    if (is_known) json.member(schema[i].name, nulls->data<int64_t>()[zone]);
  }
  json.close('}');
  json.close('}');
  return json.take();
}

std::optional<int64_t> rows_of(const DataFile& file) {
  return stats_of(file).rows;
}

Zones zones_of(std::span<const DataFile> files, const Schema& schema,
               std::span<const size_t> columns) {
  std::vector<FileStats> stats;
  std::vector<std::optional<int64_t>> rows;
  for (const DataFile& file : files) {
    stats.push_back(stats_of(file));
    rows.push_back(stats.back().rows);
  }
  Zones zones = make_unknown_zones(schema, std::ssize(files));
  zones.rows = counts_column(rows);
  for (const size_t column : columns)
    zones.columns[column] = zone_column(files, stats, schema[column]);
  check_zones(zones, schema);
  return zones;
}

}  // namespace penstock
