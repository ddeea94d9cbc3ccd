#include "libcore/expr/syntax/parameter_names.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock {
namespace {

std::string without_parameters(std::string text) {
  take_parameters(text);
  return text;
}

TEST(TakeParameters, NamesBecomePlaces) {
  EXPECT_EQ(without_parameters("a > :least and b = :x"), "a > $1     and b = $1");
  EXPECT_EQ(without_parameters(":x"), "$1");
}

TEST(TakeParameters, CastsTextsAndBlanksAreNoNames) {
  for (const char* text : {"a::text", "':x'", "\":x\"", ": x", "-- :x", "a:"})
    EXPECT_EQ(without_parameters(text), text);
}

// A colon in brackets behind a value is that of a slice, first or behind the lower bound.
TEST(TakeParameters, SlicesKeepTheirColons) {
  for (const char* text : {"x[a:b]", "x[:b]", "f(a)[:b]", "x[1][:b]", "\"x\"[a:b]", "x[:b+1]"})
    EXPECT_EQ(without_parameters(text), text);
  EXPECT_EQ(without_parameters("x[(:b)]"), "x[($1)]");
  EXPECT_EQ(without_parameters("x[a:(:b)]"), "x[a:($1)]");
}

TEST(TakeParameters, ElementsOfAListAreParameters) {
  EXPECT_EQ(without_parameters("array[:a, :b]"), "array[$1, $1]");
  EXPECT_EQ(without_parameters("ARRAY[:a]"), "ARRAY[$1]");
  EXPECT_EQ(without_parameters("x[array[:a]]"), "x[array[$1]]");
  EXPECT_EQ(without_parameters("x[1] > :a"), "x[1] > $1");
}

}  // namespace
}  // namespace penstock
