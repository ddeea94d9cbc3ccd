// A step's jobs as processes of several hosts: this one's are started here, the others' by agents.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/flow/agent/run_hosts.h"
#include "libcore/flow/launch/host_jobs.h"
#include "libcore/flow/launch/step_launcher.h"

namespace penstock {

// What a step needs besides its jobs, by the numbers of the hosts.
struct StepOfHosts {
  std::vector<HostJobs> jobs;
  // Of the tools' processes, as NAME=VALUE.
  std::vector<std::vector<std::string>> environment;
};

class HostsStep final : public StepLauncher {
 public:
  // Sends the hosts what they need to begin. `hosts`, `step` and `here`, which launches the tasks
  // of this host, outlive this.
  HostsStep(RunHosts& hosts, const StepOfHosts& step, StepLauncher& here);
  ~HostsStep() override;

  void start(const Attempt& attempt) override;
  void end_starts() override;
  void signal(const Attempt& attempt, int number) override;
  void answer(const Attempt& attempt, const std::string& bytes) override;
  void give_up(size_t host) override;
  std::optional<TaskEvent> next(std::optional<FlowTime> deadline) override;
  void end_left_behind() override;
  MovedRows moved(size_t task) const override;

 private:
  void take(size_t host, FromAgent& message);
  std::optional<TaskEvent> take();
  template <typename What>
  void add(What what) {
    events_.push_back({{}, std::move(what)});
  }
  bool is_task_of(size_t task, size_t host) const;

  RunHosts& hosts_;
  const StepOfHosts& step_;
  StepLauncher& here_;
  RunHosts::Listener listener_;
  std::vector<size_t> host_of_;   // each task's
  std::vector<MovedRows> moved_;  // of the other hosts' tasks
  std::vector<bool> takes_part_;  // by host: has a task of the step, and is not lost
  std::vector<bool> is_swept_;    // by host
  std::deque<TaskEvent> events_;  // of other hosts
  bool is_started_ = false;       // end_starts() was called
};

}  // namespace penstock
