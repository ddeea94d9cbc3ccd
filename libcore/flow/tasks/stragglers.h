// Which running tasks of a step take much longer than their peers did.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "libcore/flow/tasks/task.h"

namespace penstock {

// The rule is in flow/FLOW.md, with its sources.
struct BackupRule {
  bool is_on = true;
  int64_t least_done_percent = 75;  // of the step's tasks
  int64_t most_percent_of_median = 150;
  std::chrono::milliseconds least_time{1000};  // a copy of a shorter task is not worth its start
};

// The numbers that have been added, so that their median is at hand.
class RunningMedian {
 public:
  // Costs O(log numbers).
  void add(int64_t number);
  // Returns the lower median. REQUIRES that a number was added.
  int64_t median() const { return low_.top(); }
  bool is_empty() const { return low_.empty(); }

 private:
  std::priority_queue<int64_t> low_;  // the lower half, and one more when their number is odd
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> high_;
};

// Each call costs O(log tasks).
class Stragglers {
 public:
  struct Suspect {
    FlowTime due;  // a copy is worth while from then on
    Attempt attempt;
  };

  // `tasks`: how many the step has.
  Stragglers(size_t tasks, const BackupRule& rule) : rule_(rule), tasks_(tasks) {}

  // A task's only attempt runs since `at`. It is watched until forget() with the same values.
  void watch(const Attempt& attempt, FlowTime at);
  void forget(const Attempt& attempt, FlowTime at);
  // A task has taken so long.
  void add_time(std::chrono::milliseconds taken) { times_.add(taken.count()); }

  // Returns the watched attempt that has run the longest; nothing when there is none, or when too
  // few of the step's tasks are done.
  std::optional<Suspect> next(size_t done) const;

 private:
  BackupRule rule_;
  size_t tasks_;
  RunningMedian times_;
  std::set<std::pair<FlowTime, std::pair<size_t, int64_t>>> watched_;
};

}  // namespace penstock
