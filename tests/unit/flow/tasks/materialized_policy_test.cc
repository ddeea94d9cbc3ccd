#include "libcore/flow/tasks/materialized_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <variant>
#include <vector>

#include "libcore/flow/tasks/schedule.h"
#include "tests/unit/flow/tasks/schedule_by_hand.h"

namespace penstock {
namespace {

// Tasks 0 and 1 map, on hosts 0 and 1; tasks 2 and 3 read what both have written.
std::vector<Task> map_and_reduce() {
  std::vector<Task> tasks(4);
  for (size_t i = 0; i < tasks.size(); ++i) {
    tasks[i].host = i % 2;
    tasks[i].fragment = i < 2 ? 1 : 2;
    tasks[i].worker = static_cast<int64_t>(i % 2) + 1;
    if (i >= 2) tasks[i].reads = {1};
  }
  return tasks;
}

class MaterializedTest : public testing::Test {
 protected:
  explicit MaterializedTest(milliseconds most_silent = milliseconds(0))
      : policy_({.hosts = 2, .most_starting = 8, .most_attempts = 3, .most_silent = most_silent}) {}

  template <typename What>
  Actions give(What what) {
    return schedule_.take({now_, what});
  }
  Actions start(size_t task, int64_t attempt = 1) { return give(TaskStarted{{task, attempt}}); }
  Actions end(size_t task, int wait_status = 0, int64_t attempt = 1) {
    return give(TaskEnded{{task, attempt}, wait_status, {}, {}});
  }
  void map_all() {
    schedule_.begin();
    for (size_t task : {0U, 1U})
      start(task);
  }

