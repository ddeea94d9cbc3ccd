// The steps that an agent runs tasks of, side by side: their channels, and what their tasks have
// moved.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libcore/flow/agent/messages.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/os/process.h"

namespace penstock {

// Steps are known by their numbers, which the attempts of their tasks have. Not thread-safe.
class RunningSteps {
 public:
  // `folder` is that of the run, for files of counts.
  explicit RunningSteps(std::string folder);
  ~RunningSteps();

  // Begins a step, in the place of one of the same number. `sources` has what its channels name,
  // but for the output, which is made. Throws Error when a file or channel cannot be made.
  void begin(const BeginStep& step, ChannelSources sources);
  // Returns the process of a job, without what it needs as a tool besides its counts. Throws Error
  // for a job that is not of a step.
  ProcessSpec spec_of(const StartJob& start) const;
  // Closes the channels of a step; no effect on one that is not there, as the next.
  void end_starts(int64_t number);
  void end(int64_t number);

  // Returns what tasks have moved whose counts have changed since the last call.
  std::vector<MovedCounts> changed_counts();

 private:
  struct Running;

  std::string folder_;
  std::map<int64_t, std::unique_ptr<Running>> steps_;
  int64_t begun_ = 0;
};

}  // namespace penstock
