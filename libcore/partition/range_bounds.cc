#include "libcore/partition/range_bounds.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"

namespace penstock {
namespace {

Batch checked(const Schema& schema, const std::vector<SortKey>& keys, const Batch& bounds) {
  if (!equals(*key_schema(schema, keys), *bounds.schema)) {
    throw Error("the bounds are not of the input's keys: their names or types differ");
  }
  return bounds;
}

// The values of a list, without the quotes.
std::vector<std::string> split_values(std::string_view text) {
  std::vector<std::string> values;
  size_t at = 0;
  for (;;) {
    std::string value;
    if (at < text.size() && text[at] == '"') {
      for (++at;; ++at) {
        if (at == text.size()) throw Error::usage("a quote in the bounds is not closed");
        if (text[at] == '"' && (at + 1 == text.size() || text[at + 1] != '"')) break;
        if (text[at] == '"') ++at;
        value += text[at];
      }
      ++at;
      if (at < text.size() && text[at] != ',') {
        throw Error::usage(fmt::format("a comma is missing after the bound '{}'", value));
      }
    } else {
      size_t end = std::min(text.find(',', at), text.size());
      value = text.substr(at, end - at);
      at = end;
      if (value.empty()) {
        throw Error::usage("a bound is empty; write \"\" for the empty string");
      }
    }
    values.push_back(std::move(value));
    if (at == text.size()) return values;
    ++at;
  }
}

[[noreturn]] void refuse_value(const std::string& value, const Field& field) {
  throw Error::usage(fmt::format("the bound '{}' is not a value of column '{}', whose type is {}",
                                 value, field.name, field.type->to_string()));
}

// Values first, first + step, … as a column.
ColumnPtr parse_column(const Field& field, const std::vector<std::string>& values, size_t first,
                       size_t step) {
  if (is_variable_bytes(field.type->id)) {
    BytesBuilder builder;
    for (size_t i = first; i < values.size(); i += step)
      builder.append(values[i]);
    ColumnPtr column = builder.finish(field.type);
    validate(*column);
    return column;
  }
  if (field.type->id == TypeId::kNull || !is_parseable(*field.type)) {
    throw Error::usage(
        fmt::format("bounds of column '{}' of type {} cannot be written; use --range without "
                    "bounds, which takes them from a sample",
                    field.name, field.type->to_string()));
  }
  const bool is_bool = field.type->id == TypeId::kBool;
  MutableBuffer bytes;
  BoolBuilder flags;
  int64_t rows = 0;
  for (size_t i = first; i < values.size(); i += step, ++rows) {
    if (!append_parsed(bytes, *field.type, values[i])) refuse_value(values[i], field);
    if (is_bool) flags.append(bytes.data()[rows] != 0);
  }
  return is_bool ? flags.finish() : make_column(field.type, rows, bytes.freeze());
}

}  // namespace

SchemaPtr key_schema(const Schema& schema, const std::vector<SortKey>& keys) {
  std::vector<Field> fields;
  for (const SortKey& key : keys) {
    const Field& field = schema[schema.index_of(key.name)];
    fields.push_back({field.name, plain(field.type), true, {}});
  }
  return make_schema(std::move(fields));
}

Batch key_columns(const Batch& batch, const SchemaPtr& key_schema) {
  Batch keys{key_schema, batch.rows, {}};
  for (const Field& field : key_schema->fields())
    keys.columns.push_back(plain(batch.columns[batch.schema->index_of(field.name)]));
  return keys;
}

RangeBounds::RangeBounds(const Schema& schema, const std::vector<SortKey>& keys,
                         const Batch& bounds)
    : order_(schema, keys), bounds_(KeyOrder(*bounds.schema, keys), checked(schema, keys, bounds)) {
  for (int64_t i = 1; i < bounds_.rows(); ++i) {
    if (comes_before(order_, bounds_, i, bounds_, i - 1)) {
      throw Error::usage(
          fmt::format("bound {} comes before bound {} in the order of the keys", i + 1, i));
    }
  }
}

void RangeBounds::find(const Batch& batch, std::span<int32_t> ranges) const {
  RowKeys keys(order_, batch);
  for (size_t i = 0; i < ranges.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    std::string_view key = keys.bytes(row);
    const bool is_null = keys.is_null(row);
    int64_t begin = 0;
    int64_t end = bounds_.rows();
    while (begin < end) {
      int64_t middle = (begin + end) / 2;
      if (comes_before(order_, key, is_null, bounds_.bytes(middle), bounds_.is_null(middle))) {
        end = middle;
      } else {
        begin = middle + 1;
      }
    }
    ranges[i] = static_cast<int32_t>(begin);
  }
}

Batch parse_bounds(std::string_view text, const Schema& schema, const std::vector<SortKey>& keys) {
  Batch bounds{key_schema(schema, keys), 0, {}};
  std::vector<std::string> values = split_values(text);
  if (values.size() % keys.size() != 0) {
    throw Error::usage(fmt::format(
        "{} values do not make bounds of {} keys; each bound needs a value for each key",
        values.size(), keys.size()));
  }
  bounds.rows = static_cast<int64_t>(values.size() / keys.size());
  for (size_t key = 0; key < keys.size(); ++key) {
    bounds.columns.push_back(parse_column((*bounds.schema)[key], values, key, keys.size()));
  }
  // Throws if they are not in order.
  const RangeBounds proof(schema, keys, bounds);
  return bounds;
}

}  // namespace penstock
