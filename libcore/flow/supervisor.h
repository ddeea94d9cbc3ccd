// Processes that belong together: started, watched, and ended as one.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libcore/os/descriptor.h"
#include "libcore/os/process.h"

namespace penstock {

// A process of a flow. Jobs stand in the order in which rows pass them: who writes comes before who
// reads.
struct Job {
  ProcessSpec spec;  // `err` is the supervisor's to set
  int64_t fragment = 1;
  int64_t worker = 1;
  int64_t workers = 1;
  int64_t stage = 1;                  // the first of those that run in it
  std::vector<std::string> programs;  // of its stages; one unless they share the process
  int64_t reader = -1;  // the job that reads its output; -1 for what is the flow's own output
  bool has_more_readers = false;  // `reader` is one of several: its end says nothing of the others'
  bool is_tool = false;  // one of the family, which tells what is wrong in a line with its name
};

// How it went.
struct FlowOutcome {
  int status = 0;              // what pflow ends with
  std::string message;         // of a failure: one line, or three with an expression
  bool is_stopped = false;     // by a signal to us
  bool output_closed = false;  // whoever read the flow's output has gone; not an error
};

// What happens, as it happens; `event` is "start" or "end".
struct JobEvent {
  const char* event;
  const Job& job;
  pid_t pid = 0;
  int wait_status = 0;           // of "end", as waitpid() has it
  const rusage* used = nullptr;  // of "end"
  bool is_ended_by_us = false;   // of "end": it says nothing of the process itself
};

struct SupervisorOptions {
  std::function<void(const JobEvent&)> on_event = {};
  // Is called about every `tick` while processes run.
  std::function<void()> on_tick = {};
  std::chrono::milliseconds tick{200};
  // Is given what a process that ended well had said on standard error.
  std::function<void(const std::string&)> pass_on = {};
};

// Starts all jobs, closes `descriptors` (our copies of what they were given), and waits until all
// have ended, as a Schedule with the PipelinedPolicy says (tasks/policy.h): the first that fails
// ends all others at once. SIGINT, SIGTERM, SIGQUIT and SIGHUP end the flow, but for those that
// were ignored when we were started.
//
// Call from the main thread, of a process that has no other children. Throws Error when a process
// cannot be made; all others are gone then.
FlowOutcome supervise(const std::vector<Job>& jobs, std::vector<Descriptor>& descriptors,
                      const SupervisorOptions& options);

}  // namespace penstock
