#include "libcore/flow/tasks/materialized_policy.h"

namespace penstock {

SchedulePauses MaterializedPolicy::pauses() const {
  SchedulePauses pauses;
  pauses.most_silent = limits_.most_silent;
  return pauses;
}

AfterEnd MaterializedPolicy::after_end(const TaskState& ended) const {
  // A program that is not there will not be there the next time.
  if (ended.error != 0) return AfterEnd::kFailure;
  if (!has_failed(ended)) return AfterEnd::kNothing;
  return ended.attempt < limits_.most_attempts ? AfterEnd::kRetry : AfterEnd::kFailure;
}

std::optional<size_t> MaterializedPolicy::host_for(const Task& task,
                                                   const std::set<size_t>& lost) const {
  for (size_t i = 0; i < limits_.hosts; ++i) {
    size_t host = (task.host + i) % limits_.hosts;
    if (!lost.contains(host)) return host;
  }
  return std::nullopt;
}

}  // namespace penstock
