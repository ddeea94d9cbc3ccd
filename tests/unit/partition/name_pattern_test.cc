#include "libcore/partition/name_pattern.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string value_name_of(std::string_view value) {
  std::string name;
  append_value_name(name, value);
  return name;
}

std::string pattern_refusal(const std::string& text, const std::vector<std::string>& places) {
  try {
    NamePattern(text, places, "key");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    return error.message();
  }
  return "no error";
}

TEST(ValueName, StaysInItsFolder) {
  EXPECT_EQ(value_name_of("AIR"), "AIR");
  EXPECT_EQ(value_name_of("REG AIR"), "REG AIR");
  EXPECT_EQ(value_name_of("größe"), "größe");
  EXPECT_EQ(value_name_of(""), "%empty");
  EXPECT_EQ(value_name_of("."), "%2E");
  EXPECT_EQ(value_name_of(".."), "%2E.");
  EXPECT_EQ(value_name_of("a.b"), "a.b");
  EXPECT_EQ(value_name_of("/etc/passwd"), "%2Fetc%2Fpasswd");
  EXPECT_EQ(value_name_of(std::string_view("a\0b\n\x7F", 5)), "a%00b%0A%7F");
  EXPECT_EQ(value_name_of("%null"), "%25null");
}

TEST(ValueName, IsCutWhereItIsLong) {
  const std::string just(kMostValueBytes, 'x');
  EXPECT_EQ(value_name_of(just), just);
  const std::string past = value_name_of(just + "x");
  EXPECT_EQ(past.size(), kMostValueBytes + 17);
  EXPECT_TRUE(past.starts_with(just + "%"));
  EXPECT_NE(past, value_name_of(just + "y"));
  // Not within a character, nor within an escape.
  std::string wide(kMostValueBytes - 1, 'x');
  EXPECT_EQ(value_name_of(wide + "é").substr(0, kMostValueBytes), wide + "%");
  EXPECT_EQ(value_name_of(wide + "/").substr(0, kMostValueBytes), wide + "%");
  EXPECT_EQ(value_name_of(std::string(10'000, '/')).size(), 159U + 17U);
}

TEST(NamePattern, PutsValuesInTheirPlaces) {
  const std::vector<std::string> one{"AIR"};
  EXPECT_EQ(NamePattern("d/{key}.csv", {"mode"}, "key").name(one), "d/AIR.csv");
  EXPECT_EQ(NamePattern("d/{mode}.csv", {"mode"}, "key").name(one), "d/AIR.csv");
  EXPECT_EQ(NamePattern("{{{mode}}}", {"mode"}, "key").name(one), "{AIR}");
  const std::vector<std::string> two{"x", "y"};
  EXPECT_EQ(NamePattern("{b}/{a}/{a}", {"a", "b"}, "key").name(two), "y/x/x");
}

TEST(NamePattern, KnowsItsFolder) {
  EXPECT_EQ(NamePattern("{key}", {"k"}, "key").folder(), ".");
  EXPECT_EQ(NamePattern("a-{key}", {"k"}, "key").folder(), ".");
  EXPECT_EQ(NamePattern("a/b/c-{key}/x", {"k"}, "key").folder(), "a/b");
  EXPECT_EQ(NamePattern("/{key}", {"k"}, "key").folder(), "/");
}

TEST(NamePattern, RefusesWhatCannotBeMeant) {
  EXPECT_EQ(pattern_refusal("out.csv", {"mode"}),
            "'out.csv' has no {key}, so that files would have the same name");
  EXPECT_EQ(pattern_refusal("{a}.csv", {"a", "b"}),
            "'{a}.csv' has no {b}, so that files would have the same name");
  EXPECT_EQ(pattern_refusal("{key}{modes}", {"mode"}),
            "'{key}{modes}' has a {modes}, which is not among the keys; did you mean 'mode'?");
  EXPECT_EQ(pattern_refusal("{key", {"k"}), "'{key' has a { without its other; {{ is one");
  EXPECT_EQ(pattern_refusal("{key}}", {"k"}), "'{key}}' has a } without its other; }} is one");
  EXPECT_EQ(pattern_refusal("{key}/", {"k"}),
            "'{key}/' is a folder; the name of a file is missing");
}

TEST(NamePattern, HasALimitForEachPartOfAPath) {
  NamePattern pattern("d/{key}{key}/x", {"k"}, "key");
  const std::vector<std::string> fits{std::string(127, 'x')};
  EXPECT_EQ(pattern.name(fits).size(), 258U);
  const std::vector<std::string> past{std::string(128, 'x')};
  EXPECT_THROW(pattern.name(past), Error);
}

}  // namespace
}  // namespace penstock
