#include "libcore/base/unicode.h"

#include <gtest/gtest.h>

#include <string_view>

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

uint32_t code_point(std::string_view character) {
  size_t offset = 0;
  return next_code_point(character, offset);
}

TEST(Unicode, MapsOneCharacterToOne) {
  struct {
    const char* lower;
    const char* upper;
  } pairs[] = {{"a", "A"}, {"z", "Z"}, {"ä", "Ä"}, {"ÿ", "Ÿ"}, {"č", "Č"},
               {"ж", "Ж"}, {"ω", "Ω"}, {"ǆ", "Ǆ"}, {"ⓐ", "Ⓐ"}, {"𐐨", "𐐀"}};
  for (auto [lower, upper] : pairs) {
    EXPECT_EQ(to_upper(code_point(lower)), code_point(upper)) << lower;
    EXPECT_EQ(to_lower(code_point(upper)), code_point(lower)) << upper;
    EXPECT_EQ(to_lower(code_point(lower)), code_point(lower)) << lower;
    EXPECT_EQ(to_upper(code_point(upper)), code_point(upper)) << upper;
  }
  EXPECT_EQ(to_upper(code_point("ß")), code_point("ß"));
  EXPECT_EQ(to_lower(code_point("ẞ")), code_point("ß"));
  EXPECT_EQ(to_lower(code_point("İ")), code_point("i"));
  for (const char* other : {"1", " ", "中", "\u0301", "×", "÷"}) {
    EXPECT_EQ(to_upper(code_point(other)), code_point(other));
    EXPECT_EQ(to_lower(code_point(other)), code_point(other));
  }
}

TEST(Unicode, WhatIsMappedGoesOnWithAWord) {
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (to_lower(c) == c && to_upper(c) == c) continue;
    // The Greek iota subscript is a mark below the letter before it.
    EXPECT_TRUE(is_word_character(c) || c == 0x345) << std::hex << c;
    EXPECT_EQ(to_lower(to_lower(c)), to_lower(c)) << std::hex << c;
  }
  for (const char* word : {"a", "Z", "0", "é", "ß", "中", "ʰ", "Ⅷ", "٣", "ि"})
    EXPECT_TRUE(is_word_character(code_point(word))) << word;
  for (const char* between : {" ", "_", "-", "'", "\u0301", "。", "€", "🙂", "½"})
    EXPECT_FALSE(is_word_character(code_point(between))) << between;
}

TEST(Unicode, CountsColumnsOfACharacter) {
  EXPECT_EQ(character_width(code_point("a")), 1);
  EXPECT_EQ(character_width(0xAD), 1);
  EXPECT_EQ(character_width(0x301), 0);
  EXPECT_EQ(character_width(0x200D), 0);
  EXPECT_EQ(character_width(0xFE0F), 0);
  EXPECT_EQ(character_width(code_point("中")), 2);
  EXPECT_EQ(character_width(code_point("Ａ")), 2);
  EXPECT_EQ(character_width(code_point("ﾊ")), 1);
  EXPECT_EQ(character_width(code_point("🙂")), 2);
  EXPECT_EQ(character_width(0x20000), 2);
  // The letters of a Hangul syllable in parts: the first is as wide as the syllable.
  EXPECT_EQ(character_width(0x1112), 2);
  EXPECT_EQ(character_width(0x1161), 0);
  EXPECT_EQ(character_width(0x11AB), 0);
  // Devanagari vowels: one beside its letter, one above it.
  EXPECT_EQ(character_width(0x93E), 1);
  EXPECT_EQ(character_width(0x947), 0);
  EXPECT_EQ(character_width(0x10FFFF), 1);
}

}  // namespace
}  // namespace penstock
