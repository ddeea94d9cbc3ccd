// Calls functions when descriptors become ready, in one thread. The seam of Boost.Asio.
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

  // Throws Error when the system refuses what a loop needs.
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Watches `fd`, which the caller owns and keeps open as long as the result lives. A descriptor
  // whose other end is closed, or that is broken, is ready. Throws Error when the system cannot
  // watch it, as a regular file.
  [[nodiscard]] std::unique_ptr<Watch> watch(int fd, Ready what, std::function<void()> call);

  // Waits until a descriptor is ready, at most until `deadline`, and calls its function. Returns
  // false when none was ready until then. Without a deadline it waits as long as it takes. Throws
  // what the function throws, and Error when the system refuses to watch.
  bool run_one(std::optional<FlowTime> deadline);

  // Calls the functions of all descriptors that are ready now. Throws as run_one() does.
  void poll();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace penstock
