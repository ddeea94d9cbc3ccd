#include "libcore/ops/scan/pattern_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string fields_of(const std::string& pattern, const std::string& line) {
  const LineSplitterPtr splitter = make_pattern_splitter(pattern);
  LineText text(line);
  std::vector<LineField> fields(splitter->columns().size());
  LineFault fault;
  if (!splitter->split(text, 0, static_cast<int32_t>(line.size()), fields.data(), fault)) {
    return fault.reason;
  }
  std::string out;
  for (size_t i = 0; i < fields.size(); ++i) {
    out += splitter->columns()[i].name + "=" +
           line.substr(static_cast<size_t>(fields[i].begin),
                       static_cast<size_t>(fields[i].end - fields[i].begin)) +
           (fields[i].is_null() ? "NULL;" : ";");
  }
  return out;
}

std::string usage_of(const std::string& pattern) {
  try {
    make_pattern_splitter(pattern);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "nothing thrown";
}

TEST(PatternLines, NamedGroupsAreColumnsInTheirOrder) {
  EXPECT_EQ(fields_of("(?<b>\\d+)-(?P<a>\\w*)", "x 12-ab y"), "b=12;a=ab;");
  EXPECT_EQ(fields_of("(?<b>\\d+)-(?P<a>\\w*)", "12-"), "b=12;a=NULL;");
  EXPECT_EQ(fields_of("(x)|(?<y>y)", "x"), "y=NULL;");
  EXPECT_EQ(fields_of("^(?<a>\\(\\?<)$", "(?<"), "a=(?<;");
  EXPECT_EQ(fields_of("^(?<a>b)$", "abc"), "line does not match the pattern");
  std::string many;
  std::string line;
  for (int i = 0; i < 40; ++i) {
    many += "(?<g" + std::to_string(i) + ">.)";
    line += static_cast<char>('0' + i % 10);
  }
  EXPECT_EQ(fields_of(many, line).substr(0, 10), "g0=0;g1=1;");
}

TEST(PatternLines, WhatIsNotAPattern) {
  EXPECT_EQ(usage_of("\\d+"),
            "the pattern has no named group, as (?<name>\\w+) is one, to make a column of");
  EXPECT_EQ(usage_of("(\\d+)").substr(0, 32), "the pattern has no named group, ");
  EXPECT_EQ(usage_of("(?<a>x)(?<a>y)"), "two groups are named 'a'; give each a name of its own");
  EXPECT_TRUE(usage_of("(?<a b>x)").ends_with("is not the name of a group"));
  EXPECT_TRUE(usage_of("(?<a>x").starts_with("this is not a valid regular expression: "));
  EXPECT_TRUE(usage_of("").starts_with("the pattern has no named group"));
}

}  // namespace
}  // namespace penstock
