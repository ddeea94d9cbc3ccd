// Writes the values of one column as CSV fields or JSON values. What depends on a column's type is
// decided once for each batch, so that a row costs one call through a pointer for each column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/data/column.h"
#include "libcore/text/write/output_text.h"

namespace penstock {

// How fields are written.
struct CsvStyle {
  char delimiter = ',';
  bool quotes = true;  // false: fields as they are
  bool quote_all = false;
  std::string null_text;  // in the place of a null, which the writer of rows puts there
};

// One column of one batch. Views its buffers, which `column` keeps alive.
struct Cells {
  // Writes row `row`, which is not null, at `at`, and returns the end. REQUIRES `row_room`: room
  // for the most bytes of every fixed-size cell of a row (max_bytes) and the separators. Cells of
  // variable size make room for themselves, and leave the same room after them.
  using Write = char* (*)(const Cells& cells, int64_t row, char* at, OutputText& out);

  char* append(int64_t row, char* at, OutputText& out) const { return write(*this, row, at, out); }
  bool is_null(int64_t row) const {
    return has_nulls && (validity == nullptr || !get_bit(validity, row));
  }

  Write write = nullptr;
  ColumnPtr column;
  const uint8_t* validity = nullptr;
  const void* values = nullptr;
  const void* offsets = nullptr;
  bool has_nulls = false;
  const CsvStyle* style = nullptr;  // of CSV
  char delimiter = ',';
  int64_t row_room = 0;
};

// The most bytes that a cell of fixed size takes.
inline constexpr int64_t kMaxCellBytes = 64;

// Returns whether numbers and dates need no quotes with this delimiter, which is true for all usual
// ones.
bool is_plain_delimiter(char delimiter);

// Makes cells of fields by RFC 4180: quoted when they contain the delimiter, a quote, CR or LF,
// when they are empty (an empty unquoted field is null), when they are the text of a null, when
// they begin with a byte order mark, and where the style says so. Without quotes, writing a field
// that contains the delimiter, CR or LF throws Error. The style outlives them.
Cells make_csv_cells(const ColumnPtr& column, const CsvStyle& style, int64_t row_room);
// Makes cells of values as append_json() prints them.
Cells make_json_cells(const ColumnPtr& column, int64_t row_room);

// `text` as a CSV field by the same rule.
void append_csv_field(std::string& out, std::string_view text, const CsvStyle& style);

}  // namespace penstock
