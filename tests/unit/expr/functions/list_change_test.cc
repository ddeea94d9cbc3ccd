#include "libcore/expr/functions/list_change.h"

#include <gtest/gtest.h>

#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

TEST(ListChange, NullListsAreEmptyWherePostgresHasThemSo) {
  EXPECT_EQ(eval("array_cat(array[1], null)"), "[1]");
  EXPECT_EQ(eval("array_append(x, 1)", make_batch({{"y", "int64", {"1"}}})),
            "error: unknown column 'x'; the only column is y");
  EXPECT_EQ(eval("array[1] || '{2,3}'"), "[1,2,3]");
  EXPECT_EQ(eval("array_append(array[1], null)"), "[1,null]");
  EXPECT_EQ(
      eval("string_to_array(s, ',') || string_to_array(t, ',')",
           make_batch({{"s", "text", {"a", "null", "null"}}, {"t", "text", {"b,c", "d", "null"}}})),
      "[\"a\",\"b\",\"c\"] [\"d\"] null");
}

TEST(ListChange, SlicesAreCutToTheList) {
  EXPECT_EQ(eval("(array[1, 2, 3])[2:]"), "[2,3]");
  EXPECT_EQ(eval("(array[1, 2, 3])[:2]"), "[1,2]");
  EXPECT_EQ(eval("(array[1, 2, 3])[:]"), "[1,2,3]");
  EXPECT_EQ(eval("(array[1, 2, 3])[-5:9]"), "[1,2,3]");
  EXPECT_EQ(eval("(array[1, 2, 3])[3:2]"), "[]");
  EXPECT_EQ(eval("(array[1, 2, 3])[null:2]"), "null");
  EXPECT_EQ(eval("(array[1, 2, 3, 4])[2:4][2]"), "3");
  EXPECT_EQ(eval("'abc'[1:2]").substr(0, 5), "error");
}

TEST(ListChange, ElementsByTheirOrder) {
  EXPECT_EQ(eval("array_sort(array['b', null, 'a'])"), "[\"a\",\"b\",null]");
  EXPECT_EQ(eval("array_sort(array['b', null, 'a'], true)"), "[null,\"b\",\"a\"]");
  EXPECT_EQ(eval("array_reverse(array[1, 2])"), "[2,1]");
  EXPECT_EQ(eval("array_remove(array[1, null, 2], null)"), "[1,2]");
  EXPECT_EQ(eval("array_position(array[1, null, 2], null)"), "2");
  EXPECT_EQ(eval("array_position(array[1, 2], 3)"), "null");
  EXPECT_EQ(eval("array_replace(array[1, null], null, 0)"), "[1,0]");
}

TEST(ArrayToString, TakesElementsOfAnyTypeWithAText) {
  EXPECT_EQ(eval("array_to_string(array[1, null, 3], ',', '-')"), "'1,-,3'");
  EXPECT_EQ(eval("array_to_string(array[date '2024-05-01', date '2024-05-02'], ' ')"),
            "'2024-05-01 2024-05-02'");
  EXPECT_EQ(eval("array_to_string(array[1.50, 2], ';')"), "'1.50;2.00'");
}

TEST(ListChange, ListsOfOneType) {
  EXPECT_EQ(eval("array[1] || array['a']"),
            "error: || takes lists of one type, not of int64 and text");
  EXPECT_EQ(eval("array[1] || 5"), "error: || takes lists, not int64");
  EXPECT_EQ(eval("array_sort('a')"), "error: array_sort takes a list, not text");
}

}  // namespace
}  // namespace penstock
