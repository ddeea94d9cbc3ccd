#include "libcore/flow/tasks/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <queue>
#include <random>

#include "tests/unit/flow/tasks/schedule_by_hand.h"

namespace penstock {
namespace {

TEST_F(ScheduleTest, StartsOneAfterTheOther) {
  make(chain(3));
  EXPECT_EQ(schedule_->begin(), Actions{StartTask{{0}}});
  EXPECT_TRUE(schedule_->has_starts());
  EXPECT_EQ(give(TaskStarted{{0}}), Actions{StartTask{{1}}});
  EXPECT_EQ(give(TaskStarted{{1}}), Actions{StartTask{{2}}});
  EXPECT_FALSE(schedule_->has_starts());
  EXPECT_EQ(give(TaskStarted{{2}}), Actions{});
}

TEST_F(ScheduleTest, WithoutTasksItIsDone) {
  make({});
  EXPECT_EQ(schedule_->begin(), finished(Kind::kDone));
}

TEST_F(ScheduleTest, AllEndWell) {
  begin(2);
  EXPECT_EQ(end(0), Actions{});
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
  EXPECT_EQ(end(1), finished(Kind::kDone));
  EXPECT_TRUE(schedule_->is_over());
}

TEST_F(ScheduleTest, AFailureEndsAllAfterTheGrace) {
  begin(3);
  EXPECT_EQ(end(1, exited(3)), Actions{});
  EXPECT_EQ(schedule_->next_timer(), now_ + milliseconds(40));
  EXPECT_EQ(after(39), Actions{});
  EXPECT_EQ(after(1), (Actions{EndAttempt{{0}}, EndAttempt{{2}}}));
  EXPECT_EQ(after(299), Actions{});
  EXPECT_EQ(end(0, died(SIGTERM)), Actions{});
  EXPECT_EQ(after(1), (Actions{KillAttempt{{2}}}));
  EXPECT_EQ(after(1000), Actions{});
  EXPECT_EQ(end(2, died(SIGKILL)), finished(Kind::kEndedBadly, 1, 3));
}

// However late the timers are looked at, what is ended has its time before it is killed.
TEST_F(ScheduleTest, ATermIsNeverLeftOut) {
  begin(2);
  end(1, exited(1));
  EXPECT_EQ(after(5000), (Actions{EndAttempt{{0}}}));
  EXPECT_EQ(after(299), Actions{});
  EXPECT_EQ(after(1), (Actions{KillAttempt{{0}}}));
}

TEST_F(ScheduleTest, WhatFailsWhileAllIsEndedSaysNothing) {
  begin(3);
  end(2, exited(1));
  after(40);
  EXPECT_EQ(end(0, died(SIGSEGV)), Actions{});
  EXPECT_EQ(end(1, exited(9)), finished(Kind::kEndedBadly, 2, 1));
}

// Two workers of a fragment, on two hosts: the receiver has relayed the failure of the second to
// the first, which is known to have ended before it.
TEST_F(ScheduleTest, AFailureThatCameFromAPeerWaitsForItsCause) {
  begin(3);
  EXPECT_EQ(give(TaskEnded{{0}, exited(1), {}, {}, true}), Actions{});
  EXPECT_EQ(give(TaskEnded{{2}, exited(1), {}, {}, true}), Actions{});
  EXPECT_EQ(after(1000), Actions{});
  EXPECT_EQ(end(1, exited(1)), finished(Kind::kEndedBadly, 1, 1));
}

TEST_F(ScheduleTest, WithTheCauseTheGraceIsShort) {
  begin(3);
  EXPECT_EQ(give(TaskEnded{{0}, exited(1), {}, {}, true}), Actions{});
  EXPECT_EQ(after(1000), Actions{});
  EXPECT_EQ(end(1, exited(7)), Actions{});
  EXPECT_EQ(after(39), Actions{});
  EXPECT_EQ(after(1), Actions{EndAttempt{{2}}});
  EXPECT_EQ(end(2), finished(Kind::kEndedBadly, 1, 7));
}

TEST_F(ScheduleTest, WithoutACauseTheFailureOfAPeerIsReported) {
  begin(2);
  EXPECT_EQ(give(TaskEnded{{1}, exited(1), {}, {}, true}), Actions{});
  EXPECT_EQ(after(1499), Actions{});
  EXPECT_EQ(after(1), Actions{EndAttempt{{0}}});
  EXPECT_EQ(end(0), finished(Kind::kEndedBadly, 1, 1));
}

TEST_F(ScheduleTest, ACauseThatIsLateIsReportedAllTheSame) {
  begin(4);
  EXPECT_EQ(give(TaskEnded{{3}, exited(1), {}, {}, true}), Actions{});
  EXPECT_EQ(after(1500).size(), 3u);
  EXPECT_EQ(end(0, died(SIGTERM)), Actions{});
  EXPECT_EQ(end(1, exited(7)), Actions{});
  EXPECT_TRUE(schedule_->tasks()[0].is_ended_by_us);
  EXPECT_FALSE(schedule_->tasks()[1].is_ended_by_us);
  EXPECT_EQ(end(2, exited(5)), finished(Kind::kEndedBadly, 1, 7));
}

TEST_F(ScheduleTest, ACrashThatIsReportedLateIsTheCause) {
  begin(3);
  EXPECT_EQ(give(TaskEnded{{2}, exited(1), {}, {}, true}), Actions{});
  EXPECT_EQ(after(1500).size(), 2u);
  EXPECT_EQ(end(0, died(SIGKILL)), Actions{});
  EXPECT_EQ(end(1, died(SIGSEGV)), finished(Kind::kDied, 1, SIGSEGV));
}

TEST_F(ScheduleTest, WhatIsNotOursOrFailsWithAPeerIsNotALateCause) {
  std::vector<Task> tasks = chain(3);
  tasks[0].is_tool = false;
  begin(tasks);
  EXPECT_EQ(give(TaskEnded{{2}, exited(1), {}, {}, true}), Actions{});
  EXPECT_EQ(after(1500).size(), 2u);
  EXPECT_EQ(end(0, exited(143)), Actions{});
  EXPECT_EQ(give(TaskEnded{{1}, exited(1), {}, {}, true}), finished(Kind::kEndedBadly, 2, 1));
}

TEST_F(ScheduleTest, WithinTheGraceTheFailureFurthestUpIsReported) {
  begin(4);
  end(3, exited(1));
  now_ += milliseconds(30);
  end(1, exited(7));
  end(2, exited(5));
  EXPECT_EQ(after(10), (Actions{EndAttempt{{0}}}));
  EXPECT_EQ(end(0), finished(Kind::kEndedBadly, 1, 7));
}

TEST_F(ScheduleTest, WhatWasKilledComesBeforeWhatFailed) {
  begin(2);
  end(0, exited(1));
  EXPECT_EQ(end(1, died(SIGKILL)), finished(Kind::kDied, 1, SIGKILL));
}

TEST_F(ScheduleTest, WhatCannotBeRunEndsAll) {
  make(chain(3));
  schedule_->begin();
  give(TaskStarted{{0}});
  EXPECT_EQ(give(TaskNotRun{{1}, ENOENT}), Actions{});
  EXPECT_FALSE(schedule_->has_starts());
  EXPECT_EQ(after(40), (Actions{EndAttempt{{0}}}));
  EXPECT_EQ(end(0, died(SIGTERM)), finished(Kind::kNotRun, 1, ENOENT));
}

TEST_F(ScheduleTest, WhatCannotBeRunAloneIsOverAtOnce) {
  make(chain(2));
  schedule_->begin();
  EXPECT_EQ(give(TaskNotRun{{0}, EACCES}), finished(Kind::kNotRun, 0, EACCES));
}

TEST_F(ScheduleTest, ADeathOfSigpipeIsNoFailure) {
  begin(3);
  EXPECT_EQ(end(0, died(SIGPIPE)), Actions{});
  EXPECT_EQ(end(1, exited(128 + SIGPIPE)), Actions{});
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
  EXPECT_EQ(end(2), finished(Kind::kDone));
}

TEST_F(ScheduleTest, TheOutputsReaderHasGone) {
  begin(2);
  end(0);
  EXPECT_EQ(end(1, died(SIGPIPE)), finished(Kind::kDone, 0, 0, true));
}

TEST_F(ScheduleTest, AWriterIsMadeToNoticeOnce) {
  begin(3);
  EXPECT_EQ(end(2), Actions{});
  EXPECT_EQ(after(499), Actions{});
  EXPECT_EQ(after(1), (Actions{MakeNotice{{1}}}));
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
  EXPECT_EQ(end(1, died(SIGPIPE)), Actions{});
  EXPECT_EQ(schedule_->next_timer(), std::nullopt) << "its reader did not end well";
  EXPECT_EQ(end(0), finished(Kind::kDone));
}

TEST_F(ScheduleTest, NotWhoNoticedNorOneWithMoreReadersNorAForeignProgram) {
  std::vector<Task> tasks = chain(2);
  begin(tasks);
  end(1);
  EXPECT_EQ(end(0, died(SIGPIPE)), finished(Kind::kDone));
  tasks[0].has_more_readers = true;
  begin(tasks);
  end(1);
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
  tasks[0].has_more_readers = false;
  tasks[0].is_tool = false;
  begin(tasks);
  end(1);
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
}

TEST_F(ScheduleTest, ATaskMayBeStoppedForFiveSeconds) {
  begin(2);
  give(TaskStopped{{0}});
  EXPECT_EQ(after(4999), Actions{});
  give(TaskContinued{{0}});
  EXPECT_EQ(after(10), Actions{});
  give(TaskStopped{{0}});
  EXPECT_EQ(after(4999), Actions{});
  EXPECT_EQ(after(1), (Actions{EndAttempt{{0}}, EndAttempt{{1}}}));
  after(300);
  end(1, died(SIGTERM));
  EXPECT_EQ(end(0, died(SIGKILL)), finished(Kind::kStopped, 0));
}

TEST_F(ScheduleTest, AFailureIsReportedBeforeAStop) {
  begin(2);
  give(TaskStopped{{0}});
  now_ += milliseconds(4990);
  end(1, exited(1));
  EXPECT_EQ(after(20), Actions{});
  after(20);
  EXPECT_EQ(end(0, died(SIGKILL)), finished(Kind::kEndedBadly, 1, 1));
}

TEST_F(ScheduleTest, ASignalToUsEndsAllAtOnce) {
  begin(2);
  end(1, exited(1));
  EXPECT_EQ(give(EndingAsked{SIGINT}), (Actions{EndAttempt{{0}}}));
  EXPECT_EQ(give(EndingAsked{SIGTERM}), Actions{});
  EXPECT_EQ(end(0, died(SIGTERM)), finished(Kind::kAskedToEnd, 0, SIGINT));
}

TEST_F(ScheduleTest, WhatWasOnItsWayIsEndedToo) {
  make(chain(3));
  schedule_->begin();
  EXPECT_EQ(give(EndingAsked{SIGTERM}), Actions{});
  EXPECT_EQ(give(TaskStarted{{0}}), (Actions{EndAttempt{{0}}}));
  EXPECT_EQ(end(0, died(SIGTERM)), finished(Kind::kAskedToEnd, 0, SIGTERM));
}

TEST_F(ScheduleTest, WhatIsStartedAfterAllWereKilledIsKilled) {
  make(chain(2));
  schedule_->begin();
  give(EndingAsked{SIGTERM});
  EXPECT_EQ(after(300), Actions{});
  EXPECT_EQ(give(TaskStarted{{0}}), (Actions{KillAttempt{{0}}}));
  EXPECT_EQ(end(0, died(SIGKILL)), finished(Kind::kAskedToEnd, 0, SIGTERM));
}

TEST_F(ScheduleTest, WhatHasEndedIsNotStopped) {
  begin(2);
  give(TaskStopped{{0}});
  end(0);
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
  EXPECT_EQ(after(10'000), Actions{});
  EXPECT_EQ(end(1), finished(Kind::kDone));
}

TEST_F(ScheduleTest, NobodyIsMadeToNoticeWhileAllIsEnded) {
  begin(2);
  EXPECT_EQ(give(EndingAsked{SIGINT}).size(), 2U);
  end(1);
  EXPECT_EQ(after(300), (Actions{KillAttempt{{0}}}));
  EXPECT_EQ(after(10'000), Actions{});
  EXPECT_EQ(end(0, died(SIGKILL)), finished(Kind::kAskedToEnd, 0, SIGINT));
}

TEST_F(ScheduleTest, ALauncherThatFailsEndsWhatRuns) {
  make(chain(3));
  schedule_->begin();
  give(TaskStarted{{0}});
  EXPECT_EQ(give(LauncherFailed{}), (Actions{EndAttempt{{0}}}));
  EXPECT_EQ(end(0, died(SIGTERM)), finished(Kind::kLauncherFailed));
}

TEST_F(ScheduleTest, SeveralMayBeStarting) {
  Schedule schedule(chain(4), 3);
  EXPECT_EQ(schedule.begin(), (Actions{StartTask{{0}}, StartTask{{1}}, StartTask{{2}}}));
  EXPECT_EQ(schedule.take({now_, TaskStarted{{1}}}), Actions{StartTask{{3}}});
}

TEST_F(ScheduleTest, EventsOfWhatIsOverHaveNoEffect) {
  begin(2);
  end(0);
  EXPECT_EQ(end(0, exited(3)), Actions{});
  EXPECT_EQ(give(TaskEnded{{1, 2}, exited(3), {}, {}}), Actions{}) << "another attempt";
  EXPECT_EQ(give(TaskStopped{{0}}), Actions{});
  EXPECT_EQ(schedule_->next_timer(), std::nullopt);
  EXPECT_EQ(end(1), finished(Kind::kDone));
  EXPECT_EQ(give(EndingAsked{SIGINT}), Actions{});
}

// Tasks on a virtual clock that do what chance says, and are never acted on when they are over.
class World {
 public:
  explicit World(uint32_t seed) : random_(seed) {
    size_t count = 1 + draw(12);
    tasks_.resize(count);
    for (size_t i = 0; i < count; ++i) {
      tasks_[i].is_tool = draw(4) != 0;
      tasks_[i].has_more_readers = draw(8) == 0;
      if (i + 1 < count && draw(5) != 0) tasks_[i].reader = i + 1 + draw(count - i - 1);
    }
    is_deaf_.resize(count);
    for (size_t i = 0; i < count; ++i)
      is_deaf_[i] = draw(4) == 0;
  }

  // Runs until the flow is over.
  void run() {
    Schedule schedule(tasks_);
    carry_out(schedule.begin());
    if (draw(6) == 0) later(draw(3000), EndingAsked{SIGTERM});
    for (int steps = 0; !verdict_; ++steps) {
      ASSERT_LT(steps, 2000) << "it does not end";
      std::optional<FlowTime> timer = schedule.next_timer();
      bool has_event = !queue_.empty() && (!timer || queue_.begin()->first <= *timer);
      ASSERT_TRUE(has_event || timer) << "it waits for nothing";
      if (has_event) {
        TaskEvent event = queue_.begin()->second;
        now_ = event.at = queue_.begin()->first;
        queue_.erase(queue_.begin());
        if (!happens(event)) continue;
        carry_out(schedule.take(event));
      } else {
        now_ = *timer;
        carry_out(schedule.take({now_, TimePassed{}}));
      }
    }
    EXPECT_TRUE(running_.empty()) << "a started task has no end";
    check_verdict(schedule);
  }

 private:
  // Less than `count`.
  size_t draw(size_t count) { return random_() % count; }

  template <typename What>
  void later(size_t milliseconds_on, What what) {
    FlowTime at = now_ + milliseconds(static_cast<int64_t>(milliseconds_on));
    queue_.insert({at, TaskEvent{at, what}});
  }

  int some_end() {
    switch (draw(8)) {
      case 0:
        return exited(1 + static_cast<int>(draw(3)));
      case 1:
        return died(SIGKILL);
      case 2:
        return died(SIGPIPE);
      case 3:
        return exited(128 + SIGPIPE);
      default:
        return exited(0);
    }
  }

  // Whether it can happen as things are; keeps account of what runs.
  bool happens(const TaskEvent& event) {
    if (const auto* started = std::get_if<TaskStarted>(&event.what)) {
      size_t task = started->attempt.task;
      running_.insert(task);
      if (draw(4) == 0) later(draw(100), TaskStopped{{task}});
      if (draw(4) == 0) later(draw(100), TaskContinued{{task}});
      // Now and then many ends at the same moment; now and then none.
      if (draw(10) != 0)
        later(draw(3) * 20, TaskEnded{{task}, some_end(), {}, {}});
      else
        later(20'000, TaskEnded{{task}, exited(0), {}, {}});
    } else if (const auto* ended = std::get_if<TaskEnded>(&event.what)) {
      return running_.erase(ended->attempt.task) > 0;
    } else if (const auto* stopped = std::get_if<TaskStopped>(&event.what)) {
      return running_.contains(stopped->attempt.task);
    }
    return true;
  }

  void carry_out(const Actions& actions) {
    for (const Action& action : actions) {
      ASSERT_FALSE(verdict_) << "an action after the last one";
      std::visit([this](const auto& what) { carry_out(what); }, action);
    }
  }
  void carry_out(const StartTask& start) {
    EXPECT_EQ(start.attempt.task, next_++);
    if (draw(30) == 0) {
      later(draw(2), TaskNotRun{start.attempt, ENOENT});
    } else {
      later(draw(2), TaskStarted{start.attempt});
    }
  }
  void carry_out(const MakeNotice& notice) {
    size_t task = notice.attempt.task;
    EXPECT_TRUE(running_.contains(task));
    EXPECT_TRUE(tasks_[task].is_tool && !tasks_[task].has_more_readers);
    EXPECT_TRUE(noticed_.insert(task).second) << "twice";
    later(draw(5), TaskEnded{{task}, died(SIGPIPE), {}, {}});
  }
  void carry_out(const EndAttempt& end) {
    size_t task = end.attempt.task;
    EXPECT_TRUE(running_.contains(task));
    if (!is_deaf_[task]) later(draw(50), TaskEnded{{task}, died(SIGTERM), {}, {}});
  }
  void carry_out(const KillAttempt& kill) {
    EXPECT_TRUE(running_.contains(kill.attempt.task));
    later(0, TaskEnded{kill.attempt, died(SIGKILL), {}, {}});
  }
  void carry_out(const GiveUpHost&) { ADD_FAILURE() << "there is this host alone"; }
  void carry_out(const EndFlow& end) { verdict_ = end.verdict; }

  void check_verdict(const Schedule& schedule) const {
    bool is_clean = true;
    for (const TaskState& state : schedule.tasks()) {
      EXPECT_NE(state.phase, TaskState::Phase::kStarting);
      EXPECT_NE(state.phase, TaskState::Phase::kRunning);
      is_clean = is_clean && state.phase == TaskState::Phase::kEnded && !state.is_ended_by_us;
    }
    EXPECT_TRUE(is_clean || verdict_->kind != Kind::kDone);
  }

  std::mt19937 random_;
  std::vector<Task> tasks_;
  std::vector<bool> is_deaf_;
  std::multimap<FlowTime, TaskEvent> queue_;
  std::set<size_t> running_;
  std::set<size_t> noticed_;
  size_t next_ = 0;
  FlowTime now_{};
  std::optional<Verdict> verdict_;
};

TEST_F(ScheduleTest, ManyOrdersOfEventsEnd) {
  for (uint32_t seed = 1; seed <= 5000; ++seed) {
    SCOPED_TRACE(seed);
    World(seed).run();
    if (HasFailure()) return;
  }
}

// Failures within the grace, in any order and with ends between them.
TEST_F(ScheduleTest, TheFailureReportedDoesNotDependOnTheOrder) {
  std::mt19937 random(1);
  for (int round = 0; round < 5000; ++round) {
    size_t count = 2 + random() % 10;
    std::map<size_t, int> ends;
    for (size_t i = 0; i < count; ++i) {
      int kind = static_cast<int>(random() % 4);
      ends[i] = kind == 0 ? exited(1) : kind == 1 ? died(SIGKILL) : kind == 2 ? died(SIGPIPE) : 0;
    }
    auto is = [&](int end) {
      return std::find_if(ends.begin(), ends.end(), [&](auto& e) { return e.second == end; });
    };
    Verdict expected{Kind::kDone, 0, 0, ends[count - 1] == died(SIGPIPE)};
    if (is(exited(1)) != ends.end()) expected = {Kind::kEndedBadly, is(exited(1))->first, 1};
    if (is(died(SIGKILL)) != ends.end())
      expected = {Kind::kDied, is(died(SIGKILL))->first, SIGKILL};
    std::vector<size_t> order;
    for (size_t i = 0; i < count; ++i)
      order.push_back(i);
    std::shuffle(order.begin(), order.end(), random);
    begin(count);
    Actions actions;
    for (size_t task : order) {
      now_ += milliseconds(random() % 4);
      actions = after(0);
      EXPECT_EQ(actions, Actions{});
      actions = end(task, ends[task]);
    }
    ASSERT_EQ(actions, Actions{EndFlow{expected}}) << round;
  }
}

// Were an event to cost as much as there are tasks, this would take minutes.
TEST_F(ScheduleTest, ManyTasksTakeNoTime) {
  constexpr size_t kTasks = 100'000;
  begin(kTasks);
  for (size_t i = 0; i + 1 < kTasks; ++i)
    give(TaskStopped{{i}});
  for (size_t i = kTasks - 1; i > 0; --i)
    end(i);
  EXPECT_EQ(end(0), finished(Kind::kDone));
}

}  // namespace
}  // namespace penstock
