#include "libcore/flow/tasks/materialized_schedule.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <vector>

#include "tests/unit/flow/tasks/schedule_by_hand.h"

namespace penstock {
namespace {

using Made = MaterializedSchedule::Made;

// Tasks 0 and 1 map, on hosts 0 and 1; tasks 2 and 3 read what both have written.
std::vector<Step> maps_and_reduces(bool outlives_hosts = false) {
  return {{{0, 1}, {}, outlives_hosts}, {{0, 1}, {0}, outlives_hosts}};
}

class MaterializedScheduleTest : public ::testing::Test {
 protected:
  RunActions begin(std::vector<Step> steps, std::vector<size_t> slots = {1, 1},
                   const RunLimits& limits = {}, const std::vector<Made>& made = {}) {
    schedule_ = std::make_unique<MaterializedSchedule>(std::move(steps), slots, limits);
    return schedule_->begin(now_, made);
  }
  // All that are started run.
  void map_all(bool outlives_hosts = false) {
    begin(maps_and_reduces(outlives_hosts));
    start(0);
    start(1);
  }
  template <typename What>
  RunActions give(What what) {
    return schedule_->take({now_, what});
  }
  RunActions start(size_t task, int64_t attempt = 1) { return give(TaskStarted{{task, attempt}}); }
  RunActions end(size_t task, int wait_status = 0, int64_t attempt = 1) {
    return give(TaskEnded{{task, attempt}, wait_status, {}, {}});
  }
  RunActions end_of_machine(size_t task, int64_t attempt = 1) {
    TaskEnded ended{{task, attempt}, exited(1), {}, {}};
    ended.is_of_machine = true;
    return give(ended);
  }
  RunActions after(int passed) {
    now_ += milliseconds(passed);
    return give(TimePassed{});
  }

  std::unique_ptr<MaterializedSchedule> schedule_;
  FlowTime now_{};
};

TEST_F(MaterializedScheduleTest, AStepBeginsWhenAllThatItReadsIsThere) {
  EXPECT_EQ(begin(maps_and_reduces()), (RunActions{StartTask{{0}, 0}, StartTask{{1}, 1}}));
  start(0);
  start(1);
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 1}}));
  EXPECT_EQ(end(0), (RunActions{CommitOutput{{0}, 0}, StartTask{{2}, 0}, StartTask{{3}, 1}}));
  start(2);
  start(3);
  EXPECT_EQ(end(2), (RunActions{CommitOutput{{2}, 0}}));
  EXPECT_EQ(end(3), (RunActions{CommitOutput{{3}, 1}, EndFlow{{Kind::kDone}}}));
  EXPECT_TRUE(schedule_->is_over());
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
}

TEST_F(MaterializedScheduleTest, TasksWithoutAnInputOrAStepEndAtOnce) {
  EXPECT_EQ(begin({}), RunActions{EndFlow{}});
  EXPECT_EQ(begin({{{}}}), RunActions{EndFlow{}});
}

TEST_F(MaterializedScheduleTest, MoreTasksThanSlotsWaitAndStayAtHome) {
  EXPECT_EQ(begin({{{1, 1, 0, 1}}}, {1, 2}),
            (RunActions{StartTask{{2}, 0}, StartTask{{0}, 1}, StartTask{{1}, 1}}));
  start(2);
  EXPECT_EQ(end(2), (RunActions{CommitOutput{{2}, 0}, StartTask{{3}, 0}})) << "better than idle";
}

// Tasks 0 and 1 run on hosts 1 and 2 alone, task 2, which reads them, on host 0, without slots.
std::vector<Step> at_home_only() {
  return {{{1, 2}, {}, false, true}, {{0}, {0}, false, true}};
}

