// A flow, run on this host and on others.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/agent/link.h"
#include "libcore/flow/checkpoint/statements.h"
#include "libcore/flow/flow_text.h"
#include "libcore/flow/hosts/host_list.h"
#include "libcore/flow/plan/plan.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/flow/watch/progress.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// The flow runs on nodes that Slurm gives: those of the job in which this process runs, else of one
// that is asked for.
struct SlurmRequest {
  std::vector<std::string> options = {};  // of parse_slurm_options(), for a job that is asked for
};

struct RunOptions {
  PlanOptions plan;  // but for `hosts`, which follow from the run's
  // The hosts on which workers run; none for this host alone.
  std::vector<Host> hosts = {};
  LinkOptions link = {};
  std::optional<SlurmRequest> slurm = {};  // takes the place of `hosts`
  bool deploys = false;  // copies this program to the hosts, and runs the copies (deploy/deploy.h)
  // Files of this host that are copied to all hosts, as `--send` has them.
  std::vector<std::string> sent = {};
  bool transfers = false;  // sends the inputs to the hosts whose workers scan them
  // There are as many workers as the hosts have slots, whatever `plan` says.
  bool fills_slots = false;
  // Edges are files in a directory that is kept, and tasks are tried again (CHECKPOINTS.md). On
  // this host alone.
  std::optional<CheckpointOptions> checkpoint = {};
  std::string log;         // a file for events, an object a line (FLOW.md has them); empty for none
  std::string report;      // a file for a page about the run (watch/report_page.h); empty for none
  Sync sync = Sync::kYes;  // of the file behind `>`
  // See all that happens; the caller's.
  std::vector<Watcher*> watchers = {};
  // Is called about five times a second with how far the run is.
  std::function<void(const FlowProgress&)> on_progress = {};
  // Is given what stages that ended well had said on standard error.
  std::function<void(const std::string&)> pass_on = {};
};

// Plans and runs statement after statement, until one fails. A statement without `> FILE` writes to
// standard output; the first stage of one that reads standard input gets ours. A FILE appears when
// its statement has ended well. What the run needs besides lies in a folder of mode 0700 in $TMPDIR
// or /tmp, which is gone when this returns. Throws Error for what is wrong with the flow's text and
// stages (kUsage), and for what this machine does not let us do (kRun).
FlowOutcome run_flow(const Flow& flow, const RunOptions& options);

// What run_flow() would run.
struct PlannedFlow {
  std::vector<PlanStatement> statements;
  int64_t workers = 1;
};

// Plans all statements as they would be planned now: files that an earlier statement would write
// are not there. Asks the hosts of the run, if there are any, how many slots they have. Throws
// Error as run_flow() does, and when a signal ends it.
PlannedFlow plan_flow(const Flow& flow, const RunOptions& options);

}  // namespace penstock
