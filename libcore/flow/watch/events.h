// What happens in a run, as one stream of events with one clock, which the log, the progress and
// the report consume.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libcore/flow/plan/plan.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/flow/tasks/task.h"
#include "libcore/os/run_counts.h"

namespace penstock {

// The sums of a fragment's workers. Programs outside the family do not count their rows, so
// theirs are 0.
struct FragmentProgress {
  int64_t fragment = 1;
  int64_t workers = 1;
  int64_t rows_in = 0;    // that its first stages have read
  int64_t rows_out = 0;   // that its last stages have written or sent
  int64_t bytes_out = 0;  // of these, as written to a pipe or file; what is sent counts before
  // Rows in of the worker that has most, to their mean: 1.0 when all have alike, or none any.
  double skew = 1.0;
  // Bytes of files that its first stages have read, of `input_bytes` in all; -1 where that is not
  // known.
  int64_t bytes_in = 0;
  int64_t input_bytes = -1;
};

struct FlowBegan {
  const std::string& text;
  int64_t workers = 1;
};

// Processes that run side by side are about to start.
struct StepBegan {};

struct ProcessStarted {
  const Job& job;
  pid_t pid = 0;
  std::string host = {};  // its name; empty where there is only this host
};

struct ProcessEnded {
  const Job& job;
  pid_t pid = 0;
  int wait_status = 0;  // as waitpid() has it
  const rusage& used;
  MovedRows moved;              // by then; zeros for a program outside the family
  bool is_ended_by_us = false;  // its end says nothing of the process itself
  std::string host = {};        // as in ProcessStarted
};

// A task of a run with checkpoints is about to start once more: because an attempt failed, or runs
// much longer than those of its peers.
struct TaskTriedAgain {
  const Job& first;  // of its processes
  int64_t attempt = 2;
  const std::string& why;  // of the failure; empty where it is a copy
};

// How far the processes that run side by side now are, about five times a second.
struct StepMoved {
  std::vector<FragmentProgress> fragments;
  bool output_began = false;  // something may have been written to the flow's standard output
};

// They have all ended well: the last figures.
struct StepEnded {
  std::vector<FragmentProgress> fragments;
  bool output_began = false;
};

// However it went; the last event.
struct FlowEnded {
  const FlowOutcome& outcome;
  const std::vector<PlanStatement>& plans;  // of the statements that have run, and the last of them
};

struct FlowEvent {
  FlowTime at;
  std::variant<FlowBegan, StepBegan, ProcessStarted, ProcessEnded, TaskTriedAgain, StepMoved,
               StepEnded, FlowEnded>
      what;
};

class Watcher {
 public:
  virtual ~Watcher() = default;

  // What an event refers to lives until this returns. Throws Error when something that is to be
  // written cannot be, which ends the flow.
  virtual void see(const FlowEvent& event) = 0;
};

// Hands each event to all watchers, in their order. Not thread-safe.
class EventStream {
 public:
  // The watcher outlives the stream.
  void add(Watcher& watcher) { watchers_.push_back(&watcher); }
  bool is_watched() const { return !watchers_.empty(); }

  // Something happens now.
  template <typename What>
  void send(What what) {
    if (watchers_.empty()) return;
    FlowEvent event{std::chrono::steady_clock::now(), std::move(what)};
    for (Watcher* watcher : watchers_)
      watcher->see(event);
  }

 private:
  std::vector<Watcher*> watchers_;
};

}  // namespace penstock
