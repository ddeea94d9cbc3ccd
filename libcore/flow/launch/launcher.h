// What carries out a schedule's actions and says what happens to the tasks: on this host
// (local.h), and on others.
#pragma once

#include <optional>

#include "libcore/flow/tasks/task.h"
#include "libcore/os/process.h"

namespace penstock {

// Not thread-safe.
class TaskLauncher {
 public:
  // Ends what still runs, and all that it started.
  virtual ~TaskLauncher() = default;

  // Starts an attempt, whose standard error the launcher reads: `spec.err` is of no effect.
  // TaskStarted or TaskNotRun follows. The descriptors in `spec` may be closed when this returns.
  // Throws Error when the system refuses a process.
  virtual void start(const Attempt& attempt, const ProcessSpec& spec) = 0;

  // Sends a signal to an attempt, and to all that it started unless it is SIGPIPE. One that has
  // ended, as an event may be about to say, is sent nothing.
  virtual void signal(const Attempt& attempt, int number) = 0;

  // The next event, at the latest at `deadline`; empty when there is none by then. What is at hand
  // is returned even when the deadline has passed. Throws Error when events cannot be received.
  virtual std::optional<TaskEvent> next(std::optional<FlowTime> deadline) = 0;

  // Kills what attempts that have ended left behind, and waits until it is gone.
  virtual void end_left_behind() = 0;
};

}  // namespace penstock
