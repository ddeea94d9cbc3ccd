#include "libcore/table/bounds_text.h"

#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/json_writer.h"
#include "libcore/data/value_text.h"
#include "libcore/partition/range_bounds.h"
#include "libcore/table/log_json.h"
#include "libcore/table/value_column.h"

namespace penstock {

std::string encode_bounds(const Batch& bounds) {
  JsonWriter json;
  json.open('[');
  for (int64_t row = 0; row < bounds.rows; ++row) {
    json.open('[');
    for (const ColumnPtr& column : bounds.columns) {
      if (column->is_null(row)) {
        json.word("null");
        continue;
      }
      std::string text;
      append_text(text, *column, row);
      if (!is_utf8(text))
        throw Error("a bound of the ranges is not UTF-8, as it must be in a table");
      json.text(text);
    }
    json.close(']');
  }
  json.close(']');
  return json.take();
}

Batch decode_bounds(std::string_view json, const Schema& schema, const std::vector<SortKey>& keys) {
  Batch bounds{key_schema(schema, keys), 0, {}};
  std::vector<std::vector<std::optional<std::string>>> texts(keys.size());
  LogText parser;
  for (const LogValue& bound : parser.parse(json).items("bounds")) {
    const std::vector<LogValue> values = bound.items("bounds");
    if (values.size() != keys.size())
      throw Error("a bound of the ranges has not a value for each key");
    for (size_t key = 0; key < keys.size(); ++key) {
      std::optional<std::string>& text = texts[key].emplace_back();
      if (!values[key].is_null()) text = values[key].text("bounds");
    }
    ++bounds.rows;
  }
  for (size_t key = 0; key < keys.size(); ++key)
    bounds.columns.push_back(column_of_texts((*bounds.schema)[key], texts[key]));
  // Throws if they are not in order.
  const RangeBounds proof(schema, keys, bounds);
  return bounds;
}

}  // namespace penstock
