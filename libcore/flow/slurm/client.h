// Slurm's programs, run for what they print.
#pragma once

#include <string>
#include <vector>

namespace penstock {

// Runs a program of Slurm, with `input` (which a pipe holds: at most 64 KiB) as its standard input,
// and returns what it has printed. Throws Error, with its words, when it cannot be run or does not
// end with 0. Call from the main thread.
std::string ask_slurm(const std::vector<std::string>& words, const std::string& input = "");

enum class SlurmJobState { kWaiting, kRunning, kGone };

// Returns the state of the job with this name, of this user. One whose processes are being ended
// is kRunning. Throws Error when Slurm does not answer.
SlurmJobState slurm_job_state(const std::string& name);

}  // namespace penstock
