#include "libcore/rows/memory_budget.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"

namespace penstock {
namespace {

TEST(MemoryBudgetTest, SizesAreParsed) {
  EXPECT_EQ(parse_memory("65536"), 65536);
  EXPECT_EQ(parse_memory("64K"), 65536);
  EXPECT_EQ(parse_memory("1m"), 1 << 20);
  EXPECT_EQ(parse_memory("512M"), 512 << 20);
  EXPECT_EQ(parse_memory("4G"), int64_t{4} << 30);
  EXPECT_EQ(parse_memory("1024T"), kMostMemory);
}

TEST(MemoryBudgetTest, OtherSizesAreUsageErrors) {
  for (const char* text :
       {"", "K", "M", "1X", "-1G", "1.5G", " 1G", "0x10", "99999999999999999999"}) {
    EXPECT_THROW(parse_memory(text), Error) << text;
  }
  try {
    parse_memory("10Q");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUsage);
    EXPECT_EQ(error.message(),
              "'10Q' is not a size; write bytes, or a number with K, M, G or T as in 512M");
  }
}

TEST(MemoryBudgetTest, SizesPastTheLimitsAreUsageErrors) {
  for (const char* text : {"0", "65535", "63K", "1025T", "1125899906842625", "8000000T"}) {
    try {
      parse_memory(text);
      FAIL() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), "'" + std::string(text) + "' is not within 64K and 1024T");
    }
  }
}

TEST(MemoryBudgetTest, TheDefaultIsWithinItsBounds) {
  EXPECT_GE(default_memory(), kLeastMemory);
  EXPECT_LE(default_memory(), int64_t{4} << 30);
}

TEST(MemoryBudgetTest, ChargesCount) {
  MemoryBudget budget(1000);
  EXPECT_TRUE(budget.fits(1000));
  EXPECT_FALSE(budget.fits(1001));
  EXPECT_FALSE(budget.fits(501, kHeldShare));
  budget.charge(600);
  EXPECT_FALSE(budget.fits(401));
  budget.release(100);
  EXPECT_EQ(budget.used(), 500);
  EXPECT_TRUE(budget.fits(500));
}

}  // namespace
}  // namespace penstock
