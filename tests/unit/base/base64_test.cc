#include "libcore/base/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock {
namespace {

std::string encoded(std::string_view bytes, size_t line = 0) {
  std::string text;
  append_base64(text, bytes, line);
  return text;
}

TEST(Base64, HasTheTextsOfTheStandard) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("foobar", 4), "Zm9v\nYmFy");
  EXPECT_EQ(encoded("foo", 4), "Zm9v");
}

TEST(Base64, ReadsWhatItWrites) {
  std::string bytes;
  for (int size = 0; size < 300; ++size) {
    std::string read = "before";
    ASSERT_TRUE(append_from_base64(read, encoded(bytes, size % 2 == 0 ? 0 : 76)));
    EXPECT_EQ(read, "before" + bytes);
    bytes += static_cast<char>(size * 7);
  }
}

TEST(Base64, RefusesOtherText) {
  std::string out;
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Zg==Zg==", "Z*==", "Zm9\x80"})
    EXPECT_FALSE(append_from_base64(out, text)) << text;
}

}  // namespace
}  // namespace penstock
