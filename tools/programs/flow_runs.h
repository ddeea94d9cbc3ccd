// What pflow does with a flow, and with runs that were detached, and how it speaks meanwhile.
#pragma once

#include <string>
#include <vector>

#include "libcore/command/answers.h"
#include "libcore/flow/detached/run_commands.h"
#include "libcore/flow/flow_options.h"
#include "libcore/flow/run_flow.h"

namespace penstock {

// All but note_of_pflow() return the exit status, and throw what run_program() reports.

// A line on standard error under pflow's name.
void note_of_pflow(const std::string& text);

// Runs the flow to its end.
int run_here(const Flow& flow, const RunOptions& options, const Answers& answers);

// --detach: leaves the flow running in the background, and prints its ID.
int run_detached(const Flow& flow, const RunOptions& options, const Answers& answers);

// --slurm --detach: leaves it to a job that Slurm starts, and prints its ID. `words` are those of
// the command line, which the job runs again.
int submit_flow(const Flow& flow, const FlowOptions& options, const Answers& answers,
                const std::vector<std::string>& words);

// --submitted: runs it in that job.
int carry_out_submitted(const Flow& flow, const FlowOptions& options, const Answers& answers);

// --status, --attach and their like.
int command_runs(RunCommand command, const std::vector<std::string>& ids, const Answers& answers);

}  // namespace penstock
