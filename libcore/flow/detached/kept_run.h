// A detached run, seen from outside of its manager: its state, its end, its files.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "libcore/flow/detached/limits.h"
#include "libcore/flow/detached/run_id.h"
#include "libcore/flow/detached/run_record.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// The files of a run's folder (RUNS.md).
namespace run_file {
inline constexpr const char* kLock = "lock";
inline constexpr const char* kRecord = "run.json";
inline constexpr const char* kProgress = "progress.json";
inline constexpr const char* kMessages = "messages";
inline constexpr const char* kPartialOutput = "output.partial";
inline constexpr const char* kOutput = "output";
inline constexpr const char* kEnd = "end.json";
inline constexpr const char* kReserve = "reserve";
}  // namespace run_file

// Throws Error unless the file or folder behind a descriptor is the user's, and others may not
// write to it. `path` names it.
void require_own_alone(int fd, const std::string& path);

// Returns the name of the job of a run that is one of Slurm.
std::string slurm_job_name(const RunId& id);

// What is known of a run at one moment.
struct RunStatus {
  RunState state = RunState::kRunning;
  std::optional<RunEnd> end = {};  // unless it is lost or has not ended
  RunProgress progress = {};       // as far as it was written

  // What pflow would have ended with; 125 for a lost run. REQUIRES that it has ended.
  int exit_status() const;
};

// Not thread-safe.
class KeptRun {
 public:
  // Opens the folder of a run. Throws Error when it is not the user's alone, or its record is not
  // one (run_record.h).
  KeptRun(const RunId& id, std::string path);

  const RunId& id() const { return record_.id; }
  const RunRecord& record() const { return record_; }
  const std::string& folder() const { return path_; }
  // Returns the path of one of its files (run_file).
  std::string file(const char* name) const { return path_ + "/" + name; }

  // The three that depend on the kind of the run's place.
  // Returns the state as it is now, or was a moment ago. Throws Error for files that are damaged.
  RunStatus status() const;
  // Waits until the manager has ended. Throws Error when the file system refuses to wait.
  void wait() const;
  // Asks the manager to end the flow, and waits until it has ended; after `pause` it is killed.
  // Returns false, and does nothing, when it has ended before. Throws Error when it cannot be
  // reached from this host.
  bool cancel(std::chrono::milliseconds pause = kCancelPause) const;

  // Removes the run with all its files. Throws Error when it is running.
  void forget() const;

  // Returns when it ended, in seconds since 1970, at least about; empty while it runs. Throws as
  // status() does.
  std::optional<int64_t> ended() const;

  // Opens the output for reading. Throws Error when it is not there, or not as long as it was when
  // the run ended. REQUIRES that it is kDone.
  Descriptor open_output(const RunEnd& end) const;

 private:
  bool manager_lives() const { return !has_ended(seen_state()); }
  RunState seen_state() const;
  bool cancel_process(std::chrono::milliseconds pause) const;
  bool cancel_job(std::chrono::milliseconds pause) const;
  bool ends_within(std::chrono::milliseconds pause, const Descriptor& manager) const;

  std::string path_;
  Descriptor lock_;
  RunRecord record_;
  // Of a job: what Slurm said last, and when; it is not asked at every look.
  mutable std::optional<RunState> job_state_;
  mutable std::chrono::steady_clock::time_point asked_;
};

}  // namespace penstock
