#include "libcore/net/sender.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/net/batch_frame.h"
#include "libcore/net/frame.h"
#include "libcore/net/outbox.h"
#include "libcore/net/sender_loop.h"
#include "libcore/net/wake.h"
#include "libcore/net/zmq_socket.h"

namespace penstock {
namespace {

// Of the memory: half for what is under way, the rest for frames that wait and are being made.
int64_t window_of(const SendOptions& options) {
  return std::clamp(options.memory / 2 / std::ssize(options.endpoints), kLeastWindow, kMostWindow);
}

}  // namespace

class Sender::State {
 public:
  explicit State(SendOptions given)
      : options(std::move(given)),
        context(std::make_unique<ZmqContext>()),
        outbox(options.endpoints.size(), wake) {
    loop.emplace(options, window_of(options), *context, outbox, wake);
    thread = std::thread([this] {
      loop->run();
      context.reset();
    });
  }

  ~State() { join(); }

  void join() {
    if (thread.joinable()) thread.join();
  }

  SendOptions options;
  std::unique_ptr<ZmqContext> context;
  Wake wake;
  Outbox outbox;
  std::optional<SenderLoop> loop;
  std::thread thread;
};

Sender::Sender(SendOptions options) {
  PENSTOCK_CHECK(!options.endpoints.empty());
  state_ = std::make_unique<State>(std::move(options));
}

Sender::~Sender() {
  give_up("the sender was given up");
}

void Sender::send_schema(const Schema& schema) {
  state_->outbox.set_schema(encode_schema_frame(schema));
}

// Frames wait (kWaitingFrames), one is being made, and its rows are gathered before.
int64_t Sender::frame_target() const {
  int64_t share = state_->options.memory / 2 / std::ssize(state_->options.endpoints);
  return std::clamp(share / (kWaitingFrames + 2), kLeastFrameTarget, kMostFrameTarget);
}

void Sender::send(size_t receiver, MutableBuffer frame, int64_t rows) {
  if (state_->options.on_frame) state_->options.on_frame(frame.size());
  state_->outbox.put(receiver, {std::move(frame), rows});
}

std::string Sender::exchange_sample(const std::string& sample) {
  return state_->outbox.exchange_sample(encode_text(FrameKind::kSample, sample));
}

void Sender::end() {
  state_->outbox.end();
}

void Sender::give_up(const std::string& why) {
  state_->outbox.abort(why);
}

void Sender::wait() {
  try {
    state_->outbox.wait_until_done();
  } catch (...) {
    state_->join();
    throw;
  }
  state_->join();
}

}  // namespace penstock
