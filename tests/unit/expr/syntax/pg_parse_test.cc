#include "libcore/expr/syntax/pg_parse.h"

#include <gtest/gtest.h>

#include "libcore/base/limits.h"
#include "libcore/expr/expression.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

std::string error(const std::string& text) {
  return error_of(text, make_batch({{"a", "int64", {"1"}}, {"b", "bool", {"true"}}}));
}
std::string predicate_error(const std::string& text) {
  try {
    bind_predicate(text, Schema({{"a", int64_type(), true, {}}}));
  } catch (const Error& e) {
    return e.message();
  }
  return "no error";
}

TEST(Parse, SyntaxErrorsPointIntoTheText) {
  EXPECT_EQ(error("a +"), "something is missing after '+'\n  a +\n     ^");
  EXPECT_EQ(error("a = = 1"), "something is missing after '='\n  a = = 1\n      ^");
  EXPECT_EQ(error("'é' || (a"), "this bracket is not closed\n  'é' || (a\n         ^");
  EXPECT_EQ(error("a = 'x"), "unterminated quoted string at or near \"'x\"\n  a = 'x\n      ^");
  EXPECT_EQ(error("a +\n  bb"), "unknown column 'bb'; did you mean 'b'?\n    bb\n    ^");
  EXPECT_EQ(error("'é'\t|| a || zz"),
            "unknown column 'zz'; the columns are a, b\n  'é' || a || zz\n              ^");
}

TEST(Parse, LongLinesAreCutAroundTheCaret) {
  std::string sum = "a";
  for (int i = 0; i < 60; ++i)
    sum += " + a";
  std::string message = error(sum + " + zz" + sum);
  EXPECT_EQ(message.substr(message.find('\n')).find("\n  …"), 0U);
  EXPECT_LT(message.size(), 300U);
}

TEST(Parse, NothingButOneList) {
  for (std::string text : {"1 from t", "1 where a", "1 union select 2", "1 order by 1", "1 limit 1",
                           "distinct 1", "1 into x", "1 for update", "1 group by a having b"}) {
    EXPECT_EQ(error(text).substr(0, 45), "only expressions can stand here, nothing else") << text;
  }
  EXPECT_EQ(error("1; drop table x"),
            "a ';' has no place in an expression\n  1; drop table x\n   ^");
  EXPECT_EQ(error(""), "the expression is empty\n  \n  ^");
  EXPECT_EQ(error("  -- nothing").substr(0, 23), "the expression is empty");
  EXPECT_EQ(predicate_error("a > 1, a < 2"),
            "one expression is expected here, not a list\n  a > 1, a < 2\n         ^");
  EXPECT_EQ(predicate_error("a > 1 as b"), "a name (as b) has no use here\n  a > 1 as b\n  ^");
  EXPECT_EQ(predicate_error("a"), "the condition is int64, not true or false\n  a\n  ^");
  EXPECT_EQ(error("(select 1)").substr(0, 26), "a subquery has no place in");
  EXPECT_EQ(error("count(*) over w").substr(0, 18), "unknown window 'w'");
  EXPECT_EQ(error("a window w as ()"),
            "windows are defined behind a list of pagg --window, not here\n  a window w as ()\n"
            "                ^");
  EXPECT_EQ(error("$1").substr(0, 15), "a parameter has");
  EXPECT_EQ(error("a collate \"C\"").substr(0, 20), "collate is not known");
  EXPECT_EQ(error("row(1, 2)").substr(0, 15), "a row of values");
  EXPECT_EQ(error("b'101'").substr(0, 12), "a bit string");
}

TEST(Parse, CommentsAndQuotes) {
  Batch batch = make_batch({{"a b", "int64", {"1"}}, {"c\"d", "int64", {"2"}}});
  EXPECT_EQ(eval("\"a b\" /* one /* two */ */ + \"c\"\"d\" -- three", batch), "3");
  EXPECT_EQ(eval("E'a\\tb' || 'it''s' || $q$x'y$q$ || U&'\\0041'", batch), "'a\tbit'sx'yA'");
}

