#include "libcore/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock {
namespace {

bool is_scalar(uint32_t code) {
  return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

TEST(Utf8, EveryCodePointEncodesAndDecodes) {
  for (uint32_t code = 0; code <= 0x10FFFF; ++code) {
    if (!is_scalar(code)) continue;
    std::string text;
    append_utf8(text, code);
    ASSERT_TRUE(is_utf8(text)) << code;
    ASSERT_EQ(utf8_length(text), 1U);
    size_t offset = 0;
    ASSERT_EQ(next_code_point(text, offset), code);
    ASSERT_EQ(offset, text.size());
  }
}

TEST(Utf8, RefusesWhatIsNone) {
  for (const char* bad :
       {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xC3(b"}) {
    EXPECT_FALSE(is_utf8(bad)) << printable(bad);
    EXPECT_FALSE(is_utf8(std::string(100, 'x') + bad + std::string(100, 'x')));
  }
  EXPECT_TRUE(is_utf8(""));
}

TEST(Utf8, CountsAndFindsCharacters) {
  std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
  EXPECT_EQ(utf8_length(text), 5U);
  EXPECT_EQ(utf8_offset(text, 0), 0U);
  EXPECT_EQ(utf8_offset(text, 1), 1U);
  EXPECT_EQ(utf8_offset(text, 2), 3U);
  EXPECT_EQ(utf8_offset(text, 4), 10U);
  EXPECT_EQ(utf8_offset(text, 5), text.size());
  EXPECT_EQ(utf8_offset(text, 99), text.size());
}

TEST(Printable, ShowsBytesThatAreNoTextAndCutsLongOnes) {
  EXPECT_EQ(printable("plain \xC3\xA9"), "plain \xC3\xA9");
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(printable(std::string_view("\0\x1B\x7F", 3)), "\\x00\\x1b\\x7f");
  EXPECT_EQ(printable("\xFF\xC3(\xE2\x82"), "\\xff\\xc3(\\xe2\\x82");
  EXPECT_EQ(printable(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(printable(std::string(65, 'x')), std::string(64, 'x') + "…");
}

TEST(VisibleText, SpellsOutWhatATerminalWouldActOn) {
  EXPECT_EQ(visible_text("plain é 東京 😀"), "plain é 東京 😀");
  EXPECT_EQ(visible_text("a\nb\tc\rd\x1B[31m\x7F"), "a\\nb\\tc\\rd\\x1b[31m\\x7f");
  EXPECT_EQ(visible_text("\xC2\x85|\xC2\x9B|\xC2\xA0|"), "\\u0085|\\u009b|\xC2\xA0|");
  EXPECT_EQ(visible_text("\u202E\u2066\u200F\u061C\u2028\uFEFF"),
            "\\u202e\\u2066\\u200f\\u061c\\u2028\\ufeff");
  EXPECT_EQ(visible_text("\xFF\xE2\x82"), "\\xff\\xe2\\x82");
  EXPECT_EQ(visible_lines("a\x1B\nb\r\n\n"), "a\\x1b\nb\\r\n\n");
  EXPECT_EQ(visible_lines(""), "");
}

TEST(VisibleText, OfEveryCodePointStaysOrIsAscii) {
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    std::string seen = visible_text(text);
    bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
    if (control) {
      EXPECT_EQ(seen[0], '\\') << c;
    }
    EXPECT_TRUE(seen == text || seen[0] == '\\') << c;
    EXPECT_TRUE(is_utf8(seen)) << c;
  }
}

}  // namespace
}  // namespace penstock
