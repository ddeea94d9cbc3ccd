// The receiver's end of the protocol: the work of the thread that works its socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "libcore/arrow/metadata.h"
#include "libcore/base/error.h"
#include "libcore/net/frame.h"
#include "libcore/net/frame_ring.h"
#include "libcore/net/inbox.h"
#include "libcore/net/receiver.h"
#include "libcore/net/schema_board.h"
#include "libcore/net/wake.h"
#include "libcore/net/zmq_socket.h"

namespace penstock {

// Orders from the other thread to the loop.
enum class ReceiverOrder { kNone, kLeave, kAbort };

// Not thread-safe, except for order(). The constructor's arguments must outlive it.
class ReceiverLoop {
 public:
  // `share`: bytes of memory for the frames that a sender has under way.
  ReceiverLoop(const ReceiveOptions& options, int64_t share, ZmqSocket& socket, Inbox& inbox,
               SchemaBoard& board, Wake& wake);

  // Works until every sender has ended, one has failed, or an order came.
  void run();

  // May be called from any thread.
  void order(ReceiverOrder order, const Error& why);

 private:
  using Clock = std::chrono::steady_clock;

  struct Peer {
    std::string id;
    HelloFrame hello;
    std::optional<WireSchema> schema;
    std::optional<std::string> sample;
    std::optional<RingReader> ring;
    int64_t window = 0;
    uint64_t frames = 0;
    uint64_t rows = 0;
    int64_t received = 0;
    // The frame that comes in parts, from kFrameOffset on, and how much of it is left.
    MutableBuffer parts;
    uint64_t parts_left = 0;
    int64_t told_seen = 0;  // `received` when the sender was last informed of it
    int64_t limit = 0;
    int64_t taken = 0;
    int64_t press = 0;  // bytes that the next press is granted
    bool ended = false;
    bool acknowledged = false;
    Clock::time_point heard;
    Clock::time_point told;
    std::optional<Clock::time_point> lost;
  };

  void work();
  void turn();
  void take_messages();
  void take(const ZmqSocket::Message& message);
  void take_frame(size_t worker, const Frame& frame, const Buffer& bytes);
  void take_hello(const std::string& id, HelloFrame hello);
  std::string objection(const HelloFrame& hello) const;
  size_t place_of(const HelloFrame& hello) const;
  std::optional<RingReader> open_ring(const HelloFrame& hello) const;
  void refuse(const std::string& id, const std::string& why);
  void take_connections();
  void note_failed_handshakes() const;
  void take_schema(size_t worker, std::span<const uint8_t> message);
  void take_sample(size_t worker, const Frame& frame);
  void take_data(size_t worker, const Frame& frame, const Buffer& bytes);
  static void require_granted(const Peer& peer);
  void take_part(size_t worker, const Frame& frame);
  void accept_rows(size_t worker, const Frame& frame, const Buffer& bytes);
  void take_shared(size_t worker, const Frame& frame);
  void take_end(size_t worker, const Frame& frame);
  void acknowledge_ends();
  void tend_peers();
  void tend(size_t worker, Clock::time_point now);
  void grant(Peer& peer, int64_t limit);
  void send(Peer& peer, const Buffer& frame);
  void send_all(const Buffer& frame);
  void test_attendance(Clock::time_point now);
  std::string name_of(size_t worker) const;
  bool is_done() const;

  const ReceiveOptions& options_;
  int64_t share_;
  const bool sends_seen_;
  const Milliseconds silence_;  // after which a sender has stopped
  ZmqSocket& socket_;
  Inbox& inbox_;
  SchemaBoard& board_;
  Wake& wake_;
  std::vector<std::optional<Peer>> peers_;  // by worker, from 0
  std::map<std::string, size_t> workers_;   // of peers, by id
  std::set<std::string> refused_;
  int64_t handshakes_ = 0;  // those that succeeded not counted
  int64_t refused_keys_ = 0;
  Clock::time_point start_;
  Clock::time_point last_turn_;
  bool is_attended_ = false;
  bool has_all_schemas_ = false;

  std::mutex mutex_;
  ReceiverOrder order_ = ReceiverOrder::kNone;
  Error why_{""};
};

}  // namespace penstock
