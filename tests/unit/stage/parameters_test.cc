#include "libcore/stage/parameters.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// "name type value", or the Error.
std::string read_parameter(const std::string& text) {
  try {
    Parameter parameter = parse_parameter(text);
    Parameters all;
    all.add(parameter);
    EXPECT_EQ(set_option(parameter).words(), std::vector<std::string>{"--set=" + text});
    return parameter.name + " " + parameter.type->to_string() + " " + parameter.value +
           (parameter.is_declared ? " declared" : "");
  } catch (const Error& error) {
    return error.message();
  }
}

TEST(SetOption, TypesAreInferredAsOfAText) {
  EXPECT_EQ(read_parameter("n=5"), "n int64 5");
  EXPECT_EQ(read_parameter("n=-1.5"), "n float64 -1.5");
  EXPECT_EQ(read_parameter("n=007"), "n utf8 007");
  EXPECT_EQ(read_parameter("day=2024-02-29"), "day date32 2024-02-29");
  EXPECT_EQ(read_parameter("day=2024-02-30"), "day utf8 2024-02-30");
  EXPECT_EQ(read_parameter("b=true"), "b bool true");
  EXPECT_EQ(read_parameter("who=O'Brien = \"x\""), "who utf8 O'Brien = \"x\"");
  EXPECT_EQ(read_parameter("empty="), "empty utf8 ");
}

TEST(SetOption, TypesAreDeclared) {
  EXPECT_EQ(read_parameter("n:utf8=5"), "n utf8 5 declared");
  EXPECT_EQ(parse_parameter("n:decimal(9,2)=5").type->to_string(), "decimal128(9,2)");
  EXPECT_EQ(parse_parameter("n:text=a:b=c").value, "a:b=c");
  EXPECT_EQ(read_parameter("n:int64=x"), "'x' is not a value of type int64");
  EXPECT_EQ(read_parameter("n:int=").substr(0, 24), "'' is not a value of typ");
}

TEST(SetOption, WhatIsNotAParameter) {
  const std::string advice =
      " is not NAME=VALUE or NAME:TYPE=VALUE, where NAME is a word of letters, digits and _";
  EXPECT_EQ(read_parameter("n"), "'n'" + advice);
  EXPECT_EQ(read_parameter("=1"), "'=1'" + advice);
  EXPECT_EQ(read_parameter("1n=1"), "'1n=1'" + advice);
  EXPECT_EQ(read_parameter("a-b=1"), "'a-b=1'" + advice);
  EXPECT_EQ(read_parameter("n=\xff"), "the value of 'n' is not UTF-8");
  EXPECT_NE(read_parameter("n:intt=1").find("did you mean 'int'"), std::string::npos);
  Parameters all;
  all.add(parse_parameter("n=1"));
  EXPECT_THROW(all.add(parse_parameter("n=2")), Error);
}

}  // namespace
}  // namespace penstock
