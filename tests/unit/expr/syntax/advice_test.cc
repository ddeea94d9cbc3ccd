#include "libcore/expr/syntax/advice.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/expr/expression.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

// The message, and behind @ the text from the caret on.
std::string said(const std::string& text) {
  Batch batch = make_batch({{"a", "int64", {"1"}}, {"b", "bool", {"true"}}, {"t", "text", {"x"}}});
  const std::string message = error_of(text, batch);
  const size_t first = message.find('\n');
  const size_t second = message.rfind('\n');
  if (first == std::string::npos) return message;
  const size_t caret = message.size() - second - 1 - 3;
  return message.substr(0, first) + " @" +
         message.substr(first + 3, second - first - 3).substr(caret);
}

std::string quote(const std::string& word, const std::string& rest) {
  return "'" + word + "' is a word of SQL; a column of this name is written in double quotes, \"" +
         word + "\" @" + rest;
}

TEST(Advice, WordsOfSqlAsColumns) {
  EXPECT_EQ(said("order > 5"), quote("order", "order > 5"));
  EXPECT_EQ(said("a, Group"), quote("Group", "Group"));
  EXPECT_EQ(said("sum(table)"), quote("table", "table)"));
  EXPECT_EQ(said("where = 'x'"), quote("where", "where = 'x'"));
  EXPECT_EQ(said("limit > 1"), quote("limit", "limit > 1"));
  EXPECT_EQ(said("a + from"), quote("from", "from"));
  EXPECT_EQ(said("end = 1"), quote("end", "end = 1"));
  EXPECT_EQ(said("user = 'x'"),
            "'user' is a value of the session in SQL, which does not exist here; a column of this "
            "name is written in double quotes, \"user\" @user = 'x'");
}

TEST(Advice, OperatorsOfOtherLanguages) {
  EXPECT_EQ(said("a == 1"), "unknown operator ==; write = @== 1");
  EXPECT_EQ(said("a > 1 && a < 3"), "'&&' is not known here; write and @&& a < 3");
  EXPECT_EQ(said("b && b"), "unknown operator &&; write and @&& b");
  EXPECT_EQ(said("! b"), "unknown operator !; write not @! b");
  EXPECT_EQ(said("a => 1"), "'=>' is not known here; write >= @=> 1");
  EXPECT_EQ(said("`a` > 1"),
            "'`' is not known here; a name that is not a plain word is written in double quotes "
            "@`a` > 1");
  EXPECT_EQ(said("a = 1 || a = 2"), "|| joins texts; between two conditions write or @= 2");
  EXPECT_EQ(said("(a = 1) || b"),
            "|| joins texts; there is no bool || bool; between two conditions write or @|| b");
  EXPECT_EQ(said("1 < a < 3"),
            "two comparisons follow each other; write and between them, as in a < b and b < c "
            "@< 3");
}

TEST(Advice, WhatIsMissing) {
  EXPECT_EQ(said("a > 1 and"), "something is missing after 'and' @");
  EXPECT_EQ(said("a > 1 OR, b"), "something is missing after 'OR' @, b");
  EXPECT_EQ(said("sum(a in)"), "something is missing after 'in' @)");
  EXPECT_EQ(said("a as and"), "no error");
  EXPECT_EQ(said("a > 1 and = 2"), "something is missing after 'and' @= 2");
  EXPECT_EQ(said("a,"), "something is missing after ',' @");
  EXPECT_EQ(said("a, , b"), "something is missing after ',' @, b");
  EXPECT_EQ(said("a between 1 and"), "something is missing after 'and' @");
  EXPECT_EQ(said("(a + (1 * 2)"), "this bracket is not closed @(a + (1 * 2)");
  EXPECT_EQ(said("case when b then 1"), "the end of a case is missing; write end @");
}

TEST(Advice, OtherErrorsStayThoseOfTheParser) {
  EXPECT_EQ(said("a b c"), "syntax error at or near \"c\" @c");
  EXPECT_EQ(said("a)"), "syntax error at or near \")\" @)");
  EXPECT_EQ(advice_about_operator("+"), "");
}

TEST(Advice, TextIsInSingleQuotes) {
  EXPECT_EQ(said("t = \"AA\""),
            "unknown column 'AA'; the columns are a, b, t; a text is written in single quotes, "
            "'AA' @\"AA\"");
}

}  // namespace
}  // namespace penstock
