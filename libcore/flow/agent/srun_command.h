// How Slurm's srun is called for a node of a job, and what it says when it fails.
#pragma once

#include <string>

#include "libcore/flow/agent/remote_shell.h"

namespace penstock {

// Returns the shells of the nodes of the Slurm job with this number. A host's name is a node's.
RemoteShellPtr srun_shell(const std::string& job);

}  // namespace penstock
