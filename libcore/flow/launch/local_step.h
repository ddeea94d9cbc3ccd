// A step's jobs as processes of this host.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/flow/launch/local.h"
#include "libcore/flow/launch/open_channels.h"
#include "libcore/flow/launch/step_launcher.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/os/run_counts.h"

namespace penstock {

class LocalStep final : public StepLauncher {
 public:
  // `launcher` and `jobs` outlive this; jobs that are not there are not started here. `counts` is
  // the path of a file that is made for what the tools' processes move, `environment` has further
  // variables for these, as NAME=VALUE. Throws Error when a file or a channel cannot be made.
  LocalStep(LocalLauncher& launcher, const std::vector<std::optional<Job>>& jobs,
            OpenChannels channels, const std::string& counts, std::vector<std::string> environment);

  void start(const Attempt& attempt) override;
  void end_starts() override { channels_.close(); }
  void signal(const Attempt& attempt, int number) override { launcher_.signal(attempt, number); }
  void answer(const Attempt& attempt, const std::string& bytes) override {
    launcher_.answer(attempt, bytes);
  }
  void give_up(size_t) override {}  // there are no others
  std::optional<TaskEvent> next(std::optional<FlowTime> deadline) override {
    return launcher_.next(deadline);
  }
  void end_left_behind() override { launcher_.end_left_behind(); }
  MovedRows moved(size_t task) const override;

 private:
  LocalLauncher& launcher_;
  const std::vector<std::optional<Job>>& jobs_;
  OpenChannels channels_;
  RunCounts counts_;
  std::vector<std::string> environment_;
};

}  // namespace penstock
