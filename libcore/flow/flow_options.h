// The options of pflow: how a flow is planned and run, and on which hosts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/command/command.h"
#include "libcore/flow/detached/run_commands.h"
#include "libcore/flow/plan/explain.h"
#include "libcore/flow/run_flow.h"

namespace penstock {

// Which of the options that take IDs of runs were given.
struct RunFlags {
  bool status = false;
  bool attach = false;
  bool wait = false;
  bool cancel = false;
  bool forget = false;
};

struct FlowOptions {
  RunOptions run;
  std::string file;                 // of the flow; empty where it is an operand
  std::optional<ExplainForm> form;  // --explain: show the plan, and run nothing
  std::vector<Host> probed;         // --probe: measure these hosts, and run nothing
  std::vector<Host> undeployed;     // --undeploy: remove the copies of Penstock from these hosts
  bool has_ssh = false;             // --ssh
  bool no_sync = false;             // of the file behind `>`
  bool detaches = false;            // --detach: the flow runs in the background
  std::string submitted;            // --submitted: the run that this job of Slurm carries out
  std::string checkpoint;           // --checkpoint: the directory; empty for none
  bool is_checkpoint_auto = false;  // --checkpoint=auto
  std::string resumed;              // --resume: the directory; empty for none
  std::optional<int64_t> retries;   // --retries
  std::optional<int64_t> tasks;     // --tasks
  bool has_no_copies = false;       // --no-copies
  RunFlags runs;
  std::vector<std::string> run_ids;  // that were given behind '=': --wait=ID
  bool is_agent = false;

  // Whether the flow is to be a job of Slurm: detached, and not in a job already.
  bool is_to_be_submitted() const;

  // Returns what is to be done with runs that were detached; nothing when a flow is to run. Throws
  // a usage Error for two things at once, and for --detach of what is not a flow.
  std::optional<RunCommand> run_command() const;
};

// Sets `options.run.checkpoint`. Throws Error (kUsage) for options that contradict each other.
void take_checkpoint_options(FlowOptions& options);

// Throws Error (kUsage) for options of hosts that contradict each other.
void check_host_options(const FlowOptions& options);

// Adds the options to a command; `options` must outlive the command. Without an option there is a
// worker for each core of this host, or for each slot of the hosts.
void add_flow_options(Command& command, FlowOptions& options);

}  // namespace penstock
