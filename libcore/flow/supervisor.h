// Processes that belong together: started, watched, and ended as one.
#pragma once

#include <vector>

#include "libcore/flow/supervision.h"

namespace penstock {

// Starts all jobs of a step and waits until all have ended, as a Schedule with the PipelinedPolicy
// says (tasks/policy.h): the first that fails ends all others at once. SIGINT, SIGTERM, SIGQUIT and
// SIGHUP end the flow, but for those that were ignored when we were started. Grants the chunks of
// divided inputs (tasks/chunk_grants.h).
//
// Call from the main thread. Throws Error when a process cannot be made, and what the launcher
// throws; all others are gone then, or end when the launcher goes.
FlowOutcome supervise(const std::vector<Job>& jobs, StepLauncher& launcher,
                      const SupervisorOptions& options);

}  // namespace penstock
