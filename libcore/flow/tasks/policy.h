// What a schedule does about what happens: which failures end the flow, when, and which is
// reported.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>

#include "libcore/flow/tasks/task.h"

namespace penstock {

// How a task's latest attempt stands.
struct TaskState {
  enum class Phase { kWaiting, kStarting, kRunning, kEnded };

  Task task;
  int64_t attempt = 1;
  size_t host = 0;  // of the attempt
  Phase phase = Phase::kWaiting;
  int error = 0;                // of an attempt that could not be run
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
enum class AfterEnd { kNothing, kReaderGone, kRetry, kFailure };

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
  // How long an attempt may make no progress; 0: as long as it takes.
  std::chrono::milliseconds most_silent{0};
};

// Answers from what it is given alone, so that one may serve many schedules.
class SchedulePolicy {
 public:
  virtual ~SchedulePolicy() = default;

  virtual SchedulePauses pauses() const { return {}; }

  // Returns how many attempts may be starting at the same time, at least 1.
  virtual size_t most_starting() const = 0;

  // Returns what the end of a task means that was not ended by us.
  virtual AfterEnd after_end(const TaskState& ended) const = 0;

  // Returns the host on which the next attempt of a task is started, given those that are lost;
  // nothing when there is none, which ends the flow.
  virtual std::optional<size_t> host_for(const Task& task, const std::set<size_t>& lost) const;

  // Returns whether a task whose reader ended well is sent SIGPIPE when it does not end by itself.
  virtual bool is_made_to_notice(const Task& writer) const = 0;

  // Returns how the flow ended, given the last states of its tasks. None of them runs any more.
  virtual Verdict verdict(std::span<const TaskState> tasks) const = 0;
};

// The verdict on tasks of which none runs any more. Of several failures the one furthest up the
// stream is reported, for those below it follow from it; and of those that failed what could not be
// run comes first, then what was killed: the senders of an exchange fail too when a receiver is
// gone. That the last task died of SIGPIPE closes the output and is not a failure.
Verdict verdict_on(std::span<const TaskState> tasks);

// Returns whether an attempt failed by itself. One that died of SIGPIPE has not.
bool has_failed(const TaskState& ended);

// The policy of edges through which rows flow while both ends run: pipes and streams. No task can
// be tried again, for its reader has seen some of its rows, so the first failure ends all.
//
// A task that dies of SIGPIPE has not failed: its reader had enough, or has failed itself. A shell
// says by status 141 that its command did. Only tools of the family with one reader are sent
// SIGPIPE when it has ended: they may be far from their next row.
class PipelinedPolicy final : public SchedulePolicy {
 public:
  // `most_starting`: one where all tasks start here, so that what cannot be run is known before the
  // next is started; more where a host's answer takes a while.
  explicit PipelinedPolicy(size_t most_starting = 1) : most_starting_(most_starting) {}

  size_t most_starting() const override { return most_starting_; }
  AfterEnd after_end(const TaskState& ended) const override;
  bool is_made_to_notice(const Task& writer) const override;
  Verdict verdict(std::span<const TaskState> tasks) const override { return verdict_on(tasks); }

 private:
  size_t most_starting_;
};

}  // namespace penstock
