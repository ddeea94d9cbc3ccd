#include "libcore/data/column_list.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

using Names = std::vector<std::string>;

const Names kColumns{"id", "x_a", "x_b", "note", "x..y", "!no", "a,b"};

// The chosen columns with blanks between, or the Error.
std::string choose(const std::string& list, const Names& columns = kColumns) {
  try {
    std::string chosen;
    for (const std::string& name : ColumnList::parse(list).choose(columns))
      chosen += (chosen.empty() ? "" : " ") + name;
    return chosen;
  } catch (const Error& error) {
    return error.message();
  }
}

TEST(ColumnList, NamesComeAsTheyStand) {
  EXPECT_EQ(choose("note,id"), "note id");
  EXPECT_EQ(choose(" note , \"a,b\" "), "note a,b");
  EXPECT_EQ(choose("missing,id"), "missing id");  // the reader says so
  EXPECT_EQ(ColumnList(Names()).choose(kColumns), Names());
}

TEST(ColumnList, Ranges) {
  EXPECT_EQ(choose("x_a..note"), "x_a x_b note");
  EXPECT_EQ(choose("note .. x_a"), "note x_b x_a");
  EXPECT_EQ(choose("..x_a"), "id x_a");
  EXPECT_EQ(choose("\"!no\".."), "!no a,b");
  EXPECT_EQ(choose("\"!no\"..\"a,b\""), "!no a,b");
  EXPECT_EQ(choose("id..id"), "id");
  EXPECT_EQ(choose("x_a..nte"), "--columns: unknown column 'nte'; did you mean 'note'?");
}

TEST(ColumnList, Patterns) {
  EXPECT_EQ(choose("x_*"), "x_a x_b");
  EXPECT_EQ(choose("*_?"), "x_a x_b");
  EXPECT_EQ(choose("*o*"), "note !no");
  EXPECT_EQ(choose("?", {"a", "é", "bb"}), "a é");
  EXPECT_EQ(choose("a*b*c", {"abbc", "abcb", "axbxc", "a"}), "abbc axbxc");
  EXPECT_EQ(choose("z*", {"a", "b"}), "--columns: no column matches 'z*'; the columns are a, b");
}

TEST(ColumnList, APatternLeavesNamedColumnsInTheirPlace) {
  EXPECT_EQ(choose("note,*", {"a", "note", "b"}), "note a b");
  EXPECT_EQ(choose("*,note", {"a", "note", "b"}), "a b note");
  EXPECT_EQ(choose("a..c,b..d", {"a", "b", "c", "d"}), "a b c d");
}

TEST(ColumnList, LeavesOut) {
  EXPECT_EQ(choose("!x_*,!note", {"id", "x_a", "note", "x_b"}), "id");
  EXPECT_EQ(choose("a..c,!b", {"a", "b", "c", "d"}), "a c");
  EXPECT_EQ(choose("!b,*", {"a", "b", "c"}), "a c");
  EXPECT_EQ(choose("!c..", {"a", "b", "c", "d"}), "a b");
  EXPECT_EQ(choose("a,!a", {"a", "b"}), "--columns: no column is left");
  EXPECT_EQ(choose("!zz", {"a", "b"}), "--columns: unknown column 'zz'; the columns are a, b");
}

TEST(ColumnList, AnItemThatIsTheNameOfAColumnMeansThatColumn) {
  EXPECT_EQ(choose("x..y"), "x..y");
  EXPECT_EQ(choose("!no"), "!no");
  EXPECT_EQ(choose("x_*,x..y,! x..y"), "x_a x_b");
  EXPECT_EQ(choose("\"x..y\",id"), "x..y id");
  EXPECT_EQ(choose("a*", {"a*", "ab"}), "a*");
}

TEST(ColumnList, WhatIsNotAList) {
  EXPECT_EQ(choose(""), "list of columns '': a name is missing");
  EXPECT_EQ(choose("a,"), "list of columns 'a,': a name is missing");
  EXPECT_EQ(choose("\"a"), "list of columns '\"a': a quote is not closed");
  EXPECT_EQ(choose("\"a\"b"), "list of columns '\"a\"b': 'b' is not expected");
  EXPECT_EQ(choose("a*..b"),
            "list of columns 'a*..b': a range is from one name to another, not from a pattern");
  EXPECT_EQ(choose("a:desc"),
            "list of columns 'a:desc': only names are expected, without a direction; a name with "
            "':' is written in double quotes");
  EXPECT_EQ(choose("a,\"a\""), "column 'a' is named twice");
  EXPECT_EQ(choose("x*,x*"), "column 'x*' is named twice");
  EXPECT_EQ(choose("x..y,\"x..y\""), "column 'x..y' is named twice");
}

TEST(ColumnList, ItsTextMeansTheSame) {
  for (const std::string text :
       {"a,b", "a..b", "..b", "!a*", "\"a*\",\"x..y\"", "\"!a\",\"b,\"\"c\""}) {
    EXPECT_EQ(ColumnList::parse(text).to_string(), text);
  }
  EXPECT_EQ(ColumnList({"a*", "plain", "!x", "a..b", " s"}).to_string(),
            "\"a*\",plain,\"!x\",\"a..b\",\" s\"");
}

}  // namespace
}  // namespace penstock