TEST_F(MaterializedScheduleTest, TasksOfAHostRunThereAlone) {
  EXPECT_EQ(begin(at_home_only(), {0, 1, 1}), (RunActions{StartTask{{0}, 1}, StartTask{{1}, 2}}));
  start(0);
  start(1);
  EXPECT_EQ(end(0, died(SIGKILL)), (RunActions{StartTask{{0, 2}, 1}})) << "not on host 2";
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 2}}));
  start(0, 2);
  EXPECT_EQ(end(0, 0, 2), (RunActions{CommitOutput{{0, 2}, 1}, StartTask{{2}, 0}}));
  start(2);
  EXPECT_EQ(end(2), (RunActions{CommitOutput{{2}, 0}, EndFlow{{Kind::kDone}}}));
}

TEST_F(MaterializedScheduleTest, NothingElseRunsOnAHostWithoutSlots) {
  EXPECT_EQ(begin({{{{}, {}}}}, {0, 1}), (RunActions{StartTask{{0}, 1}}));
}

TEST_F(MaterializedScheduleTest, ATaskWhoseHostIsLostEndsTheRun) {
  begin(at_home_only(), {0, 1, 1});
  start(0);
  start(1);
  EXPECT_EQ(give(HostLost{1, "a: gone"}), (RunActions{EndAttempt{{1}}}));
  EXPECT_EQ(end(1, died(SIGTERM)), (RunActions{EndFlow{{Kind::kHostLost, 0, 1}}}));
}

TEST_F(MaterializedScheduleTest, ATaskThatWaitsForItsHostEndsTheRunToo) {
  begin({{{1, 1}, {}, false, true}}, {1, 1});
  start(0);
  end(0);
  EXPECT_EQ(give(HostLost{1, "a: gone"}), (RunActions{EndFlow{{Kind::kHostLost, 0, 1}}}));
}

TEST_F(MaterializedScheduleTest, ABadHostStillRunsWhatIsAtHomeThere) {
  RunLimits limits;
  limits.most_failed_on_host = 1;
  begin(at_home_only(), {0, 1, 1}, limits);
  start(0);
  EXPECT_EQ(end_of_machine(0), (RunActions{StartTask{{0, 2}, 1}}));
}

TEST_F(MaterializedScheduleTest, ATaskAtHomeHasNoCopy) {
  RunLimits limits;
  begin({{{0, 0, 0, 0}, {}, false, true}}, {4, 4}, limits);
  for (size_t task = 0; task < 4; ++task)
    start(task);
  now_ += milliseconds(1000);
  for (size_t task = 0; task < 3; ++task)
    end(task);
  EXPECT_EQ(schedule_->next_timer(), now_ - milliseconds(1000) + milliseconds(600'000));
}

TEST_F(MaterializedScheduleTest, ADeathIsTriedAgainElsewhere) {
  begin({{{0, 1}}}, {2, 2});
  start(0);
  EXPECT_EQ(end(0, died(SIGKILL)), (RunActions{StartTask{{0, 2}, 1}}));
  EXPECT_EQ(end(0), RunActions{}) << "the first attempt is over";
  start(0, 2);
  EXPECT_EQ(end(0, 0, 2), (RunActions{CommitOutput{{0, 2}, 1}}));
  EXPECT_EQ(schedule_->counts().retried, 1U);
}

TEST_F(MaterializedScheduleTest, TheOnlyFreeSlotIsWhereItFailedSoItWaits) {
  map_all();
  EXPECT_EQ(end_of_machine(0), RunActions{});
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 1}, StartTask{{0, 2}, 1}}));
}

TEST_F(MaterializedScheduleTest, AReasonOfTheDataEndsTheRunAtOnce) {
  map_all();
  EXPECT_EQ(end(0, exited(1)), RunActions{EndAttempt{{1}}});
  EXPECT_EQ(after(300), RunActions{KillAttempt{{1}}});
  EXPECT_EQ(after(2000), RunActions{GiveUpHost{1}});
  EXPECT_EQ(give(HostLost{1, "b: gone"}), (RunActions{EndFlow{{Kind::kEndedBadly, 0, 1}}}));
}

