// The policy of edges that are files: tasks are tried again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>

#include "libcore/flow/tasks/policy.h"

namespace penstock {

// MapReduce's way (Dean and Ghemawat, OSDI 2004, section 3.3): what an attempt writes is seen when
// all tasks of its fragment have ended well, so an attempt that fails, makes no progress or is lost
// with its host has been seen by nobody, and the task is tried again, elsewhere if its host is
// gone. What attempts that ended well have written outlives their host.
class MaterializedPolicy final : public SchedulePolicy {
 public:
  struct Limits {
    size_t hosts = 1;           // their numbers are smaller than this
    size_t most_starting = 64;  // at the same time
    int64_t most_attempts = 4;  // of a task, as Hadoop has it
    std::chrono::milliseconds most_silent{600'000};
  };

  explicit MaterializedPolicy(const Limits& limits) : limits_(limits) {}

  SchedulePauses pauses() const override;
  size_t most_starting() const override { return limits_.most_starting; }
  AfterEnd after_end(const TaskState& ended) const override;
  // Returns the task's own host, or the next one that is not lost.
  std::optional<size_t> host_for(const Task& task, const std::set<size_t>& lost) const override;
  bool is_made_to_notice(const Task&) const override { return false; }
  Verdict verdict(std::span<const TaskState> tasks) const override { return verdict_on(tasks); }

 private:
  Limits limits_;
};

}  // namespace penstock
