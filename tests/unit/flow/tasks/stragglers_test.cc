#include "libcore/flow/tasks/stragglers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <vector>

namespace penstock {
namespace {

using std::chrono::milliseconds;

TEST(RunningMedian, IsThatOfTheSortedNumbers) {
  std::mt19937 random(1);
  RunningMedian median;
  EXPECT_TRUE(median.is_empty());
  std::vector<int64_t> numbers;
  for (int i = 0; i < 300; ++i) {
    numbers.push_back(static_cast<int64_t>(random() % 50));
    median.add(numbers.back());
    std::sort(numbers.begin(), numbers.end());
    EXPECT_EQ(median.median(), numbers[(numbers.size() - 1) / 2]);
  }
}

TEST(Stragglers, WaitForThreeQuartersOfTheTasks) {
  Stragglers stragglers(4, {});
  stragglers.watch({3, 1}, FlowTime(milliseconds(10)));
  for (int i = 0; i < 3; ++i)
    stragglers.add_time(milliseconds(2000));
  EXPECT_FALSE(stragglers.next(2));
  ASSERT_TRUE(stragglers.next(3));
  EXPECT_EQ(stragglers.next(3)->due, FlowTime(milliseconds(10 + 3000)));
  EXPECT_EQ(stragglers.next(3)->attempt, (Attempt{3, 1}));
}

TEST(Stragglers, ShortTasksAreNotWorthACopy) {
  Stragglers stragglers(1, {.least_done_percent = 0});
  stragglers.watch({0, 1}, {});
  EXPECT_FALSE(stragglers.next(0)) << "nothing is known of the others";
  stragglers.add_time(milliseconds(3));
  EXPECT_EQ(stragglers.next(0)->due, FlowTime(milliseconds(1000)));
}

TEST(Stragglers, TheLongestComesFirstUntilItIsForgotten) {
  Stragglers stragglers(1, {.least_done_percent = 0});
  stragglers.add_time(milliseconds(3));
  stragglers.watch({5, 1}, FlowTime(milliseconds(7)));
  stragglers.watch({6, 2}, FlowTime(milliseconds(4)));
  EXPECT_EQ(stragglers.next(0)->attempt, (Attempt{6, 2}));
  stragglers.forget({6, 2}, FlowTime(milliseconds(4)));
  EXPECT_EQ(stragglers.next(0)->attempt, (Attempt{5, 1}));
  Stragglers off(1, {.is_on = false, .least_done_percent = 0});
  off.add_time(milliseconds(3));
  off.watch({5, 1}, {});
  EXPECT_FALSE(off.next(0));
}

}  // namespace
}  // namespace penstock
