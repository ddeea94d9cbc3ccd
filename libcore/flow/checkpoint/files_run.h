// A statement whose edges are files, run on this host: tasks that are tried again, doubled and
// committed as a MaterializedSchedule says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/checkpoint/attempt_run.h"
#include "libcore/flow/checkpoint/folder.h"
#include "libcore/flow/checkpoint/step_outputs.h"
#include "libcore/flow/checkpoint/task_steps.h"
#include "libcore/flow/launch.h"
#include "libcore/flow/refused_rows.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/tasks/materialized_schedule.h"

namespace penstock {

struct FilesRunOptions {
  int64_t slots = 1;                          // attempts that run at the same time
  int64_t retries = 3;                        // of a task
  bool copies = true;                         // a slow task may have a copy beside it
  std::vector<std::string> environment = {};  // of the tools' processes
  // For the processes of all attempts; on_tick is called with what has moved so far.
  SupervisorOptions supervisor = {};
  // Is called before an attempt that is not the first of its task, with the reason for it.
  std::function<void(const Job& first, int64_t attempt, const std::string& why)> on_again = {};
};

// Not thread-safe. To be used in the main thread.
class FilesRun {
 public:
  // `pipeline` is the statement's, `fragments` gives its fragments their numbers; all references
  // outlive this.
  FilesRun(const PlanPipeline& pipeline, const std::vector<const PlanFragment*>& fragments,
           JobMaker& maker, LocalLauncher& launcher, const RunFolder& run, CheckpointFolder& folder,
           const FilesRunOptions& options);
  ~FilesRun();

  // Runs what `folder` does not have yet of the statement. When it goes well, output() is there.
  // Throws Error when a file of ours cannot be written.
  FlowOutcome run();

  // The file with the statement's output.
  std::string output() const { return outputs_.whole_output(steps_.size() - 1); }

  // What was done more than once.
  const RerunCounts& counts() const { return schedule_.counts(); }
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

  std::vector<MaterializedSchedule::Made> find_made();
  Place place_of(size_t task) const;
  TaskAttempt named(const Attempt& attempt) const;
  std::optional<FlowTime> next_time() const;
  void wait();
  void tick();
  void carry_out(const RunActions& actions);
  void carry_out(const StartTask& start);
  void carry_out(const EndAttempt& end);
  void carry_out(const KillAttempt& kill);
  void carry_out(const GiveUpHost&) {}
  void carry_out(const CommitOutput& commit);
  void carry_out(const DropOutput& drop);
  void carry_out(const EndFlow& end);
  void prepare(const Place& place);
  TaskPlaces places_for(const Place& place, const std::string& folder, const Attempt& attempt);
  void begin(const Attempt& attempt);
  void end_idle(const Attempt& attempt);
  void fail_start(const Attempt& attempt, const Error& error);
  void take_ended();
  void end(AttemptRun& run);
  std::vector<Attempt> damaged_inputs(const Place& place) const;
  FlowOutcome outcome() const;

  std::vector<TaskStep> steps_;
  const std::vector<const PlanFragment*>& fragments_;
  JobMaker& maker_;
  LocalLauncher& launcher_;
  const RunFolder& run_;
  CheckpointFolder& folder_;
  const FilesRunOptions& options_;
  std::vector<size_t> firsts_;  // of each step: its first task
  StepOutputs outputs_;
  MaterializedSchedule schedule_;
  int64_t numbers_ = 0;                                  // that were given to attempts
  std::map<int64_t, std::unique_ptr<AttemptRun>> runs_;  // by number
  // Of each task whose last attempt has failed, until the next one begins.
  std::map<size_t, FlowOutcome> failures_;
  std::map<size_t, MadeOutput> made_;  // of each task with an output
  // Of each task that has run.
  std::map<size_t, std::pair<std::vector<Job>, std::vector<MovedRows>>> moved_;
  FlowTime ticked_ = now();
  Verdict verdict_;
};

}  // namespace penstock
