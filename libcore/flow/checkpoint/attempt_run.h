// An attempt of a task as processes of this host, driven by the loop that drives all attempts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/launch.h"
#include "libcore/flow/launch/local.h"
#include "libcore/flow/launch/local_step.h"
#include "libcore/flow/supervision.h"
#include "libcore/flow/tasks/task.h"
#include "libcore/os/descriptor.h"

namespace penstock {

// What an attempt is made of.
struct AttemptSpec {
  Attempt attempt;  // of the task
  Launch launch;
  Descriptor output;   // for Channel::kFlowOutput, where a job has it
  std::string counts;  // the path for a file of counts, which is removed at the end
  std::vector<std::string> environment = {};
};

// Its processes are the launcher's attempts of a number that no other has: events of this number
// are for it. Not thread-safe.
class AttemptRun {
 public:
  // `launcher` and `options` outlive this. Throws Error when a file or channel cannot be made.
  AttemptRun(LocalLauncher& launcher, int64_t number, AttemptSpec spec,
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
  std::unique_ptr<LocalStep> step_;
  std::unique_ptr<Numbered> numbered_;
  Supervision supervision_;
  int64_t moved_before_ = -1;
};

}  // namespace penstock
