// Processes that belong together: started, watched, and ended as one.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "libcore/flow/launch/step_launcher.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/flow/watch/events.h"

namespace penstock {

struct SupervisorOptions {
  // Is sent the beginning and the end of each process, where not null.
  EventStream* events = nullptr;
  // The inputs that workers take in chunks, by fragment: those whose jobs ask for chunks.
  std::map<int64_t, ChunkedInput> divided = {};
  // The hosts of the jobs, by number; none for this host alone.
  std::vector<PlanHost> hosts = {};
  // The names of our tools, which a program that cannot be found may be meant to be.
  std::vector<std::string> tools = {};
  // Is called about every `tick` while processes run.
  std::function<void()> on_tick = {};
  std::chrono::milliseconds tick{200};
  // Is given what a process that ended well had said on standard error.
  std::function<void(const std::string&)> pass_on = {};
};

// Starts all jobs of a step and waits until all have ended, as a Schedule says
// (tasks/schedule.h): the first that fails ends all others at once. SIGINT, SIGTERM, SIGQUIT and
// SIGHUP end the flow, but for those that were ignored when we were started. Grants the chunks of
// divided inputs (tasks/chunk_grants.h).
//
// Call from the main thread. Throws Error when a process cannot be made, and what the launcher
// throws; all others are gone then, or end when the launcher goes.
FlowOutcome supervise(const std::vector<Job>& jobs, StepLauncher& launcher,
                      const SupervisorOptions& options);

}  // namespace penstock
