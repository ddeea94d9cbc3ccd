#include "libcore/os/ordered_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace penstock {
namespace {

struct Shape {
  int threads;
  int ahead;
  Consumer consumer;
};

class OrderedPoolTest : public ::testing::TestWithParam<Shape> {
 protected:
  // A pool over the numbers below `end` that doubles them, some slowly; it may produce in one
  // thread at a time only.
  OrderedPool<int, int> doubling(int end) {
    const Shape& shape = GetParam();
    return OrderedPool<int, int>(
        shape.threads, shape.ahead, shape.consumer,
        [this, end]() -> std::optional<int> {
          EXPECT_FALSE(producing_.exchange(true)) << "two threads produce at once";
          std::optional<int> item;
          if (next_ < end) item = next_++;
          producing_ = false;
          if (item && *item == fail_in_produce_) throw std::runtime_error("produce");
          return item;
        },
        [this](int item) {
          if (item % 7 == 3) std::this_thread::sleep_for(std::chrono::microseconds(300));
          if (item == fail_in_work_) throw std::runtime_error("work");
          return 2 * item;
        });
  }

  std::atomic<bool> producing_ = false;
  std::atomic<int> next_ = 0;
  int fail_in_produce_ = -1;
  int fail_in_work_ = -1;
};

TEST_P(OrderedPoolTest, GivesAllResultsInOrder) {
  auto pool = doubling(2000);
  for (int i = 0; i < 2000; ++i)
    ASSERT_EQ(pool.next(), 2 * i);
  EXPECT_EQ(pool.next(), std::nullopt);
  EXPECT_EQ(pool.next(), std::nullopt);
}

TEST_P(OrderedPoolTest, GivesNothingOfNothing) {
  auto pool = doubling(0);
  EXPECT_EQ(pool.next(), std::nullopt);
}

TEST_P(OrderedPoolTest, ThrowsWhatWorkThrewInItsPlace) {
  fail_in_work_ = 50;
  auto pool = doubling(100);
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(pool.next(), 2 * i);
  EXPECT_THROW(pool.next(), std::runtime_error);
}

TEST_P(OrderedPoolTest, ThrowsWhatProduceThrewInItsPlace) {
  fail_in_produce_ = 50;
  auto pool = doubling(100);
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(pool.next(), 2 * i);
  EXPECT_THROW(pool.next(), std::runtime_error);
}

TEST_P(OrderedPoolTest, HasNoMoreUnderWayThanTheLimit) {
  auto pool = doubling(1000);
  ASSERT_EQ(pool.next(), 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  // One was handed out, and what waits is bounded however long nobody asks.
  std::optional<int> second = pool.next();
  EXPECT_EQ(second, 2);
  EXPECT_LE(next_, 2 + GetParam().threads + GetParam().ahead);
}

TEST_P(OrderedPoolTest, MayBeLeftInTheMiddle) {
  auto pool = doubling(1000);
  ASSERT_EQ(pool.next(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, OrderedPoolTest,
    ::testing::Values(Shape{0, 0, Consumer::kWaits}, Shape{1, 0, Consumer::kWaits},
                      Shape{3, 2, Consumer::kWaits}, Shape{1, 2, Consumer::kWorks},
                      Shape{2, 0, Consumer::kWorks}, Shape{4, 2, Consumer::kWorks}));

}  // namespace
}  // namespace penstock
