// A program that shows what this process writes to standard output, a screen at a time.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "libcore/os/descriptor.h"

namespace penstock {

struct PagerCommand {
  std::vector<std::string> words;  // the program and its operands
  bool shows_color = false;        // it is known to show text in colours
  bool is_of_shell = false;        // the last word is a command of the shell
};

// Returns what is run for `pager`, the value of the environment variable PAGER; null when that is
// not set, which means "less -S". A value of plain words is a program and its operands, and any
// other is a command of the shell. Throws Error for a value without a word.
PagerCommand pager_command(const char* pager);

// Standard output leads to a pager, which writes to the terminal that it led to before. A process
// has one at most. Not thread-safe.
//
// The pager is not started at once, so that an error which is found before the first row is shown
// without one. From its start on keys like Ctrl-C are for the pager alone, and writing to a pager
// that was left throws OutputClosed.
class Pager {
 public:
  // Standard output becomes a pipe. Throws Error as pager_command() does, and when the system has
  // no more pipes. REQUIRES a terminal as standard output.
  Pager();
  // Does what end() does; no error is reported.
  ~Pager();
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;

  // Whether what is written should be in colours.
  bool wants_color() const { return wants_color_; }

  // Starts the program. Throws Error when it cannot be run.
  void start();

  // Whether the program has been started and does not read any more.
  bool has_left() const;

  // Standard output is the terminal again. Waits until the program has been left. Throws Error when
  // the shell could not run it.
  void end();

 private:
  int close_and_wait() noexcept;

  PagerCommand command_;
  bool wants_color_;
  Descriptor terminal_;  // standard output, as it was
  Descriptor reader_;    // of the pipe, until the program has it
  pid_t pid_ = -1;
};

}  // namespace penstock
