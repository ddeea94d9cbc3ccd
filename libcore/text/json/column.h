// Fills columns from JSON values, record by record.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/text/date_format.h"
#include "libcore/text/text_format.h"

namespace penstock {

// What is wrong with a record or with one value of it.
struct JsonProblem {
  std::string column;  // "a", "a.b", "a[]"; empty when the record as a whole is wrong
  std::string reason;  // "'x' is not of type int64"
  std::string advice;  // "use …"; empty when only other input would help
};

// The text that is read, and the faults found in the current record. A wrong value leaves a null,
// and reading continues; a record that is not JSON ends it.
struct JsonContext {
  const uint8_t* data = nullptr;
  std::vector<JsonProblem> problems;
  bool refused = false;  // the last problem ended the record
};

class JsonObject;

// How text is read as a value.
struct JsonReading {
  TypeOrigin origin = TypeOrigin::kInferred;
  const DateFormat* dates = nullptr;  // null: ISO 8601; outlives the columns
  bool kept = true;                   // false: values are only checked, and not used
};

// A column of one type, to which rows are appended. Reads bool, integers, floats, decimal128,
// date32, times, timestamps, durations, utf8 (a value that is not a string becomes its JSON text),
// binary (hex), lists and structs.
//
// For inferred types, numbers and words must not be quoted, and must be values that inference would
// take for the type. Declared types accept every value that the type can represent, also in
// strings. Infinite floats and nan are strings.
class JsonColumn {
 public:
  // `path` is the column's name in messages, `top` the column of the schema that it is part of.
  // Throws Error when JSON cannot be read as the type.
  JsonColumn(TypePtr type, const JsonReading& reading, std::string path, std::string top);
  ~JsonColumn();
  JsonColumn(JsonColumn&&) noexcept;

  // Appends the value at `token`. Returns the token after it, or nullptr when there is no JSON
  // value; then call truncate() to remove what was appended.
  const uint32_t* append(JsonContext& context, const uint32_t* token);
  void append_null();

  int64_t length() const { return length_; }
  bool is_kept() const { return reading_.kept; }
  // Removes all rows from `length` on.
  void truncate(int64_t length);
  // Returns the rows so far, and begins an empty column.
  ColumnPtr finish();

 private:
  enum class Kind {
    kBool,
    kInt64,
    kFloat64,
    kDate,
    kTimestamp,
    kText,
    kBinary,
    kOther,
    kList,
    kStruct
  };
  static Kind kind_of(const Type& type, const std::string& path);

  bool append_int64(std::string_view token);
  bool append_float64(std::string_view token);
  bool append_date(std::string_view token);
  bool append_timestamp(std::string_view token);
  bool append_bool(std::string_view token);
  bool append_other(std::string_view token);
  bool append_binary(std::string_view token);
  bool append_string_as_declared(std::string_view token);
  bool is_declared() const { return reading_.origin == TypeOrigin::kDeclared; }
  // The format of the column's values; null for ISO 8601.
  const DateFormat* format() const;
  // Returns the contents of a string with escapes resolved. If there are any, the result is a view
  // of scratch_.
  std::string_view unescaped(std::string_view contents);
  // Returns true for a value that was read. Otherwise sets `wrong` to the reason, if there is a
  // better one than "is not of type".
  bool append_scalar(std::string_view token, const char*& wrong);
  bool append_text(std::string_view contents, const char*& wrong);
  const uint32_t* append_nested_text(JsonContext& context, const uint32_t* token);
  const uint32_t* append_list(JsonContext& context, const uint32_t* token);
  const uint32_t* append_wrong(JsonContext& context, const uint32_t* token, const char* wrong);

  void append_valid() {
    if (validity_.size() != 0) validity_.push(uint8_t{1});
    ++length_;
  }
  template <typename T>
  void push(T value) {
    values_.push(value);
    append_valid();
  }
  void end_text() {
    offsets_.push(static_cast<int32_t>(values_.size()));
    append_valid();
  }

  TypePtr type_;
  Kind kind_;
  JsonReading reading_;
  int32_t width_;  // of a fixed-width value in values_; a bool takes a byte there
  std::string path_;
  std::string top_;
  int64_t length_ = 0;
  int64_t null_count_ = 0;
  MutableBuffer validity_;  // one byte for each row, made at the first null
  MutableBuffer offsets_;
  MutableBuffer values_;
  std::string scratch_;
  std::unique_ptr<JsonColumn> item_;
  std::unique_ptr<JsonObject> object_;
};

}  // namespace penstock
