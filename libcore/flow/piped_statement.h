// A statement through pipes and streams: groups of processes that run side by side, one group after
// the other.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "libcore/flow/agent/run_hosts.h"
#include "libcore/flow/launch.h"
#include "libcore/flow/planned_inputs.h"
#include "libcore/flow/refused_rows.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/supervision.h"

namespace penstock {

// All references outlive the run.
struct PipedStatement {
  const PlanPipeline& pipeline;
  size_t statement;                                   // from 1
  const std::vector<const PlanFragment*>& fragments;  // of all statements
  JobMaker& maker;
  LocalLauncher& launcher;
  const RunFolder& folder;
  RunHosts* hosts;  // null for this host alone
  const PlannedInputs& inputs;
  EventStream& events;
  SupervisorOptions supervisor = {};  // but for on_tick and `divided`
  int out = -1;                       // the descriptor to which it writes
  bool to_us = false;                 // that is where our own output goes
  bool shows_progress = false;        // somebody sees how far it is
  // Is given what the readers of each group that ended well refused.
  std::function<void(const RefusedCounts&)> on_refused = {};
};

// Returns how the statement went; the first group that does not end well is the last. Throws Error
// as supervise() does, and for what this machine does not let us do.
FlowOutcome run_piped(const PipedStatement& piped);

}  // namespace penstock
