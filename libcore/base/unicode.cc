// The seam to utf8proc, which is loaded when a character that is not ASCII is first asked about:
// its tables would be a third of a megabyte of the program.
#include "libcore/base/unicode.h"

#include <utf8proc.h>

#include <array>
#include <string_view>

#include "libcore/base/late_library.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr uint32_t kSharpS = 0xDF;

struct Utf8proc {
  decltype(&utf8proc_get_property) get_property;
  decltype(&utf8proc_tolower) tolower;
  decltype(&utf8proc_toupper) toupper;
  decltype(&utf8proc_decompose_char) decompose_char;
};

const Utf8proc& utf8proc() {
  static const Utf8proc kFunctions = [] {
    const LateLibrary library("libutf8proc.so.2", "install utf8proc's library");
    Utf8proc functions{};
    library.find("utf8proc_get_property", functions.get_property);
    library.find("utf8proc_tolower", functions.tolower);
    library.find("utf8proc_toupper", functions.toupper);
    library.find("utf8proc_decompose_char", functions.decompose_char);
    return functions;
  }();
  return kFunctions;
}

// Letters that Unicode does not take apart.
struct PlainLetters {
  uint32_t code_point;
  std::string_view plain;
};
constexpr PlainLetters kPlainLetters[] = {
    {0xC6, "AE"},  {0xD0, "D"},   {0xD8, "O"},  {0xDE, "TH"}, {0xDF, "ss"},  {0xE6, "ae"},
    {0xF0, "d"},   {0xF8, "o"},   {0xFE, "th"}, {0x110, "D"}, {0x111, "d"},  {0x126, "H"},
    {0x127, "h"},  {0x131, "i"},  {0x141, "L"}, {0x142, "l"}, {0x14A, "N"},  {0x14B, "n"},
    {0x152, "OE"}, {0x153, "oe"}, {0x166, "T"}, {0x167, "t"}, {0x1E9E, "SS"}};

const utf8proc_property_t& property_of(uint32_t code_point) {
  return *utf8proc().get_property(static_cast<utf8proc_int32_t>(code_point));
}

}  // namespace

void load_unicode_library() {
  utf8proc();
}

uint32_t to_lower(uint32_t code_point) {
  return static_cast<uint32_t>(utf8proc().tolower(static_cast<utf8proc_int32_t>(code_point)));
}

uint32_t to_upper(uint32_t code_point) {
  // utf8proc maps it to U+1E9E, which Unicode does not: upper() of a name would give a letter that
  // few fonts and no German text have.
  if (code_point == kSharpS) return code_point;
  return static_cast<uint32_t>(utf8proc().toupper(static_cast<utf8proc_int32_t>(code_point)));
}

bool is_word_character(uint32_t code_point) {
  const utf8proc_property_t& property = property_of(code_point);
  switch (property.category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
      return true;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
      // Unicode's property Alphabetic would answer this exactly, but utf8proc does not have it.
      // Vowel signs have combining class 0; accents have classes that say where they are placed.
      return property.combining_class == 0;
    default:
      return to_lower(code_point) != code_point || to_upper(code_point) != code_point;
  }
}

void append_unaccented(std::string& out, uint32_t code_point) {
  for (const PlainLetters& letters : kPlainLetters) {
    if (letters.code_point == code_point) {
      out += letters.plain;
      return;
    }
  }
  constexpr int kMostParts = 16;
  std::array<utf8proc_int32_t, kMostParts> parts{};
  int boundary = 0;
  const utf8proc_ssize_t count = utf8proc().decompose_char(
      static_cast<utf8proc_int32_t>(code_point), parts.data(), kMostParts,
      static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK), &boundary);
  if (count < 0 || count > kMostParts) return append_utf8(out, code_point);
  for (utf8proc_ssize_t i = 0; i < count; ++i)
    append_utf8(out, static_cast<uint32_t>(parts[static_cast<size_t>(i)]));
}

int character_width(uint32_t code_point) {
  if (code_point < 0x300) return 1;
  // utf8proc gives each letter of a syllable that is written in parts its own column.
  if (code_point >= 0x1160 && code_point <= 0x11FF) return 0;
  const utf8proc_property_t& property = property_of(code_point);
  if (property.category == UTF8PROC_CATEGORY_MC) return 1;
  return property.charwidth;
}

}  // namespace penstock
