// Starts a run in the background, and answers for its beginning in the foreground.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/detached/check_flow.h"
#include "libcore/flow/detached/run_recorder.h"
#include "libcore/flow/detached/runs_folder.h"
#include "libcore/flow/tasks/job.h"

namespace penstock {

struct DetachOptions {
  std::string penstock;            // the version of this program
  std::string flow;                // its text
  int64_t workers = 1;             // as far as they are known before hosts are reached
  std::vector<std::string> hosts;  // besides this one
  ReadsInput reads = ReadsInput::kNo;
  Sync sync = Sync::kYes;  // of the end of the run
};

// Runs a flow in the manager: plans it, shows it to the recorder as a watcher, and returns how it
// went. Throws Error as run_flow() does. Standard output is the run's, standard error too from its
// start on.
using ManagerWork = std::function<FlowOutcome(RunRecorder& recorder)>;

// Forks the manager, a process with a session of its own, which does `work`, and returns when the
// flow is about to start: `announce` is called with the run's ID then, and only when it returns
// does the flow start. Returns the outcome of a flow that failed before; no run is kept of it.
// Throws the Error of the work likewise, what `announce` throws, and a usage Error for a flow that
// reads a terminal. When this process is ended before the flow starts, so is the manager. Call from
// the main thread of a process that has no others, and no children.
std::optional<FlowOutcome> detach(const RunsFolder& runs, const DetachOptions& options,
                                  const ManagerWork& work,
                                  const std::function<void(const RunId&)>& announce);

}  // namespace penstock
