#include "libcore/base/checksum.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace penstock {
namespace {

uint64_t of_one_piece(const std::string& bytes) {
  Checksum checksum;
  checksum.add(bytes.data(), std::ssize(bytes));
  return checksum.value();
}

TEST(Checksum, IsThatOfAllBytesHoweverTheyCome) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i)
    bytes += static_cast<char>(i * 31 % 251);
  for (int64_t piece : {1, 3, 64, 255, 256, 1024, 4999, 5000}) {
    Checksum checksum;
    for (int64_t at = 0; at < std::ssize(bytes); at += piece)
      checksum.add(bytes.data() + at, std::min(piece, std::ssize(bytes) - at));
    EXPECT_EQ(checksum.value(), of_one_piece(bytes)) << piece;
  }
}

// The published value of XXH3 for no bytes, with 64 bits and seed 0.
TEST(Checksum, OfNothingIsKnownAndMoreMayFollow) {
  Checksum checksum;
  EXPECT_EQ(checksum.value(), 0x2D06800538D394C2U);
  checksum.add(nullptr, 0);
  EXPECT_EQ(checksum.value(), 0x2D06800538D394C2U);
  checksum.add("ab", 2);
  EXPECT_EQ(checksum.value(), of_one_piece("ab"));
  Checksum moved = std::move(checksum);
  moved.add("c", 1);
  EXPECT_EQ(moved.value(), of_one_piece("abc"));
}

}  // namespace
}  // namespace penstock
