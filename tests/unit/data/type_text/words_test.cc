#include "libcore/data/type_text/words.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/base/error.h"

namespace penstock {
namespace {

template <typename Read>
std::string error_of(Read read) {
  try {
    read();
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

TEST(TypeWords, ReadsWordsAndSignsBehindBlanks) {
  TypeWords words("  Decimal (15 , x_1 )");
  EXPECT_EQ(words.lower_word(), "decimal");
  EXPECT_TRUE(words.begins('('));
  words.expect('(');
  EXPECT_EQ(words.number(1, 38), 15);
  EXPECT_FALSE(words.accept(')'));
  EXPECT_TRUE(words.accept(','));
  EXPECT_EQ(words.word(), "x_1");
  EXPECT_EQ(words.word(), "");
  EXPECT_FALSE(words.at_end());
  words.expect(')');
  EXPECT_TRUE(words.at_end());
  EXPECT_FALSE(words.begins(')'));
}

TEST(TypeWords, AcceptsAllWordsOrNone) {
  TypeWords words("WITH time zone");
  EXPECT_FALSE(words.accept_words({"with", "zone"}));
  EXPECT_TRUE(words.accept_words({"with", "time", "zone"}));
  EXPECT_TRUE(words.at_end());
}

TEST(TypeWords, ReadsNamesInQuotes) {
  TypeWords words(R"(plain "a "" b: c" "open)");
  EXPECT_EQ(words.field_name(), "plain");
  EXPECT_EQ(words.field_name(), "a \" b: c");
  EXPECT_EQ(error_of([&] { words.field_name(); }),
            "'plain \"a \"\" b: c\" \"open' is not a type; a quote is not closed");
}

TEST(TypeWords, ReadsUpToASign) {
  TypeWords words(" +05:30] ]");
  EXPECT_EQ(words.up_to(']'), "+05:30");
  words.expect(']');
  EXPECT_EQ(words.up_to(']'), "");
  words.expect(']');
  EXPECT_EQ(words.up_to(']'), "");
}

TEST(TypeWords, RefusesWhatIsMissing) {
  EXPECT_EQ(error_of([] { TypeWords("x").expect('<'); }), "'x' is not a type; '<' is missing");
  EXPECT_EQ(error_of([] { TypeWords("39").number(1, 38); }),
            "'39' is not a type; a number from 1 to 38 is expected");
  EXPECT_EQ(error_of([] { TypeWords("0").number(1, 38); }),
            "'0' is not a type; a number from 1 to 38 is expected");
  EXPECT_EQ(error_of([] { TypeWords(", sort").accept_flag("sorted"); }),
            "', sort' is not a type; 'sorted' is expected");
  EXPECT_FALSE(TypeWords(">").accept_flag("sorted"));
  EXPECT_TRUE(TypeWords(", Sorted").accept_flag("sorted"));
}

}  // namespace
}  // namespace penstock
