#include "libcore/os/encoding.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// Gives its bytes a few at a time.
class Dribble : public ByteSource {
 public:
  Dribble(std::string bytes, int64_t at_once) : bytes_(std::move(bytes)), at_once_(at_once) {}
  int64_t read(void* out, int64_t size) override {
    size = std::min({size, at_once_, std::ssize(bytes_)});
    std::copy_n(bytes_.data(), size, static_cast<char*>(out));
    bytes_.erase(0, static_cast<size_t>(size));
    return size;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string bytes_;
  int64_t at_once_;
  std::string name_ = "f.csv";
};

// The text, with the error that ends it.
std::string decoded(const std::string& bytes, const std::string& encoding, int64_t at_once = 1) {
  ByteSourcePtr source = decoded_source(std::make_unique<Dribble>(bytes, at_once), encoding);
  std::string text;
  char piece[3];
  try {
    while (int64_t got = source->read(piece, 3))
      text.append(piece, static_cast<size_t>(got));
  } catch (const Error& error) {
    text += "[" + error.message() + "]";
  }
  return text;
}

TEST(Encoding, Decodes) {
  for (int64_t at_once : {1, 2, 3, 1000}) {
    EXPECT_EQ(decoded("a\xE4\n", "latin1", at_once), "a\xC3\xA4\n");
    EXPECT_EQ(decoded("\x80", "windows-1252", at_once), "\xE2\x82\xAC");
    EXPECT_EQ(decoded(std::string("\xFF\xFE\x61\0\xE4\0\x3D\xD8\0\xDE", 10), "UTF-16", at_once),
              "a\xC3\xA4\xF0\x9F\x98\x80");
    EXPECT_EQ(decoded(std::string("\xFE\xFF\0\x61", 4), "UTF-16", at_once), "a");
  }
  EXPECT_EQ(decoded("", "latin1"), "");
  const std::string much(300000, '\xE4');
  EXPECT_EQ(decoded(much, "latin1", 100000).size(), 600000U);
}

TEST(Encoding, TextThatDoesNotFit) {
  EXPECT_EQ(decoded("a\nb\r\nc\rd\x81z", "windows-1252", 1000),
            "a\nb\r\nc\rd[f.csv:4: the bytes 81 7a are not text in windows-1252; name the encoding "
            "with --encoding]");
  EXPECT_EQ(decoded(std::string("a\0b", 3), "UTF-16LE"),
            "a[f.csv:1: the bytes 62 at the end are a part of a character in UTF-16LE; name the "
            "encoding with --encoding]");
}

TEST(Encoding, Names) {
  EXPECT_TRUE(is_known_encoding("latin1"));
  EXPECT_FALSE(is_known_encoding("latin-99"));
  EXPECT_FALSE(is_known_encoding(""));
  EXPECT_FALSE(is_known_encoding("latin1//IGNORE"));
  EXPECT_TRUE(is_utf8_name("Utf-8"));
  EXPECT_FALSE(is_utf8_name("utf-16"));
  EXPECT_EQ(encoding_of_mark(std::string("\xFF\xFE\0\0", 4)), "UTF-32");
  EXPECT_EQ(encoding_of_mark("\xFE\xFF"), "UTF-16");
  EXPECT_EQ(encoding_of_mark("a,b"), "");
}

}  // namespace
}  // namespace penstock
