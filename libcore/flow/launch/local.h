// Tasks as processes of this host, watched by one event loop: their ends, what they write to
// standard error, and the signals that come to us. The seam of Boost.Asio.
#pragma once

#include <memory>
#include <optional>

#include "libcore/flow/launch/launcher.h"

namespace penstock {

// While it lives, SIGINT, SIGTERM, SIGQUIT and SIGHUP come as EndingAsked, but for those that were
// ignored when we were started, and orphans of our children become ours. To be made and used in the
// main thread, of a process that has no other children.
class LocalLauncher final : public TaskLauncher {
 public:
  // Throws Error when the system refuses what an event loop needs.
  LocalLauncher();
  // Sends TERM to the attempts that still run, and KILL to those that run 0.3 s later.
  ~LocalLauncher() override;
  LocalLauncher(const LocalLauncher&) = delete;
  LocalLauncher& operator=(const LocalLauncher&) = delete;

  void start(const Attempt& attempt, const ProcessSpec& spec) override;
  void signal(const Attempt& attempt, int number) override;
  std::optional<TaskEvent> next(std::optional<FlowTime> deadline) override;
  void end_left_behind() override;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace penstock
