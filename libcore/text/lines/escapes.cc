#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/unicode.h"
#include "libcore/base/utf8.h"
#include "libcore/text/lines/formats.h"

namespace penstock {
namespace {

// The value of `count` hexadecimal digits at text[at].
std::optional<uint32_t> hex_at(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return std::nullopt;
  uint32_t value = 0;
  for (char c : text.substr(at, count)) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + static_cast<uint32_t>(lower - 'a') + 10;
    } else {
      return std::nullopt;
    }
  }
  return value;
}

char escaped_byte(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    case '"':
    case '\\':
    case '/':
      return c;
    default:
      return '\0';
  }
}

// The code point of \uXXXX at text[at] (its backslash), and of a pair of them; sets `size`.
std::optional<uint32_t> code_point_at(std::string_view text, size_t at, size_t& size) {
  size = 6;
  std::optional<uint32_t> unit = hex_at(text, at + 2, 4);
  if (!unit || *unit < 0xD800 || *unit > 0xDFFF) return unit;
  const bool is_pair = *unit <= 0xDBFF && text.substr(at + 6, 2) == "\\u";
  const std::optional<uint32_t> low = is_pair ? hex_at(text, at + 8, 4) : std::nullopt;
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
  size = 12;
  return 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
}

// Appends what the escape at text[at] stands for; returns its size, or 0 for an unknown one.
size_t append_escaped(std::string& out, std::string_view text, size_t at) {
  const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
  if (const char simple = escaped_byte(kind); simple != '\0') {
    out += simple;
    return 2;
  }
  if (kind == 'x') {
    const std::optional<uint32_t> byte = hex_at(text, at + 2, 2);
    if (!byte || *byte == 0) return 0;
    out += static_cast<char>(*byte);
    return 4;
  }
  if (kind != 'u') return 0;
  size_t size = 0;
  const std::optional<uint32_t> point = code_point_at(text, at, size);
  if (!point || *point == 0) return 0;
  append_utf8(out, *point);
  return size;
}

}  // namespace

int32_t resolve_escapes(LineText& text, int32_t begin, int32_t end) {
  char* data = text.writable();
  const std::string_view contents(data + begin, static_cast<size_t>(end - begin));
  std::string out;
  out.reserve(contents.size());
  for (size_t at = 0; at < contents.size();) {
    const size_t size = contents[at] == '\\' ? append_escaped(out, contents, at) : 0;
    if (size == 0) out += contents[at];
    at += size == 0 ? 1 : size;
  }
  std::memcpy(data + begin, out.data(), out.size());
  const int32_t new_end = begin + static_cast<int32_t>(out.size());
  data[new_end] = '"';
  return new_end;
}

}  // namespace penstock
