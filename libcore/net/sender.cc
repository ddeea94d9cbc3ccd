#include "libcore/net/sender.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/net/endpoint.h"
#include "libcore/net/frame.h"
#include "libcore/net/frame_ring.h"
#include "libcore/net/outbox.h"
#include "libcore/net/sender_loop.h"
#include "libcore/net/wake.h"
#include "libcore/net/zmq_socket.h"
#include "libcore/os/threads.h"

namespace penstock {
namespace {

// Of the memory, half is for frames under way; the rest is for frames that wait or are being made.
int64_t share_of(const SendOptions& options) {
  return options.memory / 2 / std::ssize(options.endpoints);
}

uint64_t random_number() {
  std::random_device device;
  return (uint64_t{device()} << 32) | device();
}

// A third of the bytes under way may be in memory that is shared with the receiver.
int64_t ring_bytes(const SendOptions& options) {
  return std::min(share_of(options) / 3, kMostRingBytes);
}

std::vector<std::optional<RingWriter>> make_rings(const SendOptions& options, uint64_t nonce) {
  std::vector<std::optional<RingWriter>> rings;
  const int64_t bytes = ring_bytes(options);
  for (const std::string& endpoint : options.endpoints) {
    const bool has_one = bytes >= kLeastRingBytes && is_own_address(resolve_endpoint(endpoint));
    rings.push_back(has_one ? RingWriter::make(bytes, nonce) : std::nullopt);
  }
  return rings;
}

// How frames are compressed from the beginning.
BodyCompression first_codec(Compress compress) {
  switch (compress) {
    case Compress::kLz4:
      return BodyCompression::kLz4;
    case Compress::kZstd:
      return BodyCompression::kZstd;
    case Compress::kAuto:
    case Compress::kNone:
      break;
  }
  return BodyCompression::kNone;
}

MutableBuffer copy_of(const MutableBuffer& bytes) {
  MutableBuffer copy(bytes.size());
  std::memcpy(copy.data(), bytes.data(), static_cast<size_t>(bytes.size()));
  return copy;
}

// A frame as each codec makes it, once; as it is where that does not make it smaller.
class PackedForms {
 public:
  explicit PackedForms(const BatchFrame& frame) : frame_(frame) {}

  MutableBuffer form(BodyCompression codec) {
    std::optional<MutableBuffer>& form = forms_[codec];
    if (!form) {
      MutableBuffer written(frame_.size());
      frame_.write(written.data());
      form = pack(frame_, written.data(), codec);
      if (!form) form = std::move(written);
    }
    return copy_of(*form);
  }

 private:
  const BatchFrame& frame_;
  std::map<BodyCompression, std::optional<MutableBuffer>> forms_;
};

int64_t window_of(const SendOptions& options) {
  return std::clamp(share_of(options) - ring_bytes(options), kLeastWindow, kMostWindow);
}

}  // namespace

class Sender::State {
 public:
  explicit State(SendOptions given)
      : options(std::move(given)),
        nonce(random_number()),
        rings(make_rings(options, nonce)),
        links(options.endpoints.size()),
        context(std::make_unique<ZmqContext>()),
        outbox(options.endpoints.size(), wake) {
    for (LinkState& link : links)
      link.codec = first_codec(options.compress);
    loop.emplace(options, SenderLoop::Greeting{nonce, window_of(options)}, rings, links, *context,
                 outbox, wake);
    thread = start_thread([this] {
      loop->run();
      context.reset();
    });
  }

  ~State() { join(); }

  void join() {
    if (thread.joinable()) thread.join();
  }

  SendOptions options;
  uint64_t nonce;
  std::vector<std::optional<RingWriter>> rings;  // by receiver
  std::vector<LinkState> links;                  // by receiver
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
  return std::clamp(share_of(state_->options) / (kWaitingFrames + 2), kLeastFrameTarget,
                    kMostFrameTarget);
}

int64_t Sender::frame_target(size_t receiver) const {
  const int64_t of_link = state_->links[receiver].frame_target.load(std::memory_order_relaxed);
  return std::min(frame_target(), of_link);
}

void Sender::send(size_t receiver, const BatchFrame& frame) {
  const auto number = static_cast<int32_t>(receiver);
  send({&number, 1}, frame);
}

void Sender::send(std::span<const int32_t> receivers, const BatchFrame& frame) {
  PackedForms packed(frame);
  for (int32_t number : receivers) {
    const auto receiver = static_cast<size_t>(number);
    const BodyCompression codec = state_->links[receiver].codec.load(std::memory_order_relaxed);
    std::optional<RingWriter>& ring = state_->rings[receiver];
    Outbox::Outgoing outgoing;
    outgoing.rows = frame.rows();
    if (codec != BodyCompression::kNone) {
      outgoing.frame = packed.form(codec);
    } else {
      if (ring) outgoing.shared = ring->allocate(frame.size());
      if (!outgoing.shared) outgoing.frame.resize(frame.size());
      frame.write(outgoing.data());
    }
    if (state_->options.on_frame) state_->options.on_frame(outgoing.size());
    state_->outbox.put(receiver, std::move(outgoing));
  }
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
