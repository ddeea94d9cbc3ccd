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
    return progress_of(jobs, of_all, {{1, 1000}});
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

TEST_F(ProgressTest, FirstStagesReadTheInput) {
  MovedRows scans{.rows_in = 8, .bytes_in = 300};
  MovedRows joins{.rows_in = 8, .bytes_in = 5000};  // its other side
  auto sums = progress({job_of(1, 1, 1), job_of(1, 1, 2), job_of(1, 2, 1), job_of(2, 1, 1)},
                       {scans, joins, scans, joins});
  ASSERT_EQ(sums.size(), 2U);
  EXPECT_EQ(sums[0].bytes_in, 600);
  EXPECT_EQ(sums[0].input_bytes, 1000);
  EXPECT_EQ(fraction_read(sums[0]), 0.6);
  EXPECT_EQ(sums[1].input_bytes, -1);
  EXPECT_EQ(fraction_read(sums[1]), std::nullopt);
  sums[0].bytes_in = 1001;
  EXPECT_EQ(fraction_read(sums[0]), 1.0);
  sums[0].input_bytes = 0;
  EXPECT_EQ(fraction_read(sums[0]), std::nullopt);
}

TEST_F(ProgressTest, OutputBeginsOnlyWhereTheFlowWrites) {
  std::vector<Job> jobs{job_of(1, 1, 1), job_of(2, 1, 1)};
  jobs[0].reader = 1;
  std::vector<MovedRows> moved{{8, 8, 80}, {8, 0, 0}};
  EXPECT_FALSE(may_have_written(jobs, moved));
  moved[1].bytes_out = 1;
  EXPECT_TRUE(may_have_written(jobs, moved));
  jobs[1].writes_files = true;
  EXPECT_FALSE(may_have_written(jobs, moved));
  jobs[1].writes_files = false;
  jobs[1].is_tool = false;
  moved.assign(2, {});
  EXPECT_TRUE(may_have_written(jobs, moved));
}

using Seconds = std::chrono::duration<double>;

TEST(ProgressLines, TimeLeftIsOfWhatWasReadSoFar) {
  EXPECT_EQ(time_left(0.25, Seconds(2)), std::chrono::seconds(6));
  EXPECT_EQ(time_left(0.9, Seconds(10)), std::chrono::seconds(2));
  EXPECT_EQ(time_left(0, Seconds(10)), std::nullopt);
  EXPECT_EQ(time_left(1, Seconds(10)), std::nullopt);
  EXPECT_EQ(short_time(*time_left(1e-9, Seconds(10))), "99:59:59");
  EXPECT_EQ(short_time(std::chrono::seconds(7)), "0:07");
  EXPECT_EQ(short_time(std::chrono::seconds(3599)), "59:59");
  EXPECT_EQ(short_time(std::chrono::seconds(3600)), "1:00:00");
}

FlowProgress example_progress() {
  FlowProgress progress;
  progress.elapsed = Seconds(4);
  progress.fragments = {{1, 2, 6001215, 114160, 2310000, 1.04, 399, 1000}, {12, 1, 4, 4, 0, 1.0}};
  return progress;
}

// Whatever the width, no line is wider, and what is left out is left out of all lines.
TEST(DrawnLines, FitTheWidth) {
  using Lines = std::vector<std::string>;
  const FlowProgress progress = example_progress();
  EXPECT_EQ(drawn_lines(progress, 199),
            (Lines{"fragment 1    39%     0:07 left   2 workers  6.00M rows in   114k out  2.31MB "
                   " 1.50M rows/s  busiest 1.04 x mean",
                   "fragment 12                        1 worker      4 rows in      4 out      0B "
                   "     1 rows/s"}));
  EXPECT_EQ(drawn_lines(progress, 79),
            (Lines{"fragment 1    39%     0:07 left  6.00M rows in   114k out  2.31MB  1.50M rows/"
                   "s",
                   "fragment 12                          4 rows in      4 out      0B      1 rows/"
                   "s"}));
  EXPECT_EQ(drawn_lines(progress, 39), (Lines{"fragment 1    39%     0:07 left", "fragment 12"}));
  for (int64_t width = 31; width < 130; ++width) {
    const Lines lines = drawn_lines(progress, width);
    EXPECT_LE(std::ssize(lines[0]), width);
    EXPECT_LE(std::ssize(lines[1]), width);
    EXPECT_TRUE(lines[0].starts_with("fragment 1    39%     0:07 left")) << width;
  }
}

TEST(DrawnLines, WithoutAKnownInputThereAreTheRows) {
  FlowProgress progress = example_progress();
  progress.fragments[0].input_bytes = -1;
  const auto lines = drawn_lines(progress, 39);
  EXPECT_EQ(lines[0], "fragment 1   6.00M rows in   114k out");
  EXPECT_EQ(lines[1], "fragment 12      4 rows in      4 out");
}

TEST(DrawnLines, AtTheEndAllIsRead) {
  FlowProgress progress = example_progress();
  progress.fragments[0].bytes_in = 1000;
  EXPECT_EQ(drawn_lines(progress, 31)[0], "fragment 1   100%");
  // As a head leaves a rest.
  progress.fragments[0].bytes_in = 10;
  progress.ended = true;
  progress.elapsed = Seconds(61.6);
  EXPECT_EQ(drawn_lines(progress, 31)[0], "fragment 1   100%       in 1:02");
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
