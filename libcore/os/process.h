// Child processes: started with exactly the descriptors that they are given, ended with all that
// they started.
//
// This is fork and exec, not Boost.Process. Of Boost.Process v2 in Debian's 1.81 nothing else could
// be used: its close_all closes nothing, posix::bind_fd crashes at -O2, its wait() hides by which
// signal a process died, and process groups, the death signal, signals and descriptors are left to
// an on_exec_setup of one's own. That part is what this file is; what the library would add is
// asio, in every tool that links it, around one call of fork.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "libcore/os/descriptor.h"

namespace penstock {

struct ProcessSpec {
  std::vector<std::string>
      words;  // the program, looked for in PATH unless it has a '/', and operands
  // Become descriptors 0, 1 and 2. They stay the caller's.
  int in = 0;
  int out = 1;
  int err = 2;
  std::vector<int> kept;  // further descriptors that it inherits, under their numbers
  std::vector<std::string> environment = {};  // NAME=VALUE, before what it inherits from us
  std::string program = {};  // what runs under the name words[0]; words[0] itself where empty
};

struct StartedProcess {
  pid_t pid = -1;
  int error = 0;  // why the program could not be run (ENOENT, EACCES, …); then there is no process
};

// Starts a process: in a process group of its own, with all signals at their defaults (those that
// we ignore but for SIGPIPE and SIGCHLD it ignores too) and none blocked, without those of our
// descriptors that it is not given (descriptors that we inherited ourselves without the
// close-on-exec flag it has too, as a shell's child would). The kernel kills it when the calling
// thread ends: call from the main thread. Throws Error when no process can be made.
StartedProcess start_process(const ProcessSpec& spec);

// Sends a signal to a process and all of its group. Nothing happens when it is gone.
void signal_group(pid_t pid, int signal);

}  // namespace penstock
