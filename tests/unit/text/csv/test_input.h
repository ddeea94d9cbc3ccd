// CSV read from memory into rows of text, for tests.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/value_text.h"
#include "libcore/text/csv/reader.h"

namespace penstock {

// A source that cannot be sought, and gives its bytes a few at a time.
class PipeLikeSource : public ByteSource {
 public:
  PipeLikeSource(std::string bytes, int64_t at_once, std::string name = "standard input")
      : bytes_(std::move(bytes)), at_once_(at_once), name_(std::move(name)) {}
  int64_t read(void* out, int64_t size) override {
    size = std::min({size, at_once_, static_cast<int64_t>(bytes_.size()) - at_});
    std::copy_n(bytes_.data() + at_, size, static_cast<char*>(out));
    at_ += size;
    return size;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string bytes_;
  int64_t at_once_;
  std::string name_;
  int64_t at_ = 0;
};

// One whose writer pauses after most of its writes, longer than any reader waits.
class HesitantSource : public PipeLikeSource {
 public:
  using PipeLikeSource::PipeLikeSource;
  bool wait(std::chrono::milliseconds, std::chrono::milliseconds) override {
    return ++calls_ % 5 == 0;
  }

 private:
  int calls_ = 0;
};

inline OperatorPtr open_csv_text(std::string text, CsvReadOptions options = {}) {
  auto source = source_from_bytes(std::move(text), "t.csv");
  return open_csv(std::make_unique<PeekableSource>(std::move(source)), std::move(options));
}

// A null is empty.
using TextRow = std::vector<std::optional<std::string>>;
inline std::vector<TextRow> rows_of(Operator& input) {
  std::vector<TextRow> rows;
  while (auto batch = input.next()) {
    for (const ColumnPtr& column : batch->columns)
      validate(*column);
    for (int64_t i = 0; i < batch->rows; ++i) {
      TextRow row;
      for (const ColumnPtr& column : batch->columns) {
        std::string text;
        append_text(text, *column, i);
        row.push_back(column->is_null(i) ? std::nullopt : std::make_optional(text));
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

inline std::vector<TextRow> read_rows(std::string text, CsvReadOptions options = {}) {
  return rows_of(*open_csv_text(std::move(text), std::move(options)));
}

// "a: int64, b: utf8"
inline std::string schema_text(const Schema& schema) {
  std::string text;
  for (const Field& field : schema.fields()) {
    text += (text.empty() ? "" : ", ") + field.name + ": " + field.type->to_string();
  }
  return text;
}
inline std::string schema_of(std::string text, CsvReadOptions options = {}) {
  return schema_text(*open_csv_text(std::move(text), std::move(options))->schema());
}

// The message of the Error that reading everything throws; "no error" when it does not.
inline std::string error_of(std::string text, CsvReadOptions options = {}) {
  try {
    read_rows(std::move(text), std::move(options));
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

}  // namespace penstock
