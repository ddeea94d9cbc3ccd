// Detached runs that are jobs of Slurm: submitted here, carried out there.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/detached/check_flow.h"
#include "libcore/flow/detached/detach.h"
#include "libcore/flow/detached/runs_folder.h"

namespace penstock {

struct SubmitOptions {
  std::string penstock;            // the version of this program
  std::string flow;                // its text
  int64_t workers = 1;             // as far as they are known
  std::optional<int64_t> tasks;    // that Slurm is asked for, unless `slurm` says otherwise
  std::vector<std::string> slurm;  // of parse_slurm_options()
  // Returns the command that carries out the run with this ID in the job, for a shell.
  std::function<std::string(const RunId&)> command;
  ReadsInput reads = ReadsInput::kNo;
  Sync sync = Sync::kYes;
};

// Submits a job that carries out a run, and calls `announce` with its ID. Throws Error, with
// Slurm's words, when Slurm refuses it, what `announce` throws, and a usage Error for a flow that
// reads standard input; then there is neither a run nor a job.
void submit_run(const RunsFolder& runs, const SubmitOptions& options,
                const std::function<void(const RunId&)>& announce);

// Carries out a submitted run, in its job: the flow is `flow`, `work` does it. Standard output and
// standard error are the run's from now on. Returns the exit status. Throws Error when this is not
// the job of the run, or `flow` is not the flow that was submitted.
int run_submitted(const RunsFolder& runs, const std::string& id, const std::string& flow, Sync sync,
                  const ManagerWork& work);

}  // namespace penstock
