// Calls functions when descriptors become ready and when times have come, in one thread. The seam
// of Boost.Asio.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "libcore/flow/tasks/task.h"

namespace penstock {

// Not thread-safe: made, used and destroyed in one thread.
class EventLoop {
 public:
  enum class Ready { kToRead, kToWrite };

  // While it lives, its function is called each time its descriptor is ready. It may be destroyed
  // in any function that the loop calls, its own included. Destroy it before the loop.
  class Watch {
   public:
    struct State;
    explicit Watch(std::shared_ptr<State> state);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    std::shared_ptr<State> state_;
  };

  // While it lives, its function is called once, when its time has come. It may be destroyed as a
  // Watch may.
  class Timer {
   public:
    struct State;
    explicit Timer(std::shared_ptr<State> state);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

   private:
    std::shared_ptr<State> state_;
  };

  // Throws Error when the system refuses what a loop needs.
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Watches `fd`, which the caller owns and keeps open as long as the result lives. A descriptor
  // whose other end is closed, or that is broken, is ready. Throws Error when the system refuses.
  // A regular file cannot be watched: run_one() throws for it.
  [[nodiscard]] std::unique_ptr<Watch> watch(int fd, Ready what, std::function<void()> call);

  // Calls `call` at `time`, or soon after.
  [[nodiscard]] std::unique_ptr<Timer> at(FlowTime time, std::function<void()> call);

  // Waits until there is a function to call, at most until `deadline`, and calls it. Returns false
  // when there was none until then. Without a deadline it waits as long as it takes. Throws what
  // the function throws, and Error when the system refuses to watch.
  bool run_one(std::optional<FlowTime> deadline);

  // Calls all functions that are to be called now; one that leaves its descriptor ready is called
  // again. Throws as run_one() does.
  void poll();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace penstock
