// Converts the fields of a column to values: the second stage of reading CSV.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/text/csv/scanner.h"
#include "libcore/text/csv/value_style.h"
#include "libcore/text/date_format.h"
#include "libcore/text/text_format.h"

namespace penstock {

// What all columns of a chunk have in common. Views; the chunk must outlive it.
struct CsvChunkView {
  const uint8_t* data = nullptr;
  const int32_t* positions = nullptr;  // of the first record wanted; see CsvIndex
  int64_t stride = 0;
  int64_t rows = 0;
  bool sifted = false;      // how `positions` are arranged; see CsvIndex
  bool doubled = false;     // a quoted field may hold doubled quotes
  bool check_text = false;  // text may hold invalid UTF-8 or NUL
  // In the format `lines`, an empty field is not null, and binary is its own bytes.
  const CsvDialect* dialect = nullptr;
  const ValueStyle* style = nullptr;
};

// One column of them.
struct CsvColumnView {
  int64_t start_slot = 0;
  int64_t end_slot = 0;
  bool at_line_end = false;  // one or two '\r' at the field's end are part of the line end
};

// Returns the bytes of one field, including its quotes.
inline std::string_view field_at(const CsvChunkView& chunk, const CsvColumnView& column,
                                 int64_t row) {
  const int32_t* slots = chunk.positions + row * chunk.stride;
  const int64_t start = slots[column.start_slot] + 1;
  int64_t end = slots[column.end_slot];
  if (column.at_line_end && end > start && chunk.data[end - 1] == '\r') {
    --end;
    if (end > start && chunk.data[end - 1] == '\r') --end;
  }
  return {reinterpret_cast<const char*>(chunk.data) + start, static_cast<size_t>(end - start)};
}

// Returns whether text can be read as the type: all types but nested ones, dictionaries, intervals
// and null.
bool is_text_readable(const Type& type);

// Makes a column. A field that is not a value of the type becomes null, and its row is appended to
// `failed`, in ascending order; for an inferred type, the rule of the inference decides. `format`
// describes dates or timestamps, and may be null. REQUIRES is_text_readable(*type).
ColumnPtr convert_column(const CsvChunkView& chunk, const CsvColumnView& column,
                         const TypePtr& type, TypeOrigin origin, const DateFormat* format,
                         std::vector<int64_t>& failed);

}  // namespace penstock