TEST_F(MaterializedScheduleTest, AProgramThatIsNotThereIsNotTriedAgain) {
  begin({{{0}}}, {1});
  EXPECT_EQ(give(TaskNotRun{{0}, ENOENT}), (RunActions{EndFlow{{Kind::kNotRun, 0, ENOENT}}}));
  begin({{{0}}}, {1});
  EXPECT_EQ(give(TaskNotRun{{0}, ENOMEM}), (RunActions{StartTask{{0, 2}, 0}}));
}

TEST_F(MaterializedScheduleTest, ThreeRetriesAndNotFour) {
  begin({{{0}}}, {1});
  for (int64_t attempt = 1; attempt <= 3; ++attempt) {
    start(0, attempt);
    EXPECT_EQ(end(0, died(SIGSEGV), attempt), (RunActions{StartTask{{0, attempt + 1}, 0}}));
  }
  start(0, 4);
  EXPECT_EQ(end(0, died(SIGSEGV), 4), (RunActions{EndFlow{{Kind::kDied, 0, SIGSEGV}}}));
}

TEST_F(MaterializedScheduleTest, AHostWithThreeFailuresGetsNoMore) {
  begin({{{0, 0, 0, 0, 0}}}, {1, 2});
  for (size_t task : {0U, 1U, 2U})
    start(task);
  EXPECT_EQ(end_of_machine(0), (RunActions{StartTask{{3}, 0}}));
  start(3);
  EXPECT_EQ(end(3, died(SIGBUS)), (RunActions{StartTask{{4}, 0}}));
  start(4);
  EXPECT_EQ(end(4, died(SIGBUS)), RunActions{});
  EXPECT_EQ(schedule_->excluded_hosts(), 1U);
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 1}, StartTask{{0, 2}, 1}}));
}

// A peer that failed says nothing of this host.
TEST_F(MaterializedScheduleTest, AFailureOfAPeerIsNotTheHosts) {
  RunLimits limits;
  limits.most_failed_on_host = 1;
  begin({{{0}}}, {1, 1}, limits);
  TaskEnded ended{{0}, exited(1), {}, {}};
  ended.is_of_peer = true;
  EXPECT_EQ(give(ended), (RunActions{StartTask{{0, 2}, 1}}));
  EXPECT_EQ(schedule_->excluded_hosts(), 0U);
}

TEST_F(MaterializedScheduleTest, OutputsOfALostHostAreMadeAgain) {
  map_all();
  end(0);
  EXPECT_EQ(give(HostLost{0, "a: gone"}), (RunActions{DropOutput{{0}, 0}}));
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 1}, StartTask{{0, 2}, 1}}));
  start(0, 2);
  EXPECT_EQ(end(0, 0, 2), (RunActions{CommitOutput{{0, 2}, 1}, StartTask{{3}, 1}}));
  EXPECT_EQ(schedule_->counts().made_again, 1U);
  EXPECT_EQ(schedule_->counts().retried, 0U);
}

TEST_F(MaterializedScheduleTest, OutputsOnASharedDiskOutliveTheirHost) {
  map_all(true);
  end(0);
  EXPECT_EQ(give(HostLost{0, "a: gone"}), RunActions{});
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 1}, StartTask{{3}, 1}}));
}

TEST_F(MaterializedScheduleTest, OutputsThatNobodyNeedsAreNotMadeAgain) {
  begin({{{0}}, {{1}, {0}}, {{1}, {1}}});
  start(0);
  end(0);
  start(1);
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 1}, StartTask{{2}, 1}}));
  EXPECT_EQ(give(HostLost{0, "a: gone"}), (RunActions{DropOutput{{0}, 0}}));
  start(2);
  EXPECT_EQ(end(2), (RunActions{CommitOutput{{2}, 1}, EndFlow{}}));
}

