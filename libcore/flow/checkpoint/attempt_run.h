// An attempt of a task as processes of one host, driven by the loop that drives all attempts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/launch.h"
#include "libcore/flow/launch/local.h"
#include "libcore/flow/launch/step_launcher.h"
#include "libcore/flow/supervision.h"
#include "libcore/flow/tasks/task.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// What an attempt is made of.
struct AttemptSpec {
  Attempt attempt;  // of the task
  Launch launch;
  // Where a job has Channel::kFlowOutput: the file for it, on another host the folder for that
  // file.
  Descriptor output = {};
  std::string output_folder = {};
  std::string counts = {};  // the path for a file of counts, for an attempt on this host
  std::vector<std::string> environment = {};  // of the tools' processes
};

// Makes what starts the processes of an attempt, all on one host, as attempts of the number. The
// jobs, of which none is missing, and the spec outlive it. Throws Error when a file or a channel
// cannot be made.
using MakeStep = std::function<std::unique_ptr<StepLauncher>(
    const AttemptSpec& spec, const std::vector<std::optional<Job>>& jobs, int64_t number)>;

// On this host; `launcher` outlives what is made.
MakeStep local_step_maker(LocalLauncher& launcher);

// Its processes are the launcher's attempts of a number that no other has: events of this number
// are for it. Not thread-safe.
class AttemptRun {
 public:
  // `options` outlives this. Throws Error as `make_step` does.
  AttemptRun(const MakeStep& make_step, int64_t number, AttemptSpec spec,
             const SupervisorOptions& options);
  ~AttemptRun();
  AttemptRun(const AttemptRun&) = delete;
  AttemptRun& operator=(const AttemptRun&) = delete;

  const Attempt& attempt() const { return spec_.attempt; }

  // Starts its processes. Call it once.
  void begin() { supervision_.begin(); }
  // Takes an event of the launcher whose attempt has our number.
  void take(TaskEvent event);
  // Ends its processes, which then say nothing of the task.
  void end();
  const Supervision& supervision() const { return supervision_; }
  void pass_time();

  // Returns whether it has moved rows since the last call, or can do so unseen: rows in programs
  // that are not of the family are not counted.
  bool has_progressed();
  const std::vector<Job>& jobs() const { return spec_.launch.jobs; }
  std::vector<MovedRows> moved() const;

 private:
  class Numbered;

  AttemptSpec spec_;
  std::vector<std::optional<Job>> jobs_;
  std::unique_ptr<StepLauncher> step_;
  std::unique_ptr<Numbered> numbered_;
  Supervision supervision_;
  int64_t moved_before_ = -1;
};

}  // namespace penstock
