// Materialized runs in generated worlds on a virtual clock: attempts fail, hang, are slow and are
// lost as chance says. A model beside the schedule knows which outputs there are and checks each
// action.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "libcore/flow/tasks/materialized_schedule.h"
#include "tests/unit/flow/tasks/schedule_by_hand.h"

namespace penstock {
namespace {

constexpr size_t kRunHosts = 4;

class RunWorld {
 public:
  explicit RunWorld(uint32_t seed) : random_(seed) {
    const size_t steps = 1 + draw(4);
    for (size_t i = 0; i < steps; ++i) {
      Step step;
      step.homes.resize(draw(12));
      for (std::optional<size_t>& home : step.homes) {
        if (draw(3) > 0) home = draw(kRunHosts);
      }
      for (size_t before = 0; before < i; ++before) {
        if (before + 1 == i || draw(3) == 0) step.reads.push_back(before);
      }
      step.outlives_hosts = draw(4) == 0;
      step_of_.insert(step_of_.end(), step.homes.size(), i);
      plan_.push_back(step);
    }
    for (size_t host = 0; host < kRunHosts; ++host)
      slots_.push_back(1 + draw(3));
    limits_.retries = static_cast<int64_t>(draw(5));
    limits_.backups.is_on = draw(4) > 0;
    limits_.backups.least_time = milliseconds(20);
    limits_.pauses.most_silent = milliseconds(1500);
    is_calm_ = draw(3) == 0;
  }

