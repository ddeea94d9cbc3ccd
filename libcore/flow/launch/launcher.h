// What carries out a schedule's actions and says what happens to the tasks: on this host
// (local.h), and on others.
#pragma once

#include <optional>
#include <string>

#include "libcore/flow/tasks/task.h"
#include "libcore/os/process.h"

namespace penstock {

// Not thread-safe.
class TaskLauncher {
 public:
  // Ends the attempts that still run, and all that they started.
  virtual ~TaskLauncher() = default;

  // Starts an attempt, whose standard error the launcher reads: `spec.err` is of no effect.
  // TaskStarted or TaskNotRun follows, and ChunksAsked for each request of one that asks for
  // chunks. The descriptors in `spec` may be closed when this returns. Throws Error when the system
  // refuses a process.
  virtual void start(const Attempt& attempt, const ProcessSpec& spec) = 0;

  // Sends a signal to an attempt, and to all that it started unless the signal is SIGPIPE. Does
  // nothing when the attempt has ended, even if TaskEnded was not returned yet.
  virtual void signal(const Attempt& attempt, int number) = 0;

  // Sends an attempt the answer to a request for chunks. Does nothing when the attempt has ended.
  virtual void answer(const Attempt& attempt, const std::string& bytes) = 0;

  // Returns the next event, or nothing when none comes until `deadline`. An event that is waiting
  // already is returned even when the deadline has passed. Throws Error when events cannot be
  // received.
  virtual std::optional<TaskEvent> next(std::optional<FlowTime> deadline) = 0;

  // Kills the processes that attempts left behind when they ended, and waits until they are gone.
  virtual void end_left_behind() = 0;
};

}  // namespace penstock