  MaterializedPolicy policy_;
  Schedule schedule_{map_and_reduce(), policy_};
  FlowTime now_{};
};

TEST_F(MaterializedTest, AFragmentBeginsWhenTheOneThatItReadsIsCommitted) {
  EXPECT_EQ(schedule_.begin(), (Actions{StartTask{{0}, 0}, StartTask{{1}, 1}}));
  start(0);
  start(1);
  EXPECT_EQ(end(1), Actions{});
  EXPECT_EQ(end(0), (Actions{CommitEdge{1}, StartTask{{2}, 0}, StartTask{{3}, 1}}));
  start(2);
  start(3);
  EXPECT_EQ(end(2), Actions{});
  EXPECT_EQ(end(3), Actions{EndFlow{{Kind::kDone}}});
}

TEST_F(MaterializedTest, AFailureIsTriedAgainAndTheOthersGoOn) {
  map_all();
  EXPECT_EQ(end(0, died(SIGKILL)), (Actions{StartTask{{0, 2}, 0}}));
  EXPECT_EQ(end(1), Actions{});
  start(0, 2);
  EXPECT_EQ(end(0, died(SIGKILL), 1), Actions{}) << "the first attempt is over";
  EXPECT_EQ(end(0, 0, 2), (Actions{CommitEdge{1}, StartTask{{2}, 0}, StartTask{{3}, 1}}));
}

TEST_F(MaterializedTest, TheLastAttemptThatFailsEndsTheFlow) {
  map_all();
  end(0, exited(3));
  start(0, 2);
  end(0, exited(3), 2);
  start(0, 3);
  EXPECT_EQ(end(0, exited(3), 3), Actions{});
  now_ += milliseconds(40);
  EXPECT_EQ(give(TimePassed{}), Actions{EndAttempt{{1}}});
  EXPECT_EQ(end(1, died(SIGTERM)), (Actions{EndFlow{{Kind::kEndedBadly, 0, 3}}}));
}

TEST_F(MaterializedTest, AProgramThatIsNotThereIsNotTriedAgain) {
  schedule_.begin();
  give(TaskNotRun{{0}, ENOENT});
  start(1);
  now_ += milliseconds(40);
  EXPECT_EQ(give(TimePassed{}), Actions{EndAttempt{{1}}});
  EXPECT_EQ(end(1, died(SIGTERM)), (Actions{EndFlow{{Kind::kNotRun, 0, ENOENT}}}));
}

// What task 0 has written stays, as what it wrote is not only on its host.
TEST_F(MaterializedTest, TheTasksOfALostHostAreTriedElsewhere) {
  map_all();
  end(0);
  EXPECT_EQ(give(HostLost{1, "b: gone"}), (Actions{StartTask{{1, 2}, 0}}));
  start(1, 2);
  EXPECT_EQ(end(1, 0, 2), (Actions{CommitEdge{1}, StartTask{{2}, 0}, StartTask{{3}, 0}}));
}

TEST_F(MaterializedTest, WithoutHostsTheFlowEnds) {
  map_all();
  give(HostLost{1, "b: gone"});
  start(1, 2);
  EXPECT_EQ(give(HostLost{0, "a: gone"}), (Actions{EndFlow{{Kind::kHostLost, 0, 0}}}));
}

class SilentTest : public MaterializedTest {
 protected:
  SilentTest() : MaterializedTest(milliseconds(1000)) {}
  Actions after(int passed) {
    now_ += milliseconds(passed);
    return give(TimePassed{});
  }
};

TEST_F(SilentTest, AnAttemptWithoutProgressIsEndedAndTriedAgain) {
  map_all();
  EXPECT_EQ(after(900), Actions{});
  give(TaskProgressed{{1}});
  EXPECT_EQ(after(100), Actions{EndAttempt{{0}}});
  // It does not hear.
  EXPECT_EQ(after(300), Actions{KillAttempt{{0}}});
  EXPECT_EQ(end(0, died(SIGKILL)), (Actions{StartTask{{0, 2}, 0}}));
  start(0, 2);
  EXPECT_EQ(after(600), Actions{EndAttempt{{1}}}) << "it too, a while after its progress";
  EXPECT_EQ(end(1, died(SIGTERM)), (Actions{StartTask{{1, 2}, 1}}));
}

TEST_F(SilentTest, ProgressOfAnAttemptThatIsOverIsNone) {
  map_all();
  end(0, exited(1));
  start(0, 2);
  now_ += milliseconds(900);
  give(TaskProgressed{{0, 1}});
  give(TaskProgressed{{1}});
  EXPECT_EQ(after(100), (Actions{EndAttempt{{0, 2}}}));
}

// Flows of several fragments on a virtual clock, whose attempts fail, hang and are lost as chance
// says.
class MaterializedWorld {
 public:
  explicit MaterializedWorld(uint32_t seed)
      : random_(seed),
        policy_({.hosts = 4,
                 .most_starting = 1 + draw(20),
                 .most_attempts = 4,
                 .most_silent = milliseconds(500)}) {
    int64_t fragments = 1 + static_cast<int64_t>(draw(4));
    for (int64_t fragment = 1; fragment <= fragments; ++fragment) {
      size_t workers = 1 + draw(8);
      for (size_t worker = 0; worker < workers; ++worker) {
        Task task;
        task.host = draw(4);
        task.fragment = fragment;
        for (int64_t before = 1; before < fragment; ++before) {
          if (before + 1 == fragment || seed % 3 == 0) task.reads.push_back(before);
        }
        tasks_.push_back(task);
      }
    }
  }

  void run() {
    Schedule schedule(tasks_, policy_);
    carry_out(schedule.begin());
    while (!schedule.is_over()) {
      std::optional<FlowTime> timer = schedule.next_timer();
      bool is_event = !queue_.empty() && (!timer || queue_.begin()->first <= *timer);
      ASSERT_TRUE(is_event || timer) << "nothing happens any more";
      if (is_event) {
        TaskEvent event = queue_.begin()->second;
        now_ = event.at = queue_.begin()->first;
        queue_.erase(queue_.begin());
        if (!happens(event)) continue;
        carry_out(schedule.take(event));
      } else {
        now_ = *timer;
        carry_out(schedule.take({now_, TimePassed{}}));
      }
      ASSERT_FALSE(testing::Test::HasFailure());
    }
    check(schedule);
  }

