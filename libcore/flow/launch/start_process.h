// Child processes, started with exactly the descriptors that they are given. The seam of
// Boost.Process v2.
//
// Of Boost.Process 1.81 this uses the launcher: fork, exec, and the pipe by which a child says why
// its program could not be run. What a child must be besides is an initializer of ours, for the
// library's own parts do not do it: its bind_fd crashes at -O2, its close_all closes nothing, and
// process groups, the death signal and the signals' dispositions are left to its users. Its wait()
// shows a death by SIGKILL as an exit with 9 and gives no resource usage, so children are waited
// for with wait4() in local.cc.
#pragma once

#include <sys/types.h>

#include "libcore/os/process.h"

namespace penstock {

struct StartedProcess {
  pid_t pid = -1;
  int error = 0;  // why the program could not be run (ENOENT, EACCES, …); then there is no process
};

// A child that has not come to run its program after this is killed: it was stopped before, or the
// program lies on a disk that does not answer. Seconds in which we are stopped ourselves are not
// counted.
inline constexpr int kMostStartSeconds = 5;

// Starts a process: in a process group of its own, with all signals at their defaults (those that
// we ignore but for SIGPIPE and SIGCHLD it ignores too) and none blocked, without those of our
// descriptors that it is not given (descriptors that we inherited ourselves without the
// close-on-exec flag it has too, as a shell's child would). The kernel sends it spec.death_signal
// when the calling thread ends: call from the main thread. The caller waits for it. With
// spec.run_here it is a copy of this process, made without exec, and so without loading a program
// and its libraries. Uses the timer ITIMER_REAL. Throws Error when no process can be made.
StartedProcess start_process(const ProcessSpec& spec);

}  // namespace penstock
