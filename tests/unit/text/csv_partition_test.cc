#include "libcore/text/csv_partition.h"

#include <gtest/gtest.h>

#include "tests/unit/text/csv_test_input.h"

namespace penstock {
namespace {

bool possible(std::string_view text, bool inside, int64_t width = 2, bool at_end = false) {
  return can_follow_newline(text, inside, at_end, width, CsvDialect());
}

TEST(CanFollowNewline, OutsideQuotes) {
  EXPECT_TRUE(possible("a,b\nc,d\n", false));
  EXPECT_FALSE(possible("a\nc,d\n", false));
  EXPECT_FALSE(possible("a,b,c\nc,d\n", false));
  EXPECT_TRUE(possible("\"x\ny\",b\n", false));
  EXPECT_FALSE(possible("x\",b\nc,\"d\",e\"\n", false));
  EXPECT_FALSE(possible("a,\"b\n", false, 2, true));
  EXPECT_TRUE(possible("a,\"b\n", false, 2, false));
}

TEST(CanFollowNewline, InsideQuotes) {
  EXPECT_TRUE(possible("text\",b\nc,d\n", true));
  EXPECT_TRUE(possible("say \"\"hi\"\"\"\nc,d\n", true));
  EXPECT_FALSE(possible("a,\"b\"\nc,d\n", true));
  EXPECT_FALSE(possible("x\",b,c\nc,d\n", true));
  EXPECT_TRUE(possible("no quote at all\n", true));
  EXPECT_FALSE(possible("no quote at all\n", true, 2, true));
}

int64_t start_of(const std::string& text, int64_t offset, int64_t width, bool count = false) {
  ByteSourcePtr source = source_from_bytes(text, "t.csv");
  return CsvCutter(*source, CsvDialect(), width, 0, count).record_start(offset);
}

TEST(CsvCutter, FindsTheNextRecord) {
  std::string text = "a,b\n\"c\n,\n\",d\ne,f";
  for (bool count : {false, true}) {
    EXPECT_EQ(start_of(text, 0, 2, count), 0);
    for (int64_t offset = 1; offset <= 4; ++offset)
      EXPECT_EQ(start_of(text, offset, 2, count), 4);
    for (int64_t offset = 5; offset <= 13; ++offset) {
      EXPECT_EQ(start_of(text, offset, 2, count), 13);
    }
    for (int64_t offset = 14; offset <= 16; ++offset) {
      EXPECT_EQ(start_of(text, offset, 2, count), 16);
    }
  }
}

// A quoted field that looks like records of the file's width is told from them by counting.
TEST(CsvCutter, ATableInsideAField) {
  std::string inner;
  while (inner.size() < 6'000'000)
    inner += "1,2\n";
  std::string text = "x,\"" + inner + "\"\ny,z\n";
  auto last = static_cast<int64_t>(text.size()) - 4;
  EXPECT_EQ(start_of(text, 500'000, 2), last);
  EXPECT_EQ(start_of("x,\"\"\n" + inner, 501'001, 2), 501'001);
}

}  // namespace
}  // namespace penstock
