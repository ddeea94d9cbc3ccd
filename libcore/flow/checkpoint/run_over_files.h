// A statement of a run with checkpoints, from its plan to its output.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "libcore/flow/checkpoint/files_run.h"
#include "libcore/flow/checkpoint/given_output.h"
#include "libcore/flow/checkpoint/statements.h"
#include "libcore/flow/watch/events.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

// All references outlive the run.
struct StatementOverFiles {
  const PlanStatement& plan;
  size_t statement;                                   // from 0
  const std::vector<const PlanFragment*>& fragments;  // of all statements
  JobMaker& maker;
  TaskHosts& hosts;
  const RunFolder& folder;
  CheckpointedStatements& statements;
  EventStream& events;
  FilesRunOptions options = {};  // but for what is called
  Sync sync = Sync::kYes;        // of the file behind `>`
  // For people; may be empty.
  std::function<void(const std::string&)> note = {};
  // Writes the file to the output (given_output.h).
  GiveOutput give = {};
  // Is called when all tasks have ended well, with what their readers refused, before the output is
  // written; the outcome is that of the statement, if it is a failure.
  std::function<FlowOutcome(const RefusedCounts&)> before_output = {};
};

// Runs what is missing of the statement, which has not ended in an earlier run, and writes its
// output once. Throws Error for an output that cannot be written, as
// CheckpointedStatements::begin() does, and as FilesRun does.
FlowOutcome run_over_files(StatementOverFiles over);

}  // namespace penstock
