#include "libcore/expr/functions/letter_case.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/base/unicode.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

template <auto kAppend>
std::string mapped(std::string_view text) {
  std::string out = "=";
  kAppend(out, text);
  return out.substr(1);
}

TEST(LetterCase, MapsEachCharacterAndKeepsTheOthers) {
  EXPECT_EQ(mapped<append_lower>("Hello WORLD_42 ÄÖÜ ŽÍŇ ΩΜ ЖЙ ẞ"),
            "hello world_42 äöü žíň ωμ жй ß");
  EXPECT_EQ(mapped<append_upper>("Hello world_42 äöü žíň ωμ жй ß"),
            "HELLO WORLD_42 ÄÖÜ ŽÍŇ ΩΜ ЖЙ ß");
  EXPECT_EQ(mapped<append_initcap>("o'NEIL élan-VITAL 3ème ßX čas_čas"),
            "O'Neil Élan-Vital 3ème ßx Čas_Čas");
  EXPECT_EQ(mapped<append_lower>(""), "");
  // Mapped characters may be shorter or longer in UTF-8.
  EXPECT_EQ(mapped<append_upper>("ıⱥ"), "IȺ");
}

// The paths for ASCII agree with what Unicode says of the same characters.
TEST(LetterCase, IsUnicodesForEveryCharacterOfTheFirstBlocks) {
  for (uint32_t c = 0; c < 0x600; ++c) {
    std::string text, lower, upper;
    append_utf8(text, c);
    append_utf8(lower, to_lower(c));
    append_utf8(upper, to_upper(c));
    EXPECT_EQ(mapped<append_lower>(text), lower) << std::hex << c;
    EXPECT_EQ(mapped<append_upper>(text), upper) << std::hex << c;
    // A letter after it starts a word where it does not go on with one.
    EXPECT_EQ(mapped<append_initcap>(text + "q"), upper + (is_word_character(c) ? "q" : "Q"))
        << std::hex << c;
    EXPECT_EQ(mapped<append_initcap>("q" + text), "Q" + lower) << std::hex << c;
  }
}

TEST(LetterCase, NamesDifferInTheCaseOfAsciiLettersAtMost) {
  EXPECT_TRUE(equal_but_for_case("Name_1", "nAME_1"));
  EXPECT_FALSE(equal_but_for_case("name", "names"));
  EXPECT_FALSE(equal_but_for_case("é", "É"));
  EXPECT_FALSE(equal_but_for_case("@", "`"));
}

}  // namespace
}  // namespace penstock
