#include "libcore/text/write/display_width.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock {
namespace {

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text);
  return out;
}

TEST(DisplayWidth, CountsTerminalColumns) {
  EXPECT_EQ(display_width(""), 0);
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("Zürich"), 6);
  EXPECT_EQ(display_width("Zu\u0308rich"), 6);  // a combining diaeresis
  EXPECT_EQ(display_width("東京"), 4);
  EXPECT_EQ(display_width("한국"), 4);
  EXPECT_EQ(display_width("\u1112\u1161\u11ab"), 2);  // one syllable in three letters
  EXPECT_EQ(display_width("🙂"), 2);
  EXPECT_EQ(display_width("ﾊﾝｶｸ"), 4);  // half-width kana
  EXPECT_EQ(display_width("a\u200db"), 2);
}

TEST(DisplayWidth, PrefixKeepsWholeCharacters) {
  EXPECT_EQ(prefix_of_width("abc", 2), "ab");
  EXPECT_EQ(prefix_of_width("abc", 5), "abc");
  EXPECT_EQ(prefix_of_width("abc", 0), "");
  EXPECT_EQ(prefix_of_width("東京", 3), "東");
  EXPECT_EQ(prefix_of_width("u\u0308b", 1), "u\u0308");
}

TEST(DisplayWidth, NothingSteersTheTerminal) {
  EXPECT_EQ(visible("plain \\ text"), "plain \\ text");
  EXPECT_EQ(visible("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(visible("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(visible(std::string("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(visible("a\u009bb\u202eb\ufeff"), "a\\u009bb\\u202eb\\ufeff");
  EXPECT_EQ(visible("Zürich 東京"), "Zürich 東京");
}

}  // namespace
}  // namespace penstock
