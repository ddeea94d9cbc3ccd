#include "libcore/expr/functions/letter_case.h"

#include <algorithm>
#include <cstdint>

#include "libcore/base/unicode.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
char ascii_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
}

template <typename Ascii, typename Unicode>
void append_mapped(std::string& out, std::string_view text, Ascii ascii, Unicode unicode) {
  for (size_t at = 0; at < text.size();) {
    char c = text[at];
    if (static_cast<unsigned char>(c) < 0x80) {
      out += ascii(c);
      ++at;
    } else {
      append_utf8(out, unicode(next_code_point(text, at)));
    }
  }
}

}  // namespace

void append_lower(std::string& out, std::string_view text) {
  append_mapped(
      out, text, [](char c) { return ascii_lower(c); }, to_lower);
}
void append_upper(std::string& out, std::string_view text) {
  append_mapped(
      out, text, [](char c) { return ascii_upper(c); }, to_upper);
}

void append_initcap(std::string& out, std::string_view text) {
  bool in_word = false;
  for (size_t at = 0; at < text.size();) {
    char c = text[at];
    if (static_cast<unsigned char>(c) < 0x80) {
      out += in_word ? ascii_lower(c) : ascii_upper(c);
      in_word = (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
      ++at;
    } else {
      uint32_t character = next_code_point(text, at);
      append_utf8(out, in_word ? to_lower(character) : to_upper(character));
      in_word = is_word_character(character);
    }
  }
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace penstock
