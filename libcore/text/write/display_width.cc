#include "libcore/text/write/display_width.h"

#include <algorithm>

#include "libcore/base/unicode.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// Marks that reorder text or are invisible, with which one cell could pass for another.
bool is_deceptive(uint32_t c) {
  return (c >= 0x80 && c <= 0x9F) || c == 0x61C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_hex(std::string& out, uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out += "0123456789abcdef"[(value >> shift) & 15];
  }
}

void append_escaped(std::string& out, uint32_t c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += c < 0x80 ? "\\x" : "\\u";
  append_hex(out, c, c < 0x80 ? 2 : 4);
}

bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

int64_t display_width(std::string_view text) {
  int64_t width = 0;
  size_t offset = 0;
  while (offset < text.size())
    width += character_width(next_code_point(text, offset));
  return width;
}

std::string_view prefix_of_width(std::string_view text, int64_t width) {
  size_t offset = 0;
  while (offset < text.size()) {
    size_t end = offset;
    width -= character_width(next_code_point(text, end));
    if (width < 0) break;
    offset = end;
  }
  return text.substr(0, offset);
}

void append_visible(std::string& out, std::string_view text) {
  if (is_plain_ascii(text)) {
    out += text;
    return;
  }
  size_t offset = 0;
  while (offset < text.size()) {
    size_t start = offset;
    uint32_t c = next_code_point(text, offset);
    if (c < 0x20 || c == 0x7F || is_deceptive(c)) {
      append_escaped(out, c);
    } else {
      out += text.substr(start, offset - start);
    }
  }
}

}  // namespace penstock
