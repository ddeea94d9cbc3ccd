// A process of a flow, and how a flow went: what planning hands over to run, and gets back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/os/process.h"

namespace penstock {

// Jobs stand in the order in which rows pass them: who writes comes before who reads.
struct Job {
  ProcessSpec spec;  // `err` is the launcher's to set
  int64_t fragment = 1;
  int64_t worker = 1;
  int64_t workers = 1;
  int64_t stage = 1;                  // the first of those that run in it
  std::vector<std::string> programs;  // of its stages; one unless they share the process
  int64_t reader = -1;  // the job that reads its output; -1 for what is the flow's own output
  bool has_more_readers = false;  // `reader` is one of several: its end says nothing of the others
  bool is_tool = false;  // one of the family, which says what is wrong in a line with its name
};

// How it went.
struct FlowOutcome {
  int status = 0;              // what pflow ends with
  std::string message;         // of a failure: one line, or three with an expression
  bool is_stopped = false;     // by a signal to us
  bool output_closed = false;  // the reader of the flow's output has gone; not an error
};

}  // namespace penstock
