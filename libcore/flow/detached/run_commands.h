// What pflow does with runs that were detached: shows, follows, waits for, ends and removes them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/detached/runs_folder.h"
#include "libcore/flow/watch/progress.h"

namespace penstock {

enum class RunCommand { kStatus, kAttach, kWait, kCancel, kForget };

// How pflow speaks: cli/program.h has these, which stands above.
struct RunVoice {
  std::function<void(std::string_view)> print;           // to standard output
  std::function<void(const std::string&)> note;          // a line under pflow's name
  std::function<void(const std::string&)> complain;      // the same, also where notes are silenced
  std::function<void(const std::string&)> pass_on;       // lines that a run has said
  std::function<void(const FlowProgress&)> on_progress;  // draws how far a run is; may be empty
};

// Carries out a command for the runs with these IDs, as RUNS.md says, and returns the exit status.
// An error of one run does not keep it from the others, but makes the status 125. Throws a usage
// Error for IDs that are missing or too many, and Error for a folder of runs that cannot be read.
int carry_out(RunCommand command, const RunsFolder& runs, const std::vector<std::string>& ids,
              const RunVoice& voice);

}  // namespace penstock
