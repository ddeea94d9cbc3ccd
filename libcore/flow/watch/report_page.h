// One HTML page about a run: what pflow --report leaves. It needs nothing beside itself: no script,
// no other file, no network.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/flow/plan/explain.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/os/run_counts.h"

namespace penstock {

// A process of the run, as far as it has come. Seconds are since the run began.
struct ProcessRecord {
  int64_t fragment = 1;
  int64_t worker = 1;
  int64_t stage = 1;     // the first of those that run in it
  std::string programs;  // of its stages, as "pscan | pagg"
  std::string host;      // its name; empty where there is only this host
  pid_t pid = 0;
  double began = 0;
  double ended = -1;  // -1: not yet
  double cpu_seconds = 0;
  int64_t peak_bytes = 0;
  bool is_counted = false;  // one of the family, which counts its rows
  bool has_failed = false;
  MovedRows moved;
};

// A task that ran once more.
struct AgainRecord {
  double at = 0;  // seconds since the run began
  int64_t fragment = 1;
  int64_t worker = 1;
  int64_t attempt = 2;
  std::string why;  // empty for a copy of a slow task
};

struct RunStory {
  std::string flow;  // its text
  int64_t workers = 1;
  double seconds = 0;
  FlowOutcome outcome;
  std::vector<FragmentPicture> fragments;
  std::vector<ProcessRecord> processes;  // by host, fragment, worker and stage
  std::vector<AgainRecord> again = {};   // in the order of time
};

// The flow's text and what came of it, a graph of the fragments with the rows between them, a
// timeline of the processes, which tasks ran again and why, and what each worker of each fragment
// moved.
std::string report_page(const RunStory& story);

}  // namespace penstock
