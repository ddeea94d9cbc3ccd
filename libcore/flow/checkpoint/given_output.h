// A statement's output, which lies in a file of the run's directory, given to its reader.
#pragma once

#include <string>

#include "libcore/exchange_files/input_files.h"
#include "libcore/flow/launch/local.h"
#include "libcore/flow/run_folder.h"
#include "libcore/flow/supervision.h"
#include "libcore/flow/tasks/job.h"

namespace penstock {

// Writes the bytes of a file of this host to the descriptor `to`, by a process: a reader who takes
// his time then keeps neither signals waiting nor the hosts, which give up a manager that is
// silent. The file is compared with its facts as it is read. `run` gets a list of it. Returns how
// it went: with `output_closed` when the reader has gone. Throws Error when there cannot be a
// process.
FlowOutcome give_output(const InputFile& output, int to, LocalLauncher& launcher,
                        const RunFolder& run, SupervisorOptions options);

}  // namespace penstock
