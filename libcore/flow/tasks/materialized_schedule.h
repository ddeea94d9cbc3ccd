// When which task of a materialized run is started, doubled, tried again and killed: a state
// machine beside Schedule, for steps whose outputs are files. Like it, it has no process, no clock
// and no file: events come in, actions go out.
//
// A step is a fragment. Its tasks are its workers, independent of each other: each reads the
// outputs of all tasks of earlier steps and leaves one output, so each can be run again, on any
// host. MapReduce's way (Dean and Ghemawat, OSDI 2004, sections 3.3 and 3.6); the rules are in
// flow/FLOW.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "libcore/flow/tasks/host_slots.h"
#include "libcore/flow/tasks/schedule.h"
#include "libcore/flow/tasks/stragglers.h"
#include "libcore/flow/tasks/task.h"

namespace penstock {

struct Step {
  // Of each task: the host that has its input, where it runs if that host has a free slot; nothing
  // when all hosts are alike.
  std::vector<std::optional<size_t>> homes;
  std::vector<size_t> reads = {};  // earlier steps: it starts when all outputs of these are there
  // Its outputs are on a disk that all hosts share. Else each is lost with the host that made it.
  bool outlives_hosts = false;
  bool at_home_only = false;  // each task has a home and runs nowhere else
};

// This attempt's output is the task's, from now on: make it visible. Each other attempt's output is
// to be removed.
struct CommitOutput {
  Attempt attempt;
  size_t host = 0;
  bool operator==(const CommitOutput&) const = default;
};

// An output that was committed is not there any more. Tasks that are started later do not read it.
struct DropOutput {
  Attempt attempt;
  size_t host = 0;
  bool operator==(const DropOutput&) const = default;
};

using RunAction =
    std::variant<StartTask, EndAttempt, KillAttempt, GiveUpHost, CommitOutput, DropOutput, EndFlow>;
using RunActions = std::vector<RunAction>;

struct RunLimits {
  int64_t retries = 3;             // of a task, for each output that it makes
  size_t most_failed_on_host = 3;  // then it gets no more tasks
  BackupRule backups = {};
  SchedulePauses pauses = {.most_silent = std::chrono::milliseconds(600'000)};
};

// What was done more than once.
struct RerunCounts {
  size_t retried = 0;      // attempts after one that failed or was lost
  size_t made_again = 0;   // tasks whose outputs were lost and needed
  size_t copies = 0;       // attempts beside one that took long
  size_t copies_used = 0;  // of these, those that were the first to end
};

// Not thread-safe. With S steps an event costs O(S + log tasks), except the loss of a host, of an
// output, and the ends of the run and of a step: O(tasks).
class MaterializedSchedule {
 public:
  // An output that an earlier run has left.
  struct Made {
    Attempt attempt;
    size_t host = 0;
  };

  // Tasks are numbered from 0 through all steps in their order. `slots[host]`: how many attempts a
  // host runs at once; one without slots gets the tasks alone that are only at home there. REQUIRES
  // that steps read earlier ones, and a host with slots.
  MaterializedSchedule(std::vector<Step> steps, const std::vector<size_t>& slots,
                       const RunLimits& limits);

  // Returns the first actions. Call it once, before the others. Of a run that goes on, `made` are
  // the outputs that are there, of different tasks: only what is missing is run.
  RunActions begin(FlowTime at, std::span<const Made> made = {});

  // Returns what is to be done after an event. The times of events never go back. Events of
  // attempts that are over have no effect, nor have those of no part in it (TaskStopped,
  // TaskContinued, ChunksAsked).
  //
  // TaskEnded is the end of a whole worker, however many processes it has: its status is that of
  // the process that failed first. With `is_of_machine` or `is_of_peer`, with a signal, or when its
  // inputs were lost meanwhile the task is tried again; else a failure ends the run at once.
  RunActions take(const TaskEvent& event);

  // An output that was committed cannot be read, or is damaged. Without effect if it has been
  // dropped.
  RunActions lose_output(const Attempt& made, FlowTime at);

  // Returns when TimePassed must be given at the latest; nothing while no timer runs.
  std::optional<FlowTime> next_timer() const;

  bool is_ending() const { return is_ending_; }
  bool is_over() const { return is_over_; }
  const RerunCounts& counts() const { return counts_; }
  size_t excluded_hosts() const { return hosts_.excluded(); }
  size_t tasks() const { return tasks_.size(); }

 private:
  enum class Phase : uint8_t {
    kAbsent,   // it has no output, and nobody needs it
    kFresh,    // to be started for the first time
    kAgain,    // to be started once more
    kRunning,  // at least one attempt runs that was not killed
    kMade,
  };
  struct TaskRecord {
    uint32_t step = 0;
    int32_t host = -1;  // of its output; before that, of its last failure; -1: none
    int32_t attempts = 0;
    int32_t made_by = 0;  // attempt
    int32_t failures = 0;
    Phase phase = Phase::kAbsent;
  };
  // An attempt that was started and has not ended.
  struct Run {
    size_t host = 0;
    FlowTime since{};
    // When it has been silent for too long; of one that was killed: its host.
    std::optional<FlowTime> silent;
    bool has_started = false;
    bool is_killed = false;
    bool is_copy = false;
    bool is_watched = false;
  };
  using RunKey = std::pair<size_t, int64_t>;  // task, number
  using Runs = std::map<RunKey, Run>;
  struct StepRecord {
    explicit StepRecord(Stragglers of_step) : stragglers(std::move(of_step)) {}
    size_t first = 0;  // task
    size_t tasks = 0;
    size_t missing = 0;  // tasks without an output, needed or not
    size_t absent = 0;   // of these, those that nobody needs
    size_t unmet = 0;    // steps that it reads, with missing outputs
    size_t fresh = 0;
    size_t next_fresh = 0;                          // no earlier task is fresh
    std::map<size_t, std::vector<size_t>> at_home;  // the last is the first; some may have started
    std::deque<size_t> again;
    std::vector<size_t> readers;
    bool at_home_only = false;
    Stragglers stragglers;
  };
  enum class TimerKind { kSilent, kKillAll };
  using Timer = std::tuple<FlowTime, TimerKind, RunKey>;
  struct Copy {
    Stragglers::Suspect of;
    size_t host = 0;
  };

  void on(const TaskStarted& event, FlowTime at);
  void on(const TaskNotRun& event, FlowTime at);
  void on(const TaskEnded& event, FlowTime at);
  void on(const TaskProgressed& event, FlowTime at);
  void on(const TaskStopped&, FlowTime) {}
  void on(const TaskContinued&, FlowTime) {}
  void on(const ChunksAsked&, FlowTime) {}
  void on(const EndingAsked& event, FlowTime at);
  void on(const HostLost& event, FlowTime at);
  void on(const LauncherFailed& event, FlowTime at);
  void on(const TimePassed& event, FlowTime at);

  StepRecord& step_of(size_t task) { return steps_[tasks_[task].step]; }
  const StepRecord& step_of(size_t task) const { return steps_[tasks_[task].step]; }
  void set_missing(size_t step, size_t missing);
  void note_startable(size_t step);
  void want_what_is_needed(bool is_begin);
  void want(size_t task, bool is_fresh);
  void start_more(FlowTime at);
  void start_again(StepRecord& step);
  std::optional<size_t> place_again(size_t task) const;
  void start_fresh(StepRecord& step);
  void start_at_home(StepRecord& step, size_t host);
  void start(size_t task, size_t host, bool is_copy);
  void start_copies(FlowTime at);
  std::optional<Copy> next_copy(const StepRecord& step) const;
  size_t live_runs(size_t task) const;
  void watch(Runs::iterator run, FlowTime until);
  void unwatch(Runs::iterator run);
  Runs::iterator end_run(Runs::iterator run);
  void kill(Runs::iterator run, FlowTime at);
  void commit(const Attempt& attempt, const Run& by, FlowTime at);
  void drop(size_t task);
  void watch_the_other(size_t task);
  void try_again(size_t task, size_t host, bool is_host_to_blame, const Verdict& verdict,
                 FlowTime at);
  void fail(const Verdict& verdict, FlowTime at);
  void succeed(FlowTime at, bool is_output_closed);
  RunActions finish(FlowTime at);

  const RunLimits limits_;
  std::vector<Step> plan_;
  std::vector<StepRecord> steps_;
  std::vector<TaskRecord> tasks_;
  HostSlots hosts_;
  Runs runs_;
  std::set<size_t> startable_;  // steps with tasks to start whose inputs are there
  std::set<Timer> timers_;
  std::set<size_t> given_up_;
  std::optional<size_t>
      homeless_;  // a host that is lost, at which a task that is wanted is at home
  RunActions actions_;
  RerunCounts counts_;
  size_t unmade_ = 0;  // outputs that no step reads
  bool is_ending_ = false;
  bool is_over_ = false;
  Verdict verdict_;
};

}  // namespace penstock
