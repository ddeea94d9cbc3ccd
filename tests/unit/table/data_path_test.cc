#include "libcore/table/data_path.h"

#include <gtest/gtest.h>

#include <set>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(DataPath, IsEscapedInTheLog) {
  EXPECT_EQ(encode_data_path("p00001/0a.arrow"), "p00001/0a.arrow");
  EXPECT_EQ(encode_data_path("city=San Jos\xC3\xA9%/x?#"), "city=San%20Jos%C3%A9%25/x%3F%23");
  for (const char* path : {"a", "a b/c%d", "x=\n/y", "\xFF/\x01", "k=a:b/0"}) {
    EXPECT_EQ(decode_data_path(encode_data_path(path)), path);
  }
}

TEST(DataPath, StaysInTheTable) {
  for (const char* text : {"", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "%2e%2e/x",
                           "s3://bucket/x", "file:/x", "a%00b", "a%2", "a%zz", "%"}) {
    EXPECT_THROW(decode_data_path(text), Error) << text;
  }
  EXPECT_EQ(decode_data_path("k=a:b/x"), "k=a:b/x");
  EXPECT_EQ(decode_data_path("..a/b.."), "..a/b..");
}

TEST(DataPath, HasALimit) {
  EXPECT_EQ(decode_data_path(std::string(kMaxDataPathBytes, 'a')).size(), kMaxDataPathBytes);
  EXPECT_THROW(decode_data_path(std::string(kMaxDataPathBytes + 1, 'a')), Error);
}

TEST(DataPath, UniqueNamesDiffer) {
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = unique_name();
    EXPECT_EQ(name.size(), 32U);
    EXPECT_EQ(name.find_first_not_of("0123456789abcdef"), std::string::npos);
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 1000U);
}

}  // namespace
}  // namespace penstock
