#include "libcore/expr/functions/letter_case.h"

#include <algorithm>
#include <clocale>
#include <cwctype>

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

// Made once and never freed. Where the C library has no such locale only ASCII has case.
locale_t unicode_locale() {
  static const locale_t kLocale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return kLocale;
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

uint32_t to_lower(uint32_t code_point) {
  locale_t locale = unicode_locale();
  if (locale == nullptr) return code_point;
  return static_cast<uint32_t>(towlower_l(static_cast<wint_t>(code_point), locale));
}
uint32_t to_upper(uint32_t code_point) {
  locale_t locale = unicode_locale();
  if (locale == nullptr) return code_point;
  return static_cast<uint32_t>(towupper_l(static_cast<wint_t>(code_point), locale));
}
bool is_word_character(uint32_t code_point) {
  locale_t locale = unicode_locale();
  if (locale == nullptr) return code_point >= 0x80;
  return iswalnum_l(static_cast<wint_t>(code_point), locale) != 0;
}

void append_lower(std::string& out, std::string_view text) {
  append_mapped(
      out, text, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; },
      to_lower);
}
void append_upper(std::string& out, std::string_view text) {
  append_mapped(
      out, text, [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c; },
      to_upper);
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace penstock
