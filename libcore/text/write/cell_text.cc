#include "libcore/text/write/cell_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/number_text.h"
#include "libcore/base/utf8.h"
#include "libcore/data/datetime.h"
#include "libcore/data/number/decimal.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"

namespace penstock {
namespace {

template <typename T>
T value_at(const Cells& cells, int64_t row) {
  return static_cast<const T*>(cells.values)[row];
}

template <typename Offset>
std::string_view bytes_at(const Cells& cells, int64_t row) {
  const Offset* offsets = static_cast<const Offset*>(cells.offsets);
  return {static_cast<const char*>(cells.values) + offsets[row],
          static_cast<size_t>(offsets[row + 1] - offsets[row])};
}

// Copies up to 16 bytes more than necessary: most values are shorter, and a call of memcpy with a
// size known at run time costs more than everything else that is done to them. REQUIRES bytes in a
// column's buffer (which may be read past its end) and room().
char* copy_short(char* at, std::string_view bytes) {
  // A column of empty values may have no buffer.
  if (bytes.empty()) return at;
  std::memcpy(at, bytes.data(), 16);
  if (bytes.size() > 16) std::memcpy(at + 16, bytes.data() + 16, bytes.size() - 16);
  return at + bytes.size();
}

char* copy(char* at, std::string_view bytes) {
  std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

// Whether any byte asks for quotes, or may be part of a byte order mark. Without a branch a byte,
// so that the loop becomes vector code.
bool may_need_quotes(std::string_view bytes, char delimiter) {
  unsigned found = 0;
  for (char c : bytes) {
    found |= static_cast<unsigned>(c == delimiter) | static_cast<unsigned>(c == '"') |
             static_cast<unsigned>(c == '\n') | static_cast<unsigned>(c == '\r') |
             static_cast<unsigned>(c == kByteOrderMark[0]);
  }
  return found != 0;
}

bool needs_quotes(std::string_view bytes, char delimiter) {
  if (bytes.empty()) return true;
  if (!may_need_quotes(bytes, delimiter)) return false;
  // A reader would skip a mark that is data if it is at the very beginning.
  if (bytes.starts_with(kByteOrderMark)) return true;
  const char wanting[] = {delimiter, '"', '\n', '\r'};
  return bytes.find_first_of(std::string_view(wanting, sizeof(wanting))) != bytes.npos;
}

bool needs_escapes(std::string_view bytes) {
  unsigned found = 0;
  for (char c : bytes) {
    found |= static_cast<unsigned>(static_cast<unsigned char>(c) < 0x20) |
             static_cast<unsigned>(c == '"') | static_cast<unsigned>(c == '\\');
  }
  return found != 0;
}

// REQUIRES room for 2 * size + 2 bytes.
char* write_quoted(char* at, std::string_view bytes) {
  *at++ = '"';
  for (char c : bytes) {
    *at++ = c;
    if (c == '"') *at++ = '"';
  }
  *at++ = '"';
  return at;
}

bool is_quoted(std::string_view bytes, const CsvStyle& style) {
  return needs_quotes(bytes, style.delimiter) || style.quote_all || bytes == style.null_text;
}

void require_no_break(std::string_view bytes, char delimiter) {
  const char breaks[] = {delimiter, '\n', '\r'};
  if (bytes.find_first_of(std::string_view(breaks, sizeof(breaks))) == bytes.npos) return;
  throw Error("'" + printable(bytes) +
              "' has a delimiter or a line end, and would need quotes; leave --out-no-quotes out");
}

char* write_csv_text(const Cells& cells, std::string_view bytes, char* at, OutputText& out) {
  at = out.room(at, 2 * static_cast<int64_t>(bytes.size()) + 2 + cells.row_room);
  if (!cells.style->quotes) {
    require_no_break(bytes, cells.delimiter);
    return copy(at, bytes);
  }
  return is_quoted(bytes, *cells.style) ? write_quoted(at, bytes) : copy(at, bytes);
}

// Fixed-size values, the same in both forms.

char* write_bool(const Cells& cells, int64_t row, char* at, OutputText&) {
  return copy(at, get_bit(static_cast<const uint8_t*>(cells.values), row) ? "true" : "false");
}

template <typename T>
char* write_integer(const Cells& cells, int64_t row, char* at, OutputText&) {
  if constexpr (std::is_signed_v<T>) {
    return write_int64(at, value_at<T>(cells, row));
  } else {
    return write_uint64(at, value_at<T>(cells, row));
  }
}

char* write_number(char* at, double value) {
  return write_float64(at, value);
}
char* write_number(char* at, float value) {
  return write_float32(at, value);
}

template <typename T, bool kJson>
char* write_float(const Cells& cells, int64_t row, char* at, OutputText&) {
  T value = value_at<T>(cells, row);
  if (!kJson || std::isfinite(value)) return write_number(at, value);
  *at++ = '"';
  at = write_number(at, value);
  *at++ = '"';
  return at;
}

template <bool kJson>
char* write_dates(const Cells& cells, int64_t row, char* at, OutputText&) {
  if (kJson) *at++ = '"';
  at = write_date(at, value_at<int32_t>(cells, row));
  if (kJson) *at++ = '"';
  return at;
}

template <bool kJson>
char* write_timestamps(const Cells& cells, int64_t row, char* at, OutputText&) {
  if (kJson) *at++ = '"';
  at = write_timestamp(at, value_at<int64_t>(cells, row), cells.column->type->unit);
  if (kJson) *at++ = '"';
  return at;
}

char* write_decimals(const Cells& cells, int64_t row, char* at, OutputText&) {
  return write_decimal(at, value_at<int128_t>(cells, row), cells.column->type->scale);
}

// Values of any size.

template <typename Offset>
char* write_csv_bytes(const Cells& cells, int64_t row, char* at, OutputText& out) {
  return write_csv_text(cells, bytes_at<Offset>(cells, row), at, out);
}

// For columns in which no value has anything to quote or escape.
template <typename Offset, bool kJson>
char* write_plain_bytes(const Cells& cells, int64_t row, char* at, OutputText& out) {
  std::string_view bytes = bytes_at<Offset>(cells, row);
  at = out.room(at, static_cast<int64_t>(bytes.size()) + 2 + cells.row_room);
  bool quoted = kJson || (bytes.empty() && cells.style->quotes);
  if (quoted) *at++ = '"';
  at = copy_short(at, bytes);
  if (quoted) *at++ = '"';
  return at;
}

char* write_any_csv(const Cells& cells, int64_t row, char* at, OutputText& out) {
  std::string text;
  append_text(text, *cells.column, row);
  return write_csv_text(cells, text, at, out);
}

char* write_any_json(const Cells& cells, int64_t row, char* at, OutputText& out) {
  std::string text;
  append_json(text, *cells.column, row);
  at = out.room(at, static_cast<int64_t>(text.size()) + cells.row_room);
  return copy(at, text);
}

Cells view(const ColumnPtr& column, int64_t row_room) {
  Cells cells;
  cells.column = decode_dictionary(column);
  cells.validity = cells.column->validity.empty() ? nullptr : cells.column->validity.data();
  cells.values = cells.column->values.data();
  cells.offsets = cells.column->offsets.data();
  cells.has_nulls = cells.column->null_count != 0;
  cells.row_room = row_room;
  return cells;
}

template <bool kJson>
Cells::Write fixed_writer(const Type& type) {
  switch (type.id) {
    case TypeId::kBool:
      return write_bool;
    case TypeId::kInt8:
      return write_integer<int8_t>;
    case TypeId::kInt16:
      return write_integer<int16_t>;
    case TypeId::kInt32:
      return write_integer<int32_t>;
    case TypeId::kInt64:
      return write_integer<int64_t>;
    case TypeId::kUint8:
      return write_integer<uint8_t>;
    case TypeId::kUint16:
      return write_integer<uint16_t>;
    case TypeId::kUint32:
      return write_integer<uint32_t>;
    case TypeId::kUint64:
      return write_integer<uint64_t>;
    case TypeId::kFloat32:
      return write_float<float, kJson>;
    case TypeId::kFloat64:
      return write_float<double, kJson>;
    case TypeId::kDate32:
      return write_dates<kJson>;
    case TypeId::kDecimal128:
      return write_decimals;
    case TypeId::kTimestamp:
      return type.zone.empty() ? write_timestamps<kJson> : nullptr;
    default:
      return nullptr;
  }
}

// All bytes that the column's rows name.
template <typename Offset>
std::string_view all_bytes(const Cells& cells) {
  if (cells.column->length == 0) return {};
  const Offset* offsets = static_cast<const Offset*>(cells.offsets);
  return {static_cast<const char*>(cells.values) + offsets[0],
          static_cast<size_t>(offsets[cells.column->length] - offsets[0])};
}

// Whether what a value is decides alone whether it is quoted.
bool is_usual(const CsvStyle& style) {
  return !style.quote_all && style.null_text.empty();
}

// One vector pass over all text of a column finds out whether each value has to be looked at.
template <typename Offset>
Cells::Write csv_text_writer(const Cells& cells) {
  bool plain =
      is_usual(*cells.style) && !may_need_quotes(all_bytes<Offset>(cells), cells.delimiter);
  return plain ? write_plain_bytes<Offset, false> : write_csv_bytes<Offset>;
}

template <typename Offset>
Cells::Write json_text_writer(const Cells& cells) {
  return needs_escapes(all_bytes<Offset>(cells)) ? write_any_json : write_plain_bytes<Offset, true>;
}

}  // namespace

bool is_plain_delimiter(char delimiter) {
  bool alphanumeric = (delimiter >= '0' && delimiter <= '9') ||
                      (delimiter >= 'a' && delimiter <= 'z') ||
                      (delimiter >= 'A' && delimiter <= 'Z');
  return !alphanumeric && std::strchr("+-.:", delimiter) == nullptr;
}

Cells make_csv_cells(const ColumnPtr& column, const CsvStyle& style, int64_t row_room) {
  Cells cells = view(column, row_room);
  cells.style = &style;
  cells.delimiter = style.delimiter;
  const Type& type = *cells.column->type;
  const bool is_bare = is_plain_delimiter(style.delimiter) && is_usual(style);
  if (is_bare) cells.write = fixed_writer<false>(type);
  if (type.id == TypeId::kUtf8) cells.write = csv_text_writer<int32_t>(cells);
  if (type.id == TypeId::kLargeUtf8) cells.write = csv_text_writer<int64_t>(cells);
  if (cells.write == nullptr) cells.write = write_any_csv;
  return cells;
}

Cells make_json_cells(const ColumnPtr& column, int64_t row_room) {
  Cells cells = view(column, row_room);
  const Type& type = *cells.column->type;
  cells.write = fixed_writer<true>(type);
  if (type.id == TypeId::kUtf8) cells.write = json_text_writer<int32_t>(cells);
  if (type.id == TypeId::kLargeUtf8) cells.write = json_text_writer<int64_t>(cells);
  if (cells.write == nullptr) cells.write = write_any_json;
  return cells;
}

void append_csv_field(std::string& out, std::string_view text, const CsvStyle& style) {
  if (!style.quotes) require_no_break(text, style.delimiter);
  if (!style.quotes || !is_quoted(text, style)) {
    out += text;
    return;
  }
  size_t before = out.size();
  out.resize(before + 2 * text.size() + 2);
  char* end = write_quoted(out.data() + before, text);
  out.resize(static_cast<size_t>(end - out.data()));
}

}  // namespace penstock
