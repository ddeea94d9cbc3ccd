// NDJSON given as text, read for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/value_text.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/json/reader.h"
#include "tests/unit/text/csv/test_input.h"

namespace penstock {

inline OperatorPtr open_json(const std::string& text, const TextReadOptions& options = {}) {
  return open_ndjson(std::make_unique<PeekableSource>(source_from_bytes(text, "t.ndjson")),
                     options);
}

inline OperatorPtr open_json_pipe(const std::string& text, const TextReadOptions& options = {}) {
  return open_ndjson(
      std::make_unique<PeekableSource>(std::make_unique<PipeLikeSource>(text, 100'000)), options);
}

// Each row as a JSON array of its values.
inline std::vector<std::string> json_rows_of(Operator& reader) {
  std::vector<std::string> rows;
  while (std::optional<Batch> batch = reader.next()) {
    EXPECT_GT(batch->rows, 0);
    for (const ColumnPtr& column : batch->columns)
      validate(*column);
    for (int64_t row = 0; row < batch->rows; ++row) {
      std::string line;
      for (const ColumnPtr& column : batch->columns) {
        line += line.empty() ? "[" : ",";
        append_json(line, *column, row);
      }
      rows.push_back(line + "]");
    }
  }
  return rows;
}

inline std::vector<std::string> json_rows(const std::string& text,
                                          const TextReadOptions& options = {}) {
  return json_rows_of(*open_json(text, options));
}

// "a: int64, b: utf8"
inline std::string json_schema(const std::string& text, const TextReadOptions& options = {}) {
  return schema_text(*open_json(text, options)->schema());
}

// The message with which reading fails; "" when it does not.
inline std::string json_error(const std::string& text, const TextReadOptions& options = {}) {
  try {
    json_rows(text, options);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

}  // namespace penstock
