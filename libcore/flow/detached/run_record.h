// What is kept of a detached run, as values, and as the JSON of its files (RUNS.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/flow/detached/run_id.h"
#include "libcore/flow/watch/events.h"
#include "libcore/os/process_identity.h"

namespace penstock {

// The files' version.
inline constexpr int64_t kRunFormat = 1;
inline constexpr int64_t kMaxRunFileBytes = int64_t{8} << 20;

// What holds the manager of a run.
struct RunPlace {
  enum class Kind {
    kProcess,   // a process of this machine, or of another that has the same disk
    kSlurmJob,  // a job of Slurm, which has the same disk
  };
  Kind kind = Kind::kProcess;
  ProcessIdentity process;  // of kProcess
  std::string job = {};     // of kSlurmJob: its number
};

// How a run began.
struct RunRecord {
  RunId id;
  std::string penstock;  // the version of the program
  std::string flow;      // its text
  int64_t workers = 1;
  std::vector<std::string> hosts;  // at least this one
  std::string directory;           // the working folder
  int64_t began = 0;               // seconds since 1970
  RunPlace place;
};

// How far a run is: the figures of the statement that runs, or ran last.
struct RunProgress {
  double elapsed = 0;  // seconds since that statement began
  std::vector<FragmentProgress> fragments;

  // Of the first fragment, and of the last.
  int64_t rows_in() const { return fragments.empty() ? 0 : fragments.front().rows_in; }
  int64_t rows_out() const { return fragments.empty() ? 0 : fragments.back().rows_out; }
};

// A run that waits is a job for which Slurm has no nodes yet.
enum class RunState { kRunning, kDone, kFailed, kCancelled, kLost, kWaiting };

inline bool has_ended(RunState state) {
  return state != RunState::kRunning && state != RunState::kWaiting;
}

// Returns the word for people and files.
const char* name_of(RunState state);

// How a run ended, by its manager's word: kDone, kFailed or kCancelled.
struct RunEnd {
  RunState state = RunState::kDone;
  int status = 0;            // what pflow would have ended with
  std::string message;       // of a failure, as FlowOutcome has it
  int64_t ended = 0;         // seconds since 1970
  int64_t output_bytes = 0;  // of the flow's own output; 0 unless kDone
  int64_t rows_in = 0;       // as RunProgress has them
  int64_t rows_out = 0;
};

std::string encode(const RunRecord& record);
std::string encode(const RunProgress& progress);
std::string encode(const RunEnd& end);

// Reads what encode() wrote. Any bytes are safe. Throws Error for other text: another version of
// the format, what is not JSON, members that are missing, unknown or of another kind.
RunRecord decode_run_record(std::string_view json);
RunProgress decode_run_progress(std::string_view json);
RunEnd decode_run_end(std::string_view json);

}  // namespace penstock
