#include "libcore/flow/launch/event_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {
namespace {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
using boost::system::error_code;

}  // namespace

struct EventLoop::Context {
  asio::io_context io{1};
  // Else a loop that watches nothing would end at once, for good.
  asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
};

struct EventLoop::Watch::State {
  State(asio::io_context& io, int fd, Ready what, std::function<void()> function)
      : descriptor(io, fd),
        ready(what == Ready::kToRead ? stream_descriptor::wait_read
                                     : stream_descriptor::wait_write),
        call(std::move(function)) {}

  // A handler may be called after the end of its watch, when the loop had both at hand.
  static void await(const std::shared_ptr<State>& state) {
    state->descriptor.async_wait(state->ready, [state](const error_code& error) {
      if (!state->is_live) return;
      if (error) throw Error::system("a connection", "watch", error.value());
      state->call();
      if (state->is_live) await(state);
    });
  }

  stream_descriptor descriptor;
  stream_descriptor::wait_type ready;
  std::function<void()> call;
  bool is_live = true;
};

EventLoop::Watch::Watch(std::shared_ptr<State> state) : state_(std::move(state)) {}

EventLoop::Watch::~Watch() {
  state_->is_live = false;
  state_->descriptor.release();
}

struct EventLoop::Timer::State {
  State(asio::io_context& io, FlowTime time, std::function<void()> function)
      : timer(io, time), call(std::move(function)) {}

  asio::steady_timer timer;
  std::function<void()> call;
  bool is_live = true;
};

EventLoop::Timer::Timer(std::shared_ptr<State> state) : state_(std::move(state)) {
  state_->timer.async_wait([state = state_](const error_code&) {
    if (state->is_live) state->call();
  });
}

EventLoop::Timer::~Timer() {
  state_->is_live = false;
  state_->timer.cancel();
}

EventLoop::EventLoop() {
  try {
    context_ = std::make_unique<Context>();
  } catch (const boost::system::system_error& failed) {
    throw Error::system("an event loop", "create", failed.code().value());
  }
}

EventLoop::~EventLoop() = default;

std::unique_ptr<EventLoop::Watch> EventLoop::watch(int fd, Ready what, std::function<void()> call) {
  std::shared_ptr<Watch::State> state;
  try {
    state = std::make_shared<Watch::State>(context_->io, fd, what, std::move(call));
  } catch (const boost::system::system_error& failed) {
    throw Error::system("a connection", "watch", failed.code().value());
  }
  Watch::State::await(state);
  return std::make_unique<Watch>(std::move(state));
}

std::unique_ptr<EventLoop::Timer> EventLoop::at(FlowTime time, std::function<void()> call) {
  return std::make_unique<Timer>(
      std::make_shared<Timer::State>(context_->io, time, std::move(call)));
}

bool EventLoop::run_one(std::optional<FlowTime> deadline) {
  size_t handled = deadline ? context_->io.run_one_until(*deadline) : context_->io.run_one();
  return handled > 0;
}

void EventLoop::poll() {
  context_->io.poll();
}

}  // namespace penstock