TEST(Parse, NamesAsTheUserSpelledThem) {
  Batch batch =
      make_batch({{"Name", "int64", {"1"}}, {"name", "int64", {"2"}}, {"Ärger", "int64", {"3"}}});
  EXPECT_EQ(eval("Name", batch), "1");
  EXPECT_EQ(eval("name", batch), "2");
  EXPECT_EQ(eval("\"Name\"", batch), "1");
  EXPECT_EQ(eval("Ärger", batch), "3");
  EXPECT_EQ(eval("NAME", batch),
            "error: 'NAME' may be the column \"Name\" or \"name\"; write it in quotes");
  EXPECT_EQ(eval("\"NAME\"", batch).substr(0, 28), "error: unknown column 'NAME'");
  std::string longest(100, 'q');
  EXPECT_EQ(eval(longest + " + 1", make_batch({{longest, "int64", {"1"}}})), "2");
  Batch dotted = make_batch({{"a.b", "int64", {"5"}}});
  EXPECT_EQ(eval("a.b", dotted), "5");
  Batch twice = make_batch({{"x", "int64", {"5"}}, {"x", "int64", {"6"}}});
  EXPECT_EQ(eval("x", twice).substr(0, 31), "error: column 'x' is ambiguous:");
}

TEST(Parse, DepthIsLimited) {
  auto nested = [](int n) {
    return std::string(static_cast<size_t>(n), '(') + "1" +
           std::string(static_cast<size_t>(n), ')');
  };
  EXPECT_EQ(error(nested(1000)), "no error");  // brackets alone leave no trace
  EXPECT_EQ(error(nested(100000)).substr(0, 35), "the expression is nested too deeply");
  auto repeat = [](std::string_view piece, int n) {
    std::string text;
    for (int i = 0; i < n; ++i)
      text += piece;
    return text;
  };
  EXPECT_EQ(error(repeat("a + ", 390) + "a"), "no error");
  EXPECT_EQ(error(repeat("a + ", 401) + "a").substr(0, 35), "the expression is nested too deeply");
  EXPECT_EQ(error(repeat("a + ", 200000) + "a").substr(0, 35),
            "the expression is nested too deeply");
  EXPECT_EQ(error(repeat("not ", 9000) + "b").substr(0, 35), "the expression is nested too deeply");
  EXPECT_EQ(error(repeat("abs(", 300) + "a" + repeat(")", 300)), "no error");
  EXPECT_EQ(error(repeat("abs(", 100000) + "a").substr(0, 35),
            "the expression is nested too deeply");
  EXPECT_EQ(error("a" + repeat("::int", 100000)).substr(0, 35),
            "the expression is nested too deeply");
  EXPECT_EQ(error("b" + repeat(" or b", 5000)), "no error");  // flat
  EXPECT_EQ(error(repeat("case 1 when 1 then ", 30) + "1" + repeat(" end", 30)), "no error");
}

TEST(Parse, SizeIsLimited) {
  std::string list = "a in (0";
  while (list.size() + 20 < static_cast<size_t>(kMaxExpressionBytes))
    list += ",123456789";
  EXPECT_EQ(error(list + ")"), "no error");
  EXPECT_EQ(error(std::string(static_cast<size_t>(kMaxExpressionBytes), ' ') + "1"),
            "an expression of 1048577 bytes; at most 1048576 are read");
  EXPECT_EQ(error(std::string("a\0b", 3)).substr(0, 30), "a NUL byte in the expression\n ");
  EXPECT_EQ(error("'\xff'"), "the expression is not valid UTF-8: '\\xff'");
}

TEST(Parse, UnknownFunctions) {
  EXPECT_EQ(error("uper('x')"), "unknown function 'uper'; did you mean 'upper'?\n  uper('x')\n  ^");
  EXPECT_EQ(error("a <=> 1"), "unknown operator <=>; write is not distinct from\n  a <=> 1\n    ^");
  EXPECT_EQ(error("length(a)"),
            "there is no function length(int64); there is length(text) -> int64\n  length(a)\n  ^");
  EXPECT_EQ(error("sum(a)"), "an aggregate (sum) can only stand in a list of pagg\n  sum(a)\n  ^");
}

TEST(ReferencedColumns, InTheSchemasOrder) {
  Schema schema({{"a", int64_type(), true, {}},
                 {"B", int64_type(), true, {}},
                 {"c", int64_type(), true, {}},
                 {"d", utf8_type(), true, {}}});
  using Names = std::vector<std::string>;
  EXPECT_EQ(referenced_columns("c + b", schema), (Names{"B", "c"}));
  EXPECT_EQ(
      referenced_columns("sum(a) filter (where c > 1), string_agg(d, ',' order by b)", schema),
      (Names{"a", "B", "c", "d"}));
  EXPECT_EQ(referenced_columns("*", schema), (Names{"a", "B", "c", "d"}));
  EXPECT_EQ(referenced_columns("count(*)", schema), (Names{}));
  EXPECT_EQ(referenced_columns("case when a in (1, c) then d end as x", schema),
            (Names{"a", "c", "d"}));
  EXPECT_THROW(referenced_columns("zz", schema), Error);
}

}  // namespace
}  // namespace penstock
