// A schedule, driven by hand.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "libcore/flow/tasks/schedule.h"

namespace penstock {

using Kind = Verdict::Kind;
using std::chrono::milliseconds;

// As waitpid() has them.
inline int exited(int status) {
  return status << 8;
}
inline int died(int signal) {
  return signal;
}

// Tasks in a row, each read by the next.
inline std::vector<Task> chain(size_t count) {
  std::vector<Task> tasks(count);
  for (size_t i = 0; i < count; ++i) {
    tasks[i].stage = static_cast<int64_t>(i) + 1;
    tasks[i].is_tool = true;
    if (i + 1 < count) tasks[i].reader = i + 1;
  }
  return tasks;
}

class ScheduleTest : public testing::Test {
 protected:
  void make(const std::vector<Task>& tasks) { schedule_ = std::make_unique<Schedule>(tasks); }
  // All are started.
  void begin(const std::vector<Task>& tasks) {
    make(tasks);
    Actions actions = schedule_->begin();
    while (!actions.empty())
      actions = give(TaskStarted{std::get<StartTask>(actions.at(0)).attempt});
  }
  void begin(size_t count) { begin(chain(count)); }

  template <typename What>
  Actions give(What what) {
    return schedule_->take({now_, what});
  }
  Actions end(size_t task, int wait_status = 0) {
    return give(TaskEnded{{task}, wait_status, {}, {}});
  }
  Actions after(int milliseconds_passed) {
    now_ += milliseconds(milliseconds_passed);
    return give(TimePassed{});
  }
  static Actions finished(Kind kind, size_t task = 0, int value = 0, bool output_closed = false) {
    return {EndFlow{{kind, task, value, output_closed}}};
  }

  std::unique_ptr<Schedule> schedule_;
  FlowTime now_{};
};

}  // namespace penstock
