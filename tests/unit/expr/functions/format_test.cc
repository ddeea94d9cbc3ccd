#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(Format, FillsPlacesAsPostgresDoes) {
  EXPECT_EQ(eval("format('Hello %s, %1$s', 'World')"), "'Hello World, World'");
  EXPECT_EQ(eval("format('|%10s|%-5s|', 'foo', 'b')"), "'|       foo|b    |'");
  EXPECT_EQ(eval("format('|%*s|%-*s|', 5, 'foo', 4, 'b')"), "'|  foo|b   |'");
  EXPECT_EQ(eval("format('|%*s|', -5, 'foo')"), "'|foo  |'");
  EXPECT_EQ(eval("format('|%2$*1$s|', 5, 'foo')"), "'|  foo|'");
  EXPECT_EQ(eval("format('%3$s %s', 1, 2, 3, 4)"), "'3 4'");
  EXPECT_EQ(eval("format('100 %%')"), "'100 %'");
  EXPECT_EQ(eval("format('%s-%s', null, 'a')"), "'-a'");
  EXPECT_EQ(eval("format(null, 'a')"), "null");
}

TEST(Format, QuotesForSql) {
  EXPECT_EQ(eval("format('%I %I %I %I', 'abc', 'A b', 'select', 'a\"b')"),
            "'abc \"A b\" \"select\" \"a\"\"b\"'");
  EXPECT_EQ(eval("format('%L %L %L', 'it''s', null, E'a\\\\b')"), "''it''s' NULL E'a\\\\b''");
}

TEST(Format, RefusesWhatItCannotFill) {
  EXPECT_EQ(eval("format('%s')"), "error: format has too few arguments for its text");
  EXPECT_EQ(eval("format('%d', 1)"), "error: format knows %s, %I, %L and %%, not %d");
  EXPECT_EQ(eval("format('%', 1)"), "error: the text of format ends within a place");
  EXPECT_EQ(eval("format('%0$s', 1)"), "error: the arguments of format are counted from 1");
  EXPECT_EQ(eval("format('%I', null)"), "error: null cannot be a name (%I)");
  EXPECT_EQ(eval("length(format('%1048576s', 'a'))"), "1048576");
  EXPECT_EQ(eval("format('%1048577s', 'a')"),
            "error: a place of format is at most 1,048,576 characters wide");
}

}  // namespace
}  // namespace penstock
