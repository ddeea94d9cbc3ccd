#include "libcore/expr/join_condition.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

Field field(std::string name, TypePtr type) {
  return {std::move(name), std::move(type), true, {}};
}

class JoinConditions : public ::testing::Test {
 protected:
  JoinCondition bind(std::string_view text) {
    return bind_join_condition(text, {"r", left}, {"s", right});
  }
  std::string error_of(std::string_view text) {
    try {
      bind(text);
    } catch (const Error& error) {
      return error.message();
    }
    return "no error";
  }

  SchemaPtr left = make_schema({field("id", int64_type()), field("a", int64_type()),
                                field("Name", utf8_type()), field("x.y", int64_type()),
                                field("box", struct_type({field("w", int64_type())}))});
  SchemaPtr right =
      make_schema({field("id", int64_type()), field("c", int64_type()), field("d", int32_type())});
  using Columns = std::vector<size_t>;
};

TEST_F(JoinConditions, ColumnsOfBothSides) {
  EXPECT_EQ(bind("r.a + s.c > 10").whole.columns, (Columns{1, 6}));
  EXPECT_EQ(bind("a + c > 10").whole.columns, (Columns{1, 6}));
  EXPECT_EQ(bind("R.id < S.ID").whole.columns, (Columns{0, 5}));
  EXPECT_EQ(bind("name = 'x' and r.\"Name\" = 'y'").whole.columns, (Columns{2}));
  EXPECT_EQ(bind("x.y = 1 or r.x.y = c").whole.columns, (Columns{3, 6}));
  EXPECT_EQ(bind("box.w = 1 or r.box.w = c").whole.columns, (Columns{4, 6}));
  EXPECT_EQ(bind("case when s.d in (1, 2) then true else c is null end").whole.columns,
            (Columns{6, 7}));
  EXPECT_EQ(bind("true").whole.columns, Columns{});
}

TEST_F(JoinConditions, EqualColumnsAreKeys) {
  using Pairs = std::vector<std::pair<size_t, size_t>>;
  EXPECT_EQ(bind("s.id = r.id and a = c and name > 'b'").equal, (Pairs{{0, 0}, {1, 1}}));
  EXPECT_EQ(bind("r.id = s.id or a = c").equal, Pairs{});
  EXPECT_EQ(bind("r.id = a and c = 5 and a + 1 = c").equal, Pairs{});
  EXPECT_EQ(bind("a = d").equal, Pairs{}) << "of different types";
}

TEST_F(JoinConditions, WhatIsAskedOfTheRightAlone) {
  JoinCondition condition = bind("c = 1 and (a > 2 and s.d in (1, 2)) and a = c");
  EXPECT_EQ(condition.of_right.columns, (Columns{6, 7}));
  EXPECT_EQ(condition.of_both.columns, (Columns{1, 6}));
  condition = bind("c = 1 or a > 2");
  EXPECT_EQ(condition.of_right.expression, nullptr);
  EXPECT_EQ(condition.of_both.columns, (Columns{1, 6}));
  condition = bind("s.id = 3 and c = 1");
  EXPECT_EQ(condition.of_right.columns, (Columns{5, 6}));
  EXPECT_EQ(condition.of_both.expression, nullptr);
  condition = bind("true and a > 1");
  EXPECT_EQ(condition.of_right.expression, nullptr);
}

TEST_F(JoinConditions, ErrorsPointIntoTheText) {
  EXPECT_EQ(error_of("c > 1 and id = 2"),
            "column 'id' is in both inputs; write r.id or s.id\n  c > 1 and id = 2\n            ^");
  EXPECT_EQ(error_of("s.cc > 1"), "unknown column 's.cc'; did you mean 's.c'?\n  s.cc > 1\n  ^");
  EXPECT_EQ(error_of("Namee = 'x'"),
            "unknown column 'Namee'; did you mean 'Name'?\n  Namee = 'x'\n  ^");
  EXPECT_EQ(error_of("t.a = 1"),
            "no side of the join is called 't'; the left is 'r', the right 's' (--as renames "
            "them)\n  t.a = 1\n  ^");
  EXPECT_EQ(error_of("a + c"), "the condition is int64, not true or false\n  a + c\n    ^");
}

TEST_F(JoinConditions, ASideWithTheNameOfAStructIsRefused) {
  left = make_schema({field("s", struct_type({field("c", int64_type())}))});
  EXPECT_EQ(error_of("s.c = 1"),
            "'s' is one side of the join and 's' a column; rename the sides with --as\n"
            "  s.c = 1\n  ^");
}

}  // namespace
}  // namespace penstock
