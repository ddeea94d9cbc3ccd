// Describes a process to start: its words, descriptors and environment. flow/launch starts it. And
// what all have in common that start processes.
#pragma once

#include <sys/types.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace penstock {

// A descriptor of ours that a process inherits under a number of its own.
struct InheritedDescriptor {
  int from = -1;
  int as = -1;
};

// Runs a program of the family with these words, which it may change, and returns the exit status
// of the process, if it does not end it itself.
using ProgramRunner = std::function<int(std::span<char*> words)>;

struct ProcessSpec {
  std::vector<std::string>
      words;  // the program, looked for in PATH unless it has a '/', and operands
  // These become descriptors 0, 1 and 2. The caller keeps them.
  int in = 0;
  int out = 1;
  int err = 2;
  std::vector<InheritedDescriptor> inherited;  // further ones; the caller keeps these as well
  std::vector<std::string> environment = {};   // NAME=VALUE, before the inherited ones
  std::vector<std::string> without = {};       // the names of variables that it does not inherit
  // The number under which it inherits a socket to its launcher, over which it asks for chunks of
  // an input (os/chunks/granted.h); -1: it does not ask.
  int asks_for_chunks_as = -1;
  std::string program = {};  // the file to run under the name words[0]; if empty, words[0] itself
  // What the new process runs instead of a file, when it is set: it is a copy of ours then. Only
  // where we have no other threads.
  ProgramRunner run_here = {};
  int death_signal = SIGKILL;  // which it gets when we end before it; 0: none
};

// Returns the texts as main() and exec take them: their characters, and a null pointer at the end.
// Valid until `texts` change.
inline std::vector<char*> null_ended(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// For a child between fork and exec, and so without taking memory: gives each signal its default,
// and blocks none. Signals that were ignored when we were started, by nohup for instance, stay
// ignored, but for those without which processes between which there are pipes do not learn of each
// other's end.
inline void take_usual_signals() {
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;  // NOLINT
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction now {};
    const bool is_ignored =
        sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;  // NOLINT
    const bool stays = is_ignored && number != SIGPIPE && number != SIGCHLD;
    if (!stays) sigaction(number, &by_default, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Waits for the end of a child, and returns its status as waitpid() has it.
inline int wait_for_end(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace penstock
