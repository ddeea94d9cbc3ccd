// What the conversion of one column of a chunk knows and finds; convert.cc has the loops.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/bitmap.h"
#include "libcore/data/buffer.h"
#include "libcore/text/csv/convert.h"
#include "libcore/text/csv/records.h"

namespace penstock {

// The nulls of a column; a bitmap only from the first on.
class CsvNulls {
 public:
  explicit CsvNulls(int64_t rows) : rows_(rows) {}
  void mark(int64_t row) {
    // Most columns of most chunks have no null: they pay for no bitmap, and readers of the column
    // skip every test for nulls.
    if (bits_.size() == 0) bits_ = make_bitmap(rows_, true);
    clear_bit(bits_.data(), row);
  }
  Buffer finish() { return bits_.size() == 0 ? Buffer() : bits_.freeze(); }

 private:
  int64_t rows_;
  MutableBuffer bits_;
};

// The state of a conversion: the chunk, the column, and the findings.
struct CsvConversion {
  const CsvChunkView& chunk;
  const CsvColumnView& column;
  const TypePtr& type;
  const DateFormat* format;
  CsvNulls nulls;
  std::vector<int64_t>& failed;
  bool own_numbers;  // the type is one of numbers, which are not written as usual
  bool inferred;
  std::string scratch;
  std::string number;

  bool is_null(std::string_view field) const {
    return field.empty() || (!chunk.style->nulls.empty() && chunk.style->is_null(field));
  }
  std::string_view text_of(std::string_view field) {
    return field_text(field, *chunk.dialect, scratch);
  }
  // The text of a field as values are usually written; empty if it is not a number of the style.
  std::optional<std::string_view> value_text(std::string_view field) {
    std::string_view text = text_of(field);
    if (!own_numbers) return text;
    // The guess would have taken it for a date.
    if (inferred && format != nullptr && format->parse(text)) return std::nullopt;
    return chunk.style->usual_number(text, number);
  }
  void fail(int64_t row) {
    nulls.mark(row);
    failed.push_back(row);
  }
};

}  // namespace penstock
