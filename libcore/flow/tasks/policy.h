// What a schedule does about what happens while rows flow through pipes and streams: which failures
// end the flow, when, and which is reported. No task can be tried again, for its reader has seen
// some of its rows, so the first failure ends all.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

#include "libcore/flow/tasks/task.h"

namespace penstock {

// How a task stands.
struct TaskState {
  enum class Phase { kWaiting, kStarting, kRunning, kEnded };

  Task task;
  Phase phase = Phase::kWaiting;
  int error = 0;                // of one that could not be run
  int wait_status = 0;          // of one that has ended
  bool is_ended_by_us = false;  // its end says nothing of itself
  bool is_of_peer = false;      // it failed because of another process
};

// How a flow ended.
struct Verdict {
  enum class Kind {
    kDone,        // well
    kNotRun,      // `value` is why, as errno has it
    kStopped,     // a task was stopped and did not go on
    kDied,        // `value` is the signal
    kEndedBadly,  // `value` is the exit status
    kAskedToEnd,  // `value` is the signal that came to us
    kHostLost,    // `value` is the host
    kLauncherFailed,
  };

  Kind kind = Kind::kDone;
  size_t task = 0;  // whose failure it is; of the first four kinds of failures
  int value = 0;
  bool output_closed = false;  // of kDone: the reader of the flow's output has gone

  bool operator==(const Verdict&) const = default;
};

// What a task's end means for the others.
enum class AfterEnd { kNothing, kReaderGone, kFailure };

// How long a schedule waits.
struct SchedulePauses {
  // After a first failure, to learn of others that caused it: a process closes its output a moment
  // before it can be waited for.
  std::chrono::milliseconds after_failure{40};
  // The same after one whose cause is another process: its end may be on its way from another host.
  std::chrono::milliseconds after_peer_failure{1500};
  // What an attempt that was asked to end is given before it is killed.
  std::chrono::milliseconds before_kill{300};
  // What another host is given to report the ends of attempts that were killed.
  std::chrono::milliseconds after_kill{2000};
  // After a reader's end, before its writers are sent SIGPIPE.
  std::chrono::milliseconds after_reader{500};
  // How long a task may be stopped.
  std::chrono::milliseconds most_stopped{5000};
  // How long an attempt may make no progress, where it can be tried again; 0: as long as it takes.
  std::chrono::milliseconds most_silent{0};
};

// Returns what the end of a task means that was not ended by us. One that dies of SIGPIPE has not
// failed: its reader had enough, or has failed itself. A shell says by status 141 that its command
// did.
AfterEnd after_end(const TaskState& ended);

// Returns whether a task whose reader ended well is sent SIGPIPE when it does not end by itself: a
// tool of the family with one reader, which may be far from its next row.
bool is_made_to_notice(const Task& writer);

// The verdict on tasks of which none runs any more. Of several failures the one furthest up the
// stream is reported, for those below it follow from it; and of those that failed what could not be
// run comes first, then what was killed: the senders of an exchange fail too when a receiver is
// gone. That the last task died of SIGPIPE closes the output and is not a failure.
Verdict verdict_on(std::span<const TaskState> tasks);

}  // namespace penstock
