#include "libcore/expr/functions/manual.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string refusal(std::string_view word) {
  try {
    functions_manual(word);
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

TEST(Manual, ShowsAnEntryBelowItsSubject) {
  EXPECT_EQ(functions_manual("initcap"),
            "Text\n"
            "  initcap(text) -> text\n"
            "      the first letter of each word in upper case, the rest in lower\n"
            "      initcap('new YORK') → 'New York'\n");
}

TEST(Manual, FindsByAnyCaseAndByNamesOfOtherTools) {
  EXPECT_EQ(functions_manual("MEDIAN"), functions_manual("median"));
  EXPECT_NE(functions_manual("len").find("  length(text) -> int64\n"), std::string::npos);
  EXPECT_NE(functions_manual("mean").find("  avg(number) -> float64\n"), std::string::npos);
  EXPECT_EQ(functions_manual("iif"), "  iif: case when CONDITION then a else b end\n");
}

TEST(Manual, SaysWhatNullsDo) {
  EXPECT_NE(functions_manual("concat_ws").find("\n      nulls: null if the first"),
            std::string::npos);
}

TEST(Manual, SuggestsForAWordThatIsNowhere) {
  EXPECT_EQ(refusal("lenght"), "no function has to do with 'lenght'; did you mean 'length'?");
}

}  // namespace
}  // namespace penstock
