#include "libcore/flow/watch/progress.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/flow/watch/recorded_run.h"

namespace penstock {
namespace {

Job job_of(int64_t fragment, int64_t worker, int64_t stage, bool is_tool = true) {
  Job job;
  job.fragment = fragment;
  job.worker = worker;
  job.stage = stage;
  job.is_tool = is_tool;
  return job;
}

class ProgressTest : public testing::Test {
 protected:
  // `moved` is what the first of the jobs have moved.
  std::vector<FragmentProgress> progress(const std::vector<Job>& jobs,
                                         const std::vector<MovedRows>& moved) {
    std::vector<MovedRows> of_all = moved;
    of_all.resize(jobs.size());
    return progress_of(jobs, of_all);
  }
};

TEST_F(ProgressTest, FirstStagesReadAndLastStagesWrite) {
  auto sums = progress(
      {job_of(1, 1, 1), job_of(1, 1, 2), job_of(1, 2, 1), job_of(1, 2, 2), job_of(2, 1, 1)},
      {{300, 200, 9000}, {200, 10, 50}, {100, 90, 4000}, {90, 5, 25}, {15, 15, 60}});
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[0].workers, 2);
  EXPECT_EQ(sums[0].rows_in, 400);
  EXPECT_EQ(sums[0].rows_out, 15);
  EXPECT_EQ(sums[0].bytes_out, 75);
  EXPECT_DOUBLE_EQ(sums[0].skew, 1.5);
  EXPECT_EQ(sums[1].fragment, 2);
  EXPECT_EQ(sums[1].rows_in, 15);
  EXPECT_DOUBLE_EQ(sums[1].skew, 1.0);
}

TEST_F(ProgressTest, WhatGoesOutIsOfTheLastStage) {
  auto sums = progress({job_of(1, 1, 1), job_of(1, 1, 2)}, {{8, 8, 640}, {8, 7, 0}});
  ASSERT_EQ(sums.size(), 1U);
  EXPECT_EQ(sums[0].rows_out, 7);
  EXPECT_EQ(sums[0].bytes_out, 0);
}

TEST_F(ProgressTest, OfOtherProgramsNothingIsCounted) {
  auto sums = progress({job_of(1, 1, 1, false), job_of(2, 1, 1), job_of(2, 1, 2, false)},
                       {{5, 5, 5}, {7, 6, 60}});
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[0].rows_in, 0);
  EXPECT_DOUBLE_EQ(sums[0].skew, 1.0);
  EXPECT_EQ(sums[1].rows_out, 6);
}

TEST(ProgressLines, OneAFragmentAligned) {
  FragmentProgress scan{1, 2, 6001215, 114160, 2310000, 1.04};
  FragmentProgress last{12, 1, 4, 4, 0, 1.0};
  auto lines = progress_lines({scan, last}, std::chrono::duration<double>(2.0));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0],
            "fragment 1    2 workers  6.00M rows in   114k out  2.31MB  3.00M rows/s"
            "  busiest 1.04 x mean");
  EXPECT_EQ(lines[1], "fragment 12    1 worker      4 rows in      4 out      0B      2 rows/s");
}

TEST(ProgressLines, ThreeDigits) {
  EXPECT_EQ(short_count(0), "0");
  EXPECT_EQ(short_count(999.4), "999");
  EXPECT_EQ(short_count(999.5), "1.00k");
  EXPECT_EQ(short_count(9994), "9.99k");
  EXPECT_EQ(short_count(9996), "10.0k");
  EXPECT_EQ(short_count(99960), "100k");
  EXPECT_EQ(short_count(999499), "999k");
  EXPECT_EQ(short_count(999500), "1.00M");
  EXPECT_EQ(short_count(1.5e15), "1500T");
}

class ProgressWatcherTest : public RecordedRun {};

TEST_F(ProgressWatcherTest, ProgressIsHandedOn) {
  std::vector<FlowProgress> seen;
  ProgressWatcher progress([&](const FlowProgress& now) { seen.push_back(now); });
  EventStream events;
  events.add(progress);
  tell(events);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_FALSE(seen[0].ended || seen[0].output_began);
  EXPECT_TRUE(seen[1].ended && seen[1].output_began);
  EXPECT_EQ(seen[1].fragments.at(0).skew, 1.5);
  EXPECT_GE(seen[1].elapsed, seen[0].elapsed);
  EXPECT_LT(seen[1].elapsed, std::chrono::minutes(5)) << "since the step began";
}

}  // namespace
}  // namespace penstock
