// Child processes, watched by one event loop: their ends, what they write to standard error, and
// the signals that come to us.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "libcore/flow/launch/event_loop.h"
#include "libcore/flow/launch/start_process.h"
#include "libcore/os/descriptor.h"
#include "libcore/os/process.h"

namespace penstock {

struct EndedProcess {
  int wait_status = 0;  // as waitpid() has it
  rusage used{};
  std::string said;  // the last 64 KiB of what it wrote to standard error
};

// What is called when something happens to a process. on_ended is the last call, and must be there.
struct ProcessListener {
  std::function<void(EndedProcess&)> on_ended;
  std::function<void()> on_stopped = {};
  std::function<void()> on_continued = {};
};

// While it lives, SIGINT, SIGTERM, SIGQUIT and SIGHUP do not end us but are given to a function,
// except for those that were ignored when we were started, and orphans of our children become ours.
// To be made and used in the main thread, of a process that has no other children.
class Processes {
 public:
  // `on_signal` is called with each signal that asks us to end, before the ends of processes that
  // came with it. Throws Error when the system refuses what an event loop needs.
  explicit Processes(std::function<void(int)> on_signal);
  // Sends TERM to the processes that still run, and KILL to those that run 0.3 s later. Listeners
  // are not called.
  ~Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  // Starts a process, whose standard error is read here: `spec.err` is of no effect. The
  // descriptors in `spec` may be closed when this returns. The listener is called by loop() alone,
  // never before this returns. When the program could not be run, there is no process and the
  // listener is not called. Throws Error when the system refuses a process.
  StartedProcess start(const ProcessSpec& spec, ProcessListener listener);

  // The loop that calls all listeners. More descriptors may be watched by it.
  EventLoop& loop() { return loop_; }

  // Kills the processes that our children left behind when they ended, and waits until they are
  // gone. Those of start() that still run, and what they started, stay.
  void end_orphans();

 private:
  // Signals that come to us instead of ending us. A signalfd and not asio's signal_set, for that
  // needs them unblocked, and the flow's files must be gone before one takes effect.
  class SignalQueue;
  struct Child;
  using Children = std::map<pid_t, std::unique_ptr<Child>>;

  void take_signals();
  void reap();
  void change(Children::iterator found, int status, const rusage& used);
  void end_children();
  void signal_all(int number);

  EventLoop loop_;
  std::function<void(int)> on_signal_;
  std::unique_ptr<SignalQueue> signals_;
  std::unique_ptr<EventLoop::Watch> signal_watch_;
  Children children_;
};

}  // namespace penstock
