#include "libcore/os/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace penstock {
namespace {

TEST(Threads, RunEachPieceOnce) {
  for (size_t count : {size_t{0}, size_t{1}, size_t{2}, size_t{1000}}) {
    std::vector<std::atomic<int>> runs(count);
    run_in_threads(count, [&](size_t piece) { ++runs[piece]; });
    for (const std::atomic<int>& times : runs)
      EXPECT_EQ(times, 1) << count;
  }
}

TEST(Threads, WhatAPieceThrowsComesOut) {
  std::atomic<int> runs = 0;
  auto work = [&](size_t piece) {
    ++runs;
    if (piece == 3) throw std::runtime_error("piece 3");
  };
  EXPECT_THROW(run_in_threads(1'000'000, work), std::runtime_error);
  EXPECT_LT(runs, 1'000'000);
}

}  // namespace
}  // namespace penstock
