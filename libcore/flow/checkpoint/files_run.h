// A statement whose edges are files: tasks that are tried again, doubled and committed, on the
// hosts of the run, as a MaterializedSchedule says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/checkpoint/attempt_run.h"
#include "libcore/flow/checkpoint/folder.h"
#include "libcore/flow/checkpoint/step_outputs.h"
#include "libcore/flow/checkpoint/task_hosts.h"
#include "libcore/flow/checkpoint/task_steps.h"
#include "libcore/flow/launch.h"
#include "libcore/flow/refused_rows.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/tasks/materialized_schedule.h"

namespace penstock {

struct FilesRunOptions {
  std::vector<size_t> slots = {1};  // by host: attempts that run at the same time
  int64_t retries = 3;              // of a task
  bool copies = true;               // a slow task may have a copy beside it
  // Of the tools' processes, by host.
  std::vector<std::vector<std::string>> environment = {{}};
  // For the processes of all attempts; on_tick is called with what has moved so far.
  SupervisorOptions supervisor = {};
  // Is called before an attempt that is not the first of its task, with the reason for it.
  std::function<void(const Job& first, int64_t attempt, const std::string& why)> on_again = {};
  // Is called when a host is lost, with the reason, which begins with its name.
  std::function<void(const std::string& why)> on_lost = {};
};

// Not thread-safe. To be used in the main thread.
class FilesRun {
 public:
  // `pipeline` is the statement's, `fragments` gives its fragments their numbers; all references
  // outlive this.
  FilesRun(const PlanPipeline& pipeline, const std::vector<const PlanFragment*>& fragments,
           JobMaker& maker, TaskHosts& hosts, const RunFolder& run, CheckpointFolder& folder,
           const FilesRunOptions& options);
  ~FilesRun();

  // Runs what `folder` does not have yet of the statement. When it goes well, output() is there.
  // Throws Error when a file of ours cannot be written.
  FlowOutcome run();

  // The file with the statement's output, on this host.
  InputFile output() const;

  // What was done more than once.
  const RerunCounts& counts() const { return schedule_.counts(); }
  // How many hosts got no more tasks because of their failures.
  size_t excluded_hosts() const { return schedule_.excluded_hosts(); }
  // What the readers of all tasks with outputs refused, in this run or before.
  RefusedCounts refused() const;
  // The jobs of the attempts that run, or were the last of their tasks, and what they have moved.
  std::vector<Job> jobs() const;
  std::vector<MovedRows> moved() const;

 private:
  struct Place {
    size_t step = 0;
    size_t task = 0;  // of the step
  };
  // Who made a task's output, and what its readers refused.
  struct MadeOutput {
    int64_t attempt = 1;
    RefusedCounts refused = {};
  };
  // An attempt that runs, and whether its inputs were lost since.
  struct RunningAttempt {
    std::unique_ptr<AttemptRun> run;
    size_t host = 0;
    bool is_cut_off = false;
  };
  // An attempt whose processes have ended; its end is the schedule's when all is answered that the
  // hosts were asked about these outputs: its own, or those that it has read.
  struct EndedAttempt {
    size_t host = 0;
    TaskEnded end;
    std::set<std::pair<size_t, TaskAttempt>> asked = {};  // by disk
    std::vector<Attempt> damaged = {};                    // of what it has read
  };
  using AttemptKey = std::pair<size_t, int64_t>;  // task, number

  bool find_made(std::vector<MaterializedSchedule::Made>& made);
  Place place_of(size_t task) const;
  TaskAttempt named(const Attempt& attempt) const;
  std::optional<Attempt> attempt_of(const TaskAttempt& output) const;
  std::optional<FlowTime> next_time() const;
  void wait();
  void take(TaskEvent event);
  void take(size_t host, const OutputFinished& finished);
  void take(size_t disk, const OutputChecked& checked);
  void lose(const HostLost& lost);
  void tick();
  void carry_out(const RunActions& actions);
  void carry_out(const StartTask& start);
  void carry_out(const EndAttempt& end);
  void carry_out(const KillAttempt& kill);
  void carry_out(const GiveUpHost& lost) { hosts_.give_up(lost.host); }
  void carry_out(const CommitOutput& commit);
  void carry_out(const DropOutput& drop);
  void carry_out(const EndFlow& end);
  void prepare(const Place& place);
  TaskPlaces places_for(const StartTask& start, const Place& place);
  void begin(const StartTask& start);
  void end_idle(const Attempt& attempt);
  void fail_start(const Attempt& attempt, const Error& error);
  void take_ended();
  void end(const RunningAttempt& running);
  bool is_made(size_t step) const;
  void ask_for_inputs(const Place& place, EndedAttempt& ended);
  void conclude_all();
  void conclude(EndedAttempt ended);
  FlowOutcome outcome() const;

  std::vector<TaskStep> steps_;
  const std::vector<const PlanFragment*>& fragments_;
  JobMaker& maker_;
  TaskHosts& hosts_;
  const RunFolder& run_;
  CheckpointFolder& folder_;
  const FilesRunOptions& options_;
  std::vector<size_t> firsts_;  // of each step: its first task
  StepOutputs outputs_;
  MaterializedSchedule schedule_;
  int64_t numbers_ = 0;                     // that were given to attempts
  std::map<int64_t, RunningAttempt> runs_;  // by number
  std::map<AttemptKey, EndedAttempt> ended_;
  std::map<AttemptKey, StepOutputs::Output> finished_;  // not committed yet
  // Of each task whose last attempt has failed, until the next one begins.
  std::map<size_t, FlowOutcome> failures_;
  std::map<size_t, MadeOutput> made_;       // of each task with an output
  std::map<size_t, std::string> why_lost_;  // of each host that is lost
  // Of each task that has run.
  std::map<size_t, std::pair<std::vector<Job>, std::vector<MovedRows>>> moved_;
  FlowTime ticked_ = now();
  Verdict verdict_;
};

}  // namespace penstock
