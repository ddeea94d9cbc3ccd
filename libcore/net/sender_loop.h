// The sender's end of the protocol: the work of the thread that works its sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libcore/net/frame.h"
#include "libcore/net/frame_ring.h"
#include "libcore/net/link/pace.h"
#include "libcore/net/outbox.h"
#include "libcore/net/sender.h"
#include "libcore/net/wake.h"
#include "libcore/net/zmq_socket.h"

namespace penstock {

// What the maker of frames should know of the link to a receiver.
struct LinkState {
  std::atomic<int64_t> frame_target = kMostFrameTarget;
  std::atomic<BodyCompression> codec = BodyCompression::kNone;
};

// Not thread-safe. The constructor's arguments must outlive it.
class SenderLoop {
 public:
  // What its `hello` states about this sender, beside the options.
  struct Greeting {
    uint64_t nonce = 0;
    int64_t window = 0;
  };
  // `rings` belong to the receivers, as far as they have one. It keeps `links` up to date, one for
  // each receiver. Both must outlive it.
  SenderLoop(const SendOptions& options, Greeting greeting,
             std::span<std::optional<RingWriter>> rings, std::span<LinkState> links,
             const ZmqContext& context, Outbox& outbox, Wake& wake);

  // Works until every receiver is done, one has failed, or the maker gave up; then closes its
  // sockets so that the last messages are still sent.
  void run();

 private:
  using Clock = std::chrono::steady_clock;

  enum class Stage { kConnecting, kGreeting, kOpen, kEnded, kDone };

  struct Peer {
    Peer(const ZmqContext& context, std::string where)
        : endpoint(std::move(where)), socket(context, ZmqSocket::Kind::kDealer) {}

    std::string endpoint;
    ZmqSocket socket;
    bool encrypts = false;
    Milliseconds silence = kSilence;  // after which it has stopped
    std::optional<LinkPace> pace;     // of tcp
    bool chooses_codec = false;
    Stage stage = Stage::kConnecting;
    int handshakes = 0;  // that the receiver has ended
    bool has_schema = false;
    bool has_sample = false;
    bool wants = false;    // its reader waits for our rows
    bool pressed = false;  // since its last credit
    uint64_t frames = 0;
    uint64_t rows = 0;
    uint64_t sent = 0;
    uint64_t limit = 0;
    Buffer rest;  // of a frame that is sent in parts
    Clock::time_point heard;
    Clock::time_point told;
    std::optional<Clock::time_point> lost;
  };

  void turn();
  void connect(size_t receiver);
  void take_events(size_t receiver);
  void greet(size_t receiver);
  void take_failed_handshake(Peer& peer, ConnectionEvent event) const;
  void take_messages(size_t receiver);
  void take_frame(size_t receiver, const Frame& frame);
  void take_seen(size_t receiver, uint64_t seen);
  void adapt_to_link(size_t receiver);
  void send_due(size_t receiver);
  void send_data(size_t receiver, Outbox::Outgoing outgoing);
  void send_part(Peer& peer);
  void count_sent(Peer& peer, int64_t bytes);
  void press();
  void tend(size_t receiver, Clock::time_point now);
  void send(Peer& peer, const Buffer& frame);
  bool is_time_to_fail();
  bool is_done() const;

  const SendOptions& options_;
  Greeting greeting_;
  std::span<std::optional<RingWriter>> rings_;
  std::span<LinkState> links_;
  Outbox& outbox_;
  Wake& wake_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<ZmqSocket*> sockets_;
  Clock::time_point start_;
  Clock::time_point last_turn_;
  std::optional<Clock::time_point> aborted_;
};

}  // namespace penstock
