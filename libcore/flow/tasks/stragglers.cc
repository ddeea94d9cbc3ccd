#include "libcore/flow/tasks/stragglers.h"

#include <algorithm>

namespace penstock {

void RunningMedian::add(int64_t number) {
  if (low_.empty() || number <= low_.top()) {
    low_.push(number);
  } else {
    high_.push(number);
  }
  if (low_.size() > high_.size() + 1) {
    high_.push(low_.top());
    low_.pop();
  } else if (high_.size() > low_.size()) {
    low_.push(high_.top());
    high_.pop();
  }
}

void Stragglers::watch(const Attempt& attempt, FlowTime at) {
  if (rule_.is_on) watched_.insert({at, {attempt.task, attempt.number}});
}

void Stragglers::forget(const Attempt& attempt, FlowTime at) {
  watched_.erase({at, {attempt.task, attempt.number}});
}

std::optional<Stragglers::Suspect> Stragglers::next(size_t done) const {
  if (watched_.empty() || times_.is_empty()) return std::nullopt;
  if (static_cast<int64_t>(done) * 100 < static_cast<int64_t>(tasks_) * rule_.least_done_percent) {
    return std::nullopt;
  }
  const auto& [since, attempt] = *watched_.begin();
  const std::chrono::milliseconds most(times_.median() * rule_.most_percent_of_median / 100);
  return Suspect{since + std::max(most, rule_.least_time), {attempt.first, attempt.second}};
}

}  // namespace penstock