 private:
  size_t draw(size_t below) { return random_() % below; }
  template <typename What>
  void later(size_t most, What what, size_t least = 1) {
    queue_.insert({now_ + milliseconds(least + draw(most)), {{}, what}});
  }

  // Of a host that is lost nothing is heard.
  bool happens(const TaskEvent& event) {
    if (const auto* lost = std::get_if<HostLost>(&event.what)) {
      lost_.insert(lost->host);
      std::erase_if(running_, [&](const auto& each) { return each.second == lost->host; });
      return true;
    }
    auto is_alive = [&](const Attempt& attempt) {
      return running_.contains({attempt.task, attempt.number});
    };
    if (const auto* started = std::get_if<TaskStarted>(&event.what)) {
      return is_alive(started->attempt);
    }
    if (const auto* ended = std::get_if<TaskEnded>(&event.what)) {
      bool was_alive = running_.erase({ended->attempt.task, ended->attempt.number}) > 0;
      if (was_alive && ended->wait_status == 0) done_.insert(ended->attempt.task);
      return was_alive;
    }
    return true;
  }

  void carry_out(const Actions& actions) {
    for (const Action& action : actions)
      std::visit([this](const auto& what) { carry_out(what); }, action);
  }
  void carry_out(const StartTask& start) {
    const Task& task = tasks_[start.attempt.task];
    EXPECT_FALSE(lost_.contains(start.host));
    EXPECT_LE(start.attempt.number, 4 + 4) << "four failures, and the losses of hosts";
    for (int64_t fragment : task.reads)
      EXPECT_TRUE(committed_.contains(fragment));
    running_[{start.attempt.task, start.attempt.number}] = start.host;
    later(3, TaskStarted{start.attempt});
    size_t fate = draw(12);
    if (fate == 0) later(200, HostLost{start.host, "gone"});
    if (fate == 1) return;  // it hangs
    // Not before it was started.
    later(400, TaskEnded{start.attempt, fate == 2 ? exited(1) : 0, {}, {}}, 4);
  }
  void carry_out(const MakeNotice&) { ADD_FAILURE() << "files have no readers that go"; }
  void carry_out(const EndAttempt& end) {
    if (draw(3) != 0) later(50, TaskEnded{end.attempt, died(SIGTERM), {}, {}});
  }
  void carry_out(const KillAttempt& kill) {
    later(2, TaskEnded{kill.attempt, died(SIGKILL), {}, {}});
  }
  void carry_out(const GiveUpHost&) { ADD_FAILURE() << "each host reports its ends"; }
  void carry_out(const CommitEdge& commit) {
    EXPECT_TRUE(committed_.insert(commit.fragment).second) << "twice";
    for (size_t i = 0; i < tasks_.size(); ++i) {
      EXPECT_TRUE(tasks_[i].fragment != commit.fragment || done_.contains(i));
    }
  }
  void carry_out(const EndFlow& end) { verdict_ = end.verdict; }

  void check(const Schedule& schedule) const {
    ASSERT_TRUE(verdict_);
    EXPECT_TRUE(running_.empty());
    EXPECT_TRUE(verdict_->kind != Kind::kDone || done_.size() == tasks_.size());
    EXPECT_TRUE(verdict_->kind != Kind::kHostLost || lost_.size() == 4);
    EXPECT_FALSE(schedule.has_starts());
  }

  std::mt19937 random_;
  MaterializedPolicy policy_;
  std::vector<Task> tasks_;
  std::multimap<FlowTime, TaskEvent> queue_;
  std::map<std::pair<size_t, int64_t>, size_t> running_;  // attempts, and their hosts
  std::set<size_t> lost_;
  std::set<size_t> done_;
  std::set<int64_t> committed_;
  FlowTime now_{};
  std::optional<Verdict> verdict_;
};

TEST(MaterializedWorlds, ManyOrdersOfEventsEnd) {
  for (uint32_t seed = 1; seed <= 4000; ++seed) {
    SCOPED_TRACE(seed);
    MaterializedWorld(seed).run();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace penstock
