// Tasks as processes of this host, watched by one event loop.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libcore/flow/launch/processes.h"
#include "libcore/flow/tasks/task.h"
#include "libcore/os/descriptor.h"
#include "libcore/os/process.h"

namespace penstock {

// While it lives, SIGINT, SIGTERM, SIGQUIT and SIGHUP come as EndingAsked, but for those that were
// ignored when we were started, and orphans of our children become ours. To be made and used in the
// main thread, of a process that has no other children.
class LocalLauncher {
 public:
  // Throws Error when the system refuses what an event loop needs.
  LocalLauncher();
  // Sends TERM to the attempts that still run, and KILL to those that run 0.3 s later.
  ~LocalLauncher() = default;
  LocalLauncher(const LocalLauncher&) = delete;
  LocalLauncher& operator=(const LocalLauncher&) = delete;

  // Starts an attempt, whose standard error the launcher reads: `spec.err` is of no effect.
  // TaskStarted or TaskNotRun follows, and ChunksAsked for each request of one that asks for
  // chunks. The descriptors in `spec` may be closed when this returns. Throws Error when the system
  // refuses a process.
  void start(const Attempt& attempt, const ProcessSpec& spec);

  // As StepLauncher has them (step_launcher.h).
  void signal(const Attempt& attempt, int number);
  void answer(const Attempt& attempt, const std::string& bytes);
  std::optional<TaskEvent> next(std::optional<FlowTime> deadline);
  void end_left_behind();

  // Returns an event that is waiting, which next() would return; nothing when there is none. Does
  // not run the loop.
  std::optional<TaskEvent> take();

  // What the attempts are: other processes may be started beside them, and more be watched in their
  // loop, which next() runs. Valid as long as this launcher.
  Processes& processes() { return processes_; }

 private:
  using Key = std::pair<size_t, int64_t>;

  // The socket by which an attempt asks for chunks.
  struct Asking {
    Descriptor socket;
    std::unique_ptr<EventLoop::Watch> watch;
  };

  template <typename What>
  void add(What what) {
    events_.push_back({{}, std::move(what)});
  }
  void end(const Attempt& attempt, EndedProcess& ended);
  void take_requests(const Attempt& attempt);

  std::map<Key, pid_t> pids_;
  std::deque<TaskEvent> events_;
  Processes processes_;
  std::map<Key, Asking> asking_;  // goes before the loop of processes_
};

}  // namespace penstock