TEST_F(MaterializedScheduleTest, WhatIsNeededForWhatIsNeededIsMadeAgain) {
  begin({{{0}}, {{0}, {0}}, {{1, 1}, {1}}}, {1, 1});
  start(0);
  end(0);
  start(1);
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 0}, StartTask{{2}, 1}, StartTask{{3}, 0}}));
  start(2);
  EXPECT_EQ(give(HostLost{0, "a: gone"}), (RunActions{DropOutput{{0}, 0}, DropOutput{{1}, 0}}));
  // It has read what it needed.
  EXPECT_EQ(end(2), (RunActions{CommitOutput{{2}, 1}, StartTask{{0, 2}, 1}}));
  start(0, 2);
  EXPECT_EQ(end(0, 0, 2), (RunActions{CommitOutput{{0, 2}, 1}, StartTask{{1, 2}, 1}}));
  start(1, 2);
  EXPECT_EQ(end(1, 0, 2), (RunActions{CommitOutput{{1, 2}, 1}, StartTask{{3, 2}, 1}}));
}

// The reader could not read the output; its failure counts for nothing.
TEST_F(MaterializedScheduleTest, ADamagedOutputIsMadeAgain) {
  begin({{{0}}, {{1}, {0}}});
  start(0);
  end(0);
  start(1);
  EXPECT_EQ(schedule_->lose_output({0, 1}, now_), (RunActions{DropOutput{{0}, 0}}));
  EXPECT_EQ(schedule_->lose_output({0, 1}, now_), RunActions{}) << "it is known";
  EXPECT_EQ(end(1, exited(1)), (RunActions{StartTask{{0, 2}, 1}})) << "not where it was damaged";
  start(0, 2);
  EXPECT_EQ(end(0, 0, 2), (RunActions{CommitOutput{{0, 2}, 1}, StartTask{{1, 2}, 0}}));
}

TEST_F(MaterializedScheduleTest, WithoutHostsTheRunEnds) {
  map_all();
  give(HostLost{1, "b: gone"});
  EXPECT_EQ(give(HostLost{0, "a: gone"}), (RunActions{EndFlow{{Kind::kHostLost, 0, 0}}}));
}

TEST_F(MaterializedScheduleTest, ARunGoesOnWithWhatIsThere) {
  EXPECT_EQ(begin(maps_and_reduces(), {1, 1}, {}, {{{0, 3}, 0}, {{2, 1}, 1}}),
            (RunActions{StartTask{{1}, 1}}));
  start(1);
  EXPECT_EQ(end(1), (RunActions{CommitOutput{{1}, 1}, StartTask{{3}, 1}}));
  // All reducers are done: their inputs are not needed.
  EXPECT_EQ(begin(maps_and_reduces(), {1, 1}, {}, {{{2, 1}, 0}, {{3, 1}, 0}}),
            RunActions{EndFlow{}});
}

TEST_F(MaterializedScheduleTest, ASignalToUsEndsTheRun) {
  begin(maps_and_reduces());
  start(0);
  EXPECT_EQ(give(EndingAsked{SIGINT}), RunActions{EndAttempt{{0}}});
  EXPECT_EQ(start(1), RunActions{EndAttempt{{1}}}) << "it was on its way";
  end(0, died(SIGTERM));
  EXPECT_EQ(end(1), (RunActions{EndFlow{{Kind::kAskedToEnd, 0, SIGINT}}}));
}

TEST_F(MaterializedScheduleTest, TheReaderOfTheOutputMayGo) {
  begin({{{0, 1}}}, {1, 1});
  start(0);
  start(1);
  EXPECT_EQ(end(1, died(SIGPIPE)), RunActions{KillAttempt{{0}}});
  EXPECT_EQ(end(0, died(SIGKILL)), (RunActions{EndFlow{{Kind::kDone, 0, 0, true}}}));
}

