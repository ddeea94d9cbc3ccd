// A statement of a run with checkpoints that goes through pipes and streams: it is tried again as a
// whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "libcore/flow/checkpoint/given_output.h"
#include "libcore/flow/checkpoint/statements.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/flow/watch/events.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// All references outlive the run.
struct WholeStatement {
  const PlanStatement& plan;
  size_t statement;        // from 0
  int64_t first_fragment;  // its number
  CheckpointedStatements& statements;
  EventStream& events;
  Sync sync = Sync::kYes;  // of the file behind `>`
  // For people; may be empty.
  std::function<void(const std::string&)> note = {};
  // Runs it once, from its beginning, with this descriptor for its output.
  std::function<FlowOutcome(int64_t attempt, int out)> run = {};
  // As StatementOverFiles has them (run_over_files.h).
  GiveOutput give = {};
  std::function<FlowOutcome()> before_output = {};
};

// Runs the statement, again while it fails for a reason of the machine and may be tried again, and
// writes its output once. Throws Error for an output that cannot be written, as
// CheckpointedStatements::begin() does, and what `run` throws.
FlowOutcome run_whole(const WholeStatement& whole);

}  // namespace penstock