  void run(RerunCounts& sum) {
    MaterializedSchedule schedule(plan_, slots_, limits_);
    carry_out(schedule.begin(now_, made_before()));
    while (!schedule.is_over()) {
      const std::optional<FlowTime> timer = schedule.next_timer();
      const bool is_event = !queue_.empty() && (!timer || queue_.begin()->first <= *timer);
      ASSERT_TRUE(is_event || timer) << "nothing happens any more";
      if (!is_event) {
        ASSERT_GE(*timer, now_);
        now_ = *timer;
        const RunActions actions = schedule.take({now_, TimePassed{}});
        is_ending_ = schedule.is_ending();
        carry_out(actions);
      } else {
        TaskEvent event = queue_.begin()->second;
        now_ = event.at = queue_.begin()->first;
        queue_.erase(queue_.begin());
        if (!happens(event)) continue;
        const RunActions actions = schedule.take(event);
        is_ending_ = schedule.is_ending();
        carry_out(actions);
        if (draw(60) == 0) damage(schedule);
      }
      ASSERT_LE(++events_, 100'000U);
      ASSERT_FALSE(::testing::Test::HasFailure());
    }
    check();
    sum.retried += schedule.counts().retried;
    sum.made_again += schedule.counts().made_again;
    sum.copies += schedule.counts().copies;
    sum.copies_used += schedule.counts().copies_used;
  }

  bool is_done() const { return verdict_ && verdict_->kind == Kind::kDone; }

 private:
  size_t draw(size_t below) { return random_() % below; }
  template <typename What>
  void later(size_t most, What what, size_t least = 1) {
    queue_.insert({now_ + milliseconds(least + draw(most)), {{}, what}});
  }

  // Some runs go on from others.
  std::vector<MaterializedSchedule::Made> made_before() {
    std::vector<MaterializedSchedule::Made> made;
    if (draw(4) > 0) return made;
    for (size_t task = 0; task < step_of_.size(); ++task) {
      if (draw(2) == 0) continue;
      made.push_back({{task, 1}, draw(kRunHosts)});
      outputs_[task] = {1, made.back().host};
    }
    return made;
  }

  void damage(MaterializedSchedule& schedule) {
    if (outputs_.empty() || schedule.is_over()) return;
    auto output = outputs_.begin();
    std::advance(output, draw(outputs_.size()));
    carry_out(schedule.lose_output({output->first, output->second.first}, now_));
  }

  // Of a host that is lost nothing is heard.
  bool happens(const TaskEvent& event) {
    if (const auto* lost = std::get_if<HostLost>(&event.what)) {
      if (!lost_.insert(lost->host).second) return false;
      std::erase_if(running_, [&](const auto& each) { return each.second == lost->host; });
      return true;
    }
    if (const auto* started = std::get_if<TaskStarted>(&event.what)) {
      return running_.contains({started->attempt.task, started->attempt.number});
    }
    if (const auto* ended = std::get_if<TaskEnded>(&event.what)) {
      const std::pair<size_t, int64_t> attempt{ended->attempt.task, ended->attempt.number};
      if (running_.erase(attempt) == 0) return false;
      ended_well_ = ended->wait_status == 0 ? std::optional(attempt) : std::nullopt;
      is_data_bad_ = is_data_bad_ || (WIFEXITED(ended->wait_status) && ended->wait_status != 0 &&
                                      !ended->is_of_machine);
    }
    return true;
  }

  void carry_out(const RunActions& actions) {
    for (const RunAction& action : actions)
      std::visit([this](const auto& what) { carry_out(what); }, action);
    // What was lost with its host was dropped, unless nobody reads it or it is elsewhere.
    for (const auto& [task, output] : outputs_) {
      const Step& step = plan_[step_of_[task]];
      const bool is_read = step_of_[task] + 1 < plan_.size();
      EXPECT_TRUE(verdict_ || is_ending_ || !is_read || step.outlives_hosts ||
                  !lost_.contains(output.second));
    }
  }
  void carry_out(const StartTask& start) {
    const size_t task = start.attempt.task;
    EXPECT_FALSE(lost_.contains(start.host));
    EXPECT_FALSE(outputs_.contains(task)) << "it has one";
    EXPECT_TRUE(numbers_[task].insert(start.attempt.number).second);
    for (size_t other = 0; other < step_of_.size(); ++other) {
      for (size_t read : plan_[step_of_[task]].reads)
        EXPECT_TRUE(step_of_[other] != read || outputs_.contains(other)) << "an input is missing";
    }
    running_[{task, start.attempt.number}] = start.host;
    size_t on_host = 0;
    size_t attempts = 0;
    for (const auto& [attempt, host] : running_) {
      if (host == start.host) ++on_host;
      if (attempt.first == task && !killed_.contains(attempt)) ++attempts;
    }
    EXPECT_LE(on_host, slots_[start.host]);
    EXPECT_LE(attempts, 2U) << "the first and a copy";
    later(3, TaskStarted{start.attempt});
    draw_fate(start);
  }
  void draw_fate(const StartTask& start) {
    const size_t fate = draw(is_calm_ ? 400 : 30);
    if (fate == 0) later(200, HostLost{start.host, "gone"});
    if (fate == 1) return;  // it hangs
    TaskEnded ended{start.attempt, 0, {}, {}};
    if (fate == 2) ended.wait_status = died(SIGKILL);
    if (fate == 3 || fate == 4) ended.wait_status = exited(1);
    ended.is_of_machine = fate == 3;
    if (fate == 4 && draw(3) > 0) ended.wait_status = 0;
    // Not before it was started. Some are slow.
    later(draw(8) == 0 ? 1000 : 100, ended, 4);
  }
  void carry_out(const EndAttempt& end) {
    if (draw(3) != 0) later(50, TaskEnded{end.attempt, died(SIGTERM), {}, {}});
  }
  void carry_out(const KillAttempt& kill) {
    const std::pair<size_t, int64_t> attempt{kill.attempt.task, kill.attempt.number};
    EXPECT_TRUE(running_.contains(attempt));
    killed_.insert(attempt);
    if (draw(20) == 0 && running_[attempt] != 0) return;  // its host says nothing any more
    later(2, TaskEnded{kill.attempt, died(SIGKILL), {}, {}});
  }
  void carry_out(const GiveUpHost& give_up) { later(5, HostLost{give_up.host, "gone"}); }
  void carry_out(const CommitOutput& commit) {
    const std::pair<size_t, int64_t> attempt{commit.attempt.task, commit.attempt.number};
    EXPECT_EQ(ended_well_, attempt);
    EXPECT_FALSE(killed_.contains(attempt));
    EXPECT_TRUE(outputs_.insert({attempt.first, {attempt.second, commit.host}}).second) << "twice";
  }
  void carry_out(const DropOutput& drop) {
    const auto output = outputs_.find(drop.attempt.task);
    ASSERT_NE(output, outputs_.end());
    EXPECT_EQ(output->second, std::pair(drop.attempt.number, drop.host));
    outputs_.erase(output);
  }
  void carry_out(const EndFlow& end) { verdict_ = end.verdict; }

  void check() const {
    ASSERT_TRUE(verdict_);
    EXPECT_TRUE(running_.empty());
    EXPECT_TRUE(verdict_->kind != Kind::kHostLost || !lost_.empty());
    EXPECT_TRUE(verdict_->kind != Kind::kEndedBadly || is_data_bad_ || limits_.retries < 5);
    if (verdict_->kind != Kind::kDone) return;
    for (size_t task = 0; task < step_of_.size(); ++task) {
      EXPECT_TRUE(step_of_[task] + 1 < plan_.size() || outputs_.contains(task));
    }
  }

  std::mt19937 random_;
  std::vector<Step> plan_;
  std::vector<size_t> step_of_;  // of each task
  std::vector<size_t> slots_;
  RunLimits limits_;
  bool is_calm_ = false;
  std::multimap<FlowTime, TaskEvent> queue_;
  std::map<std::pair<size_t, int64_t>, size_t> running_;  // attempts, and their hosts
  std::set<std::pair<size_t, int64_t>> killed_;
  std::map<size_t, std::set<int64_t>> numbers_;  // of each task's attempts
  std::map<size_t, std::pair<int64_t, size_t>> outputs_;
  std::optional<std::pair<size_t, int64_t>> ended_well_;  // by the latest event
  std::set<size_t> lost_;
  bool is_data_bad_ = false;
  bool is_ending_ = false;
  size_t events_ = 0;
  FlowTime now_{};
  std::optional<Verdict> verdict_;
};

TEST(MaterializedScheduleWorlds, ManyOrdersOfEventsEnd) {
  RerunCounts sum;
  size_t done = 0;
  for (uint32_t seed = 1; seed <= 4000; ++seed) {
    SCOPED_TRACE(seed);
    RunWorld world(seed);
    world.run(sum);
    if (::testing::Test::HasFailure()) return;
    if (world.is_done()) ++done;
  }
  // The worlds are neither too mild nor too wild to show anything.
  EXPECT_GT(done, 1000U);
  EXPECT_LT(done, 3900U);
  EXPECT_GT(sum.retried, 1000U);
  EXPECT_GT(sum.made_again, 500U);
  EXPECT_GT(sum.copies, 500U);
  EXPECT_GT(sum.copies_used, 100U);
}

}  // namespace
}  // namespace penstock
