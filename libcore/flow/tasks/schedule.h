// When which task is started, made to notice, ended and killed, and how the flow ended: a state
// machine over tasks, driven by events, that answers with actions. It has no process, no clock and
// no file, so real launchers, tests and simulations drive it alike.
//
//   Schedule schedule(tasks);
//   carry out schedule.begin()
//   until schedule.is_over(): carry out schedule.take(the next event, or TimePassed at
//   next_timer())
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <variant>
#include <vector>

#include "libcore/flow/tasks/policy.h"
#include "libcore/flow/tasks/task.h"

namespace penstock {

// Start it on a host: TaskStarted, TaskNotRun, HostLost or LauncherFailed is to come of it.
struct StartTask {
  Attempt attempt;
  size_t host = 0;
  bool operator==(const StartTask&) const = default;
};

// Its reader has ended well: SIGPIPE to it alone.
struct MakeNotice {
  Attempt attempt;
  bool operator==(const MakeNotice&) const = default;
};

// End it and all that it started: TERM.
struct EndAttempt {
  Attempt attempt;
  bool operator==(const EndAttempt&) const = default;
};

// The same, with KILL.
struct KillAttempt {
  Attempt attempt;
  bool operator==(const KillAttempt&) const = default;
};

// Another host has not reported the ends of its attempts, though they were killed: HostLost is to
// come of it.
struct GiveUpHost {
  size_t host = 0;
  bool operator==(const GiveUpHost&) const = default;
};

// The last action: no attempt runs any more. After a failure, what they left behind is to go.
struct EndFlow {
  Verdict verdict;
  bool operator==(const EndFlow&) const = default;
};

using Action = std::variant<StartTask, MakeNotice, EndAttempt, KillAttempt, GiveUpHost, EndFlow>;
using Actions = std::vector<Action>;

// Each task has one attempt (policy.h says why). Not thread-safe. An event costs O(log tasks),
// those that end or kill all O(tasks).
class Schedule {
 public:
  // `most_starting`: the tasks that may be starting at the same time. One where all start here, so
  // that what cannot be run is known before the next is started; more where a host's answer takes a
  // while. REQUIRES that each task's reader is a later one.
  explicit Schedule(const std::vector<Task>& tasks, size_t most_starting = 1);

  // Returns the first actions. Call it once, before take().
  Actions begin();

  // Returns what is to be done after an event. Events of attempts that are over have no effect. The
  // times of events never go back. Give TimePassed only when no other event is waiting: one that
  // waits may be the failure that caused the others, which the end of a timer would hide.
  Actions take(const TaskEvent& event);

  // Returns when TimePassed must be given at the latest; nothing while no timer runs.
  std::optional<FlowTime> next_timer() const;

  // Returns whether tasks may still be started. Until then the caller keeps what they inherit.
  bool has_starts() const { return !is_failed_ && next_ < states_.size(); }
  // Returns whether all attempts are being ended. Their ends then do not count as failures, except
  // for the first that is the cause of failures of peers, for which all are ended.
  bool is_ending() const { return is_ending_; }
  bool is_over() const { return is_over_; }
  std::span<const TaskState> tasks() const { return states_; }

 private:
  enum class TimerKind { kEndAll, kKillAll, kGiveUp, kReaderGone, kStopped };
  using Timer = std::tuple<FlowTime, TimerKind, size_t>;
  struct Timers {
    std::optional<FlowTime> reader_gone;
    std::optional<FlowTime> stopped;
  };

  void on(const TaskStarted& event, FlowTime at, Actions& actions);
  void on(const TaskNotRun& event, FlowTime at, Actions& actions);
  void on(const TaskEnded& event, FlowTime at, Actions& actions);
  void on(const TaskProgressed&, FlowTime, Actions&) {}
  void on(const TaskStopped& event, FlowTime at, Actions& actions);
  void on(const TaskContinued& event, FlowTime at, Actions& actions);
  void on(const ChunksAsked&, FlowTime, Actions&) {}
  void on(const EndingAsked& event, FlowTime at, Actions& actions);
  void on(const HostLost& event, FlowTime at, Actions& actions);
  void on(const LauncherFailed& event, FlowTime at, Actions& actions);
  void on(const TimePassed& event, FlowTime at, Actions& actions);

  bool is_now(const Attempt& attempt, TaskState::Phase phase) const;
  void start_more(Actions& actions);
  bool is_late_cause(const TaskState& state) const;
  void conclude(size_t task, FlowTime at);
  void expire(const Timer& timer, FlowTime now, Actions& actions);
  void fail(const Verdict& verdict, FlowTime at, Actions& actions);
  void end_all(FlowTime at, Actions& actions);
  void give_up_hosts(Actions& actions) const;
  void finish(Actions& actions);
  void drop_timers(size_t task);

  const size_t most_starting_;
  const SchedulePauses pauses_;
  std::vector<TaskState> states_;
  std::vector<std::vector<size_t>> writers_;  // of each task
  std::vector<Timers> task_timers_;
  std::set<Timer> timers_;
  size_t next_ = 0;  // the first task that was not started
  size_t starting_ = 0;
  size_t running_ = 0;
  bool is_cause_known_ = false;  // of the failure: of a task itself, and not of its peer
  bool is_failed_ = false;
  bool is_ending_ = false;
  bool is_killing_ = false;
  bool is_over_ = false;
  std::optional<Verdict> decided_;  // for a reason that no task's state shows
};

}  // namespace penstock
