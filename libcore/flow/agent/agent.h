// `pflow --agent`: runs the tasks of a host for a manager on another.
#pragma once

#include "libcore/flow/agent/connection.h"
#include "libcore/os/process.h"

namespace penstock {

// Serves the manager that is connected to our standard input and output (HOSTS.md) until it closes
// the connection or says so, is silent for too long, or a signal asks us to end. Then no process
// and no file of the run is left on this host. A process of its own sees to that where this one is
// killed (keeper.h).
//
// Tools are run by `run_tool` in copies of this process, if there is one, else as programs. A copy
// costs 0.3 ms of CPU; to load the program is 1.5 ms, and ZeroMQ's library 3 ms more, which the
// agent loads once, while the manager has other things to do.
//
// Returns the exit status: 0 when the manager ended the run, 1 when the agent could not go on, 128
// + N after signal N. Throws Error (kUsage) when standard input and output are not a connection.
// Call it before other threads and children are made.
int run_agent(const ProgramRunner& run_tool = {}, const ConnectionTimes& times = {});

}  // namespace penstock