TEST_F(MaterializedScheduleTest, WithoutALauncherTheRunEnds) {
  begin({{{0, 1}}}, {1, 1});
  start(0);
  EXPECT_EQ(give(LauncherFailed{}), RunActions{EndAttempt{{0}}});
  EXPECT_EQ(end(0, died(SIGTERM)), (RunActions{EndFlow{{Kind::kLauncherFailed}}}));
}

class SilentAttemptTest : public MaterializedScheduleTest {};

TEST_F(SilentAttemptTest, IsKilledAndTriedAgain) {
  RunLimits limits;
  limits.pauses.most_silent = milliseconds(1000);
  begin({{{0, 1}}}, {1, 2}, limits);
  start(0);
  start(1);
  EXPECT_EQ(after(900), RunActions{});
  give(TaskProgressed{{1}});
  EXPECT_EQ(after(100), (RunActions{KillAttempt{{0}}, StartTask{{0, 2}, 1}}));
  EXPECT_EQ(end(0), RunActions{}) << "too late";
  EXPECT_EQ(after(900), (RunActions{KillAttempt{{1}}, StartTask{{1, 2}, 0}}));
}

class CopyTest : public MaterializedScheduleTest {
 protected:
  // Three of four are done after 2 s; task 3 runs on host 1.
  void make_slow(const RunLimits& limits = {}) {
    begin({{{0, 0, 0, 1}}}, {3, 1}, limits);
    for (size_t task : {0U, 1U, 2U, 3U})
      start(task);
    now_ += milliseconds(2000);
    for (size_t task : {0U, 1U, 2U})
      end(task);
  }
};

TEST_F(CopyTest, TheFirstToEndIsUsedAndTheOtherKilled) {
  make_slow();
  EXPECT_EQ(schedule_->next_timer(), FlowTime(milliseconds(3000)));
  EXPECT_EQ(after(999), RunActions{});
  EXPECT_EQ(after(1), (RunActions{StartTask{{3, 2}, 0}}));
  start(3, 2);
  EXPECT_EQ(after(100'000), RunActions{}) << "one copy is enough";
  EXPECT_EQ(end(3, 0, 2), (RunActions{CommitOutput{{3, 2}, 0}, KillAttempt{{3}}}));
  EXPECT_EQ(end(3), RunActions{EndFlow{}}) << "it ended well too, but is not used";
  EXPECT_EQ(schedule_->counts().copies, 1U);
  EXPECT_EQ(schedule_->counts().copies_used, 1U);
}

TEST_F(CopyTest, TheFirstAttemptMayWin) {
  make_slow();
  after(1000);
  EXPECT_EQ(end(3), (RunActions{CommitOutput{{3}, 1}})) << "the copy is on its way";
  EXPECT_EQ(start(3, 2), (RunActions{KillAttempt{{3, 2}}}));
  EXPECT_EQ(end(3, died(SIGKILL), 2), RunActions{EndFlow{}});
  EXPECT_EQ(schedule_->counts().copies_used, 0U);
}

TEST_F(CopyTest, WhenOneOfTwoDiesTheOtherGoesOnAndMayBeDoubledAgain) {
  make_slow();
  after(1000);
  start(3, 2);
  EXPECT_EQ(end(3, died(SIGKILL), 2), (RunActions{StartTask{{3, 3}, 0}}));
  start(3, 3);
  EXPECT_EQ(give(HostLost{1, "b: gone"}), RunActions{});
  EXPECT_EQ(schedule_->counts().retried, 0U);
  EXPECT_EQ(end(3, 0, 3), (RunActions{CommitOutput{{3, 3}, 0}, EndFlow{}}));
}

TEST_F(CopyTest, IsNotMadeWhenTheyAreOff) {
  RunLimits limits;
  limits.backups.is_on = false;
  limits.pauses.most_silent = milliseconds(0);
  make_slow(limits);
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
}

}  // namespace
}  // namespace penstock
