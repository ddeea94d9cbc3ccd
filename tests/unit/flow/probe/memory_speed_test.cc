#include "libcore/flow/probe/memory_speed.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using std::chrono::milliseconds;

TEST(MemorySpeed, LevelsAreNotSmallerThanThoseBefore) {
  const CacheSizes sizes = cache_sizes();
  EXPECT_GE(sizes.first, 4096);
  EXPECT_GE(sizes.second, sizes.first);
  EXPECT_GE(sizes.third, sizes.second);
}

// What any machine has: no load takes less than a tenth of a nanosecond, nor more than a
// millisecond.
TEST(MemorySpeed, LatenciesArePlausible) {
  for (int64_t bytes : {4 << 10, 16 << 10, 1 << 20, 8 << 20}) {
    const double latency = load_latency(bytes, milliseconds(5));
    EXPECT_GT(latency, 1e-10) << bytes;
    EXPECT_LT(latency, 1e-3) << bytes;
  }
}

TEST(MemorySpeed, RatesArePlausible) {
  const double rate = read_rate(1 << 20, milliseconds(5));
  EXPECT_GT(rate, 1e6);
  EXPECT_LT(rate, 1e13);
}

// A time that is over before the first round is measured by one round.
TEST(MemorySpeed, NoTimeIsEnough) {
  EXPECT_GT(read_rate(1 << 20, milliseconds(0)), 0);
  EXPECT_LT(load_latency(1 << 20, milliseconds(0)), 1e-3);
}

}  // namespace
}  // namespace penstock
