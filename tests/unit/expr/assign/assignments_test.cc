#include "libcore/expr/assign/assignments.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/value_text.h"

namespace penstock {
namespace {

const Schema& columns() {
  static const Schema kSchema({{"a", int64_type(), true, {}},
                               {"b c", utf8_type(), true, {}},
                               {"d", decimal_type(9, 2), true, {}},
                               {"e", make_type(TypeId::kInt8), true, {}},
                               {"f", bool_type(), true, {}}});
  return kSchema;
}

// The first line of what is wrong, and how far the caret is from the left.
std::pair<std::string, size_t> refusal(const std::string& text) {
  try {
    bind_assignments(text, columns());
  } catch (const Error& error) {
    const std::string excerpt(error.excerpt());
    return {std::string(error.line()), excerpt.size() - excerpt.rfind('\n') - 4};
  }
  return {};
}

TEST(Assignments, CommasInBracketsBelongToTheExpression) {
  const auto bound = bind_assignments("a = greatest(a, 2), f = a > 3 and e = 1", columns());
  ASSERT_EQ(bound.size(), 2U);
  EXPECT_EQ(bound[0].column, 0U);
  EXPECT_EQ(bound[1].column, 4U);
  EXPECT_EQ(bound[1].value->type()->id, TypeId::kBool);
}

TEST(Assignments, ValuesHaveTheTypeOfTheColumn) {
  for (const char* text : {"d = d * 1.1", "d = a", "d = null", "d = '1.5'", "d = 2.5"}) {
    const auto bound = bind_assignments(text, columns());
    EXPECT_TRUE(equals(*bound[0].value->type(), *decimal_type(9, 2))) << text;
  }
  EXPECT_EQ(bind_assignments("e = a", columns())[0].value->type()->id, TypeId::kInt8);
  EXPECT_EQ(refusal("a = 'x'").second, 4U);
  EXPECT_EQ(refusal("\"b c\" = a").first,
            "the value of column 'b c' is int64, not text; cast it, as in x::text");
  EXPECT_NE(refusal("f = 1").first, "");
}

TEST(Assignments, WhatIsWrongIsShown) {
  const std::string form = "an assignment is expected here, NAME = EXPR, as in price = price * 2";
  using Shown = std::pair<std::string, size_t>;
  EXPECT_EQ(refusal(""), Shown(form, 0));
  EXPECT_EQ(refusal("a"), Shown(form, 0));
  EXPECT_EQ(refusal("a = 1,"), Shown(form, 6));
  EXPECT_EQ(refusal("a = 1, b > 3"), Shown(form, 7));
  EXPECT_EQ(refusal("a = 1, e = 2, a = 3"), Shown("a column that is set twice", 14));
  EXPECT_EQ(refusal("e = 1, x = 2").second, 7U);
  EXPECT_EQ(refusal("e = 1, a = nosuch").second, 11U);
  EXPECT_EQ(refusal("e = 1, a = 2 +").second, 14U);
  EXPECT_EQ(refusal("a = 1; b = 2").second > 0, true);
  EXPECT_NE(refusal("a = *").first, "");
  EXPECT_NE(refusal("a = 1 as b").first, "");
  EXPECT_NE(refusal("a = sum(a)").first, "");
  EXPECT_NE(refusal(")").first, "");
}

}  // namespace
}  // namespace penstock
