// Where the fields of a line are, for text whose records are lines but not CSV: fixed widths, logs
// of web servers, logfmt, and lines that a pattern divides.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/buffer.h"
#include "libcore/data/type.h"

namespace penstock {

// Lines of a chunk. Where a field is written with escapes, it is changed in a copy, in which all
// bytes keep their places. Not thread-safe.
class LineText {
 public:
  // Views `text`, which must outlive the object.
  explicit LineText(std::string_view text) : text_(text), data_(text.data()) {}

  // Valid until writable() is called.
  const char* data() const { return data_; }
  // The copy, which is made at the first call. kTextPad bytes around it may be read.
  char* writable();
  bool is_changed() const { return data_ != text_.data(); }

 private:
  std::string_view text_;
  const char* data_;
  MutableBuffer copy_;
};

// A field, by its places in the text: null where it is empty.
struct LineField {
  int32_t begin = 0;
  int32_t end = 0;

  bool is_null() const { return begin == end; }
};

// The word "true", which stands before the text of a copy.
inline constexpr LineField kTrueField{-4, 0};

// What is wrong with a line.
struct LineFault {
  std::string reason;  // "has no time in brackets"
  std::string advice;  // "use …"; may be empty
};

// Immutable, thread-safe.
class LineSplitter {
 public:
  struct Column {
    std::string name;
    TypePtr type;  // null: inferred
  };

  explicit LineSplitter(std::vector<Column> columns) : columns_(std::move(columns)) {}
  virtual ~LineSplitter() = default;

  const std::vector<Column>& columns() const { return columns_; }
  // Whether a field that begins with a double quote ends with one, and neither is a part of it.
  virtual bool has_quotes() const { return false; }

  // Finds the fields of the line that is [begin, end) of the text, without its line end and not
  // empty. `fields` has one for each column, all null before. Returns false, with `fault`, when the
  // line has another form; `fields` are then undefined.
  virtual bool split(LineText& text, int32_t begin, int32_t end, LineField* fields,
                     LineFault& fault) const = 0;

 private:
  std::vector<Column> columns_;
};
using LineSplitterPtr = std::shared_ptr<const LineSplitter>;

}  // namespace penstock
