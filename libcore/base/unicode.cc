// The seam to utf8proc.
#include "libcore/base/unicode.h"

#include <utf8proc.h>

namespace penstock {
namespace {

constexpr uint32_t kSharpS = 0xDF;

const utf8proc_property_t& property_of(uint32_t code_point) {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point));
}

}  // namespace

uint32_t to_lower(uint32_t code_point) {
  return static_cast<uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)));
}

uint32_t to_upper(uint32_t code_point) {
  // utf8proc maps it to U+1E9E, which Unicode does not: upper() of a name would give a letter that
  // few fonts and no German text have.
  if (code_point == kSharpS) return code_point;
  return static_cast<uint32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(code_point)));
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

int character_width(uint32_t code_point) {
  if (code_point < 0x300) return 1;
  // utf8proc gives each letter of a syllable that is written in parts its own column.
  if (code_point >= 0x1160 && code_point <= 0x11FF) return 0;
  const utf8proc_property_t& property = property_of(code_point);
  if (property.category == UTF8PROC_CATEGORY_MC) return 1;
  return property.charwidth;
}

}  // namespace penstock
