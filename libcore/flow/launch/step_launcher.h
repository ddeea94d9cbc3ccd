// What carries out a schedule's actions for the jobs of a step, and says what happens to them: on
// this host (local_step.h), and on several (hosts_step.h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "libcore/flow/tasks/task.h"
#include "libcore/os/run_counts.h"

namespace penstock {

// Task i is the step's job i. Not thread-safe.
class StepLauncher {
 public:
  // Closes what connects the jobs.
  virtual ~StepLauncher() = default;

  // Starts an attempt. TaskStarted or TaskNotRun follows, and ChunksAsked for each request of one
  // that asks for chunks. Throws Error when the system refuses a process.
  virtual void start(const Attempt& attempt) = 0;

  // All attempts have been started, or no more will be: closes our copies of what connects them, so
  // that what they read ends when its writers end.
  virtual void end_starts() = 0;

  // Sends a signal to an attempt, and to all that it started unless the signal is SIGPIPE. Does
  // nothing when the attempt has ended, even if TaskEnded was not returned yet.
  virtual void signal(const Attempt& attempt, int number) = 0;

  // Sends an attempt the answer to a request for chunks. Does nothing when the attempt has ended.
  virtual void answer(const Attempt& attempt, const std::string& bytes) = 0;

  // Takes another host for lost, because it does not answer: HostLost follows. Does nothing when it
  // is lost already.
  virtual void give_up(size_t host) = 0;

  // Returns the next event, or nothing when none comes until `deadline`. An event that is waiting
  // already is returned even when the deadline has passed. Throws Error when events cannot be
  // received, and when a host is lost.
  virtual std::optional<TaskEvent> next(std::optional<FlowTime> deadline) = 0;

  // Kills the processes that attempts left behind when they ended, and waits until they are gone.
  virtual void end_left_behind() = 0;

  // Returns what the attempts of a task have moved, as far as it is known: all of it once TaskEnded
  // was returned. Zeros for a program outside the family.
  virtual MovedRows moved(size_t task) const = 0;
};

}  // namespace penstock
