// What a sender has to send: the place where the thread that makes frames and the one that works
// the sockets meet.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/buffer.h"
#include "libcore/net/frame_ring.h"
#include "libcore/net/wake.h"

namespace penstock {

// A few frames for each receiver, so that the maker waits when a receiver has no credit left. One
// thread makes frames, one works the network, and any may wait_until_done().
class Outbox {
 public:
  // `network` outlives it, and is woken for all that it should see to.
  Outbox(size_t receivers, Wake& network);

  struct Outgoing {
    std::optional<RingWriter::Room> shared;
    MutableBuffer frame;  // when it is not shared
    int64_t rows = 0;

    uint8_t* data() { return shared ? shared->data : frame.data(); }
    int64_t size() const { return shared ? shared->size : frame.size(); }
  };

  // The maker's side; as Sender's functions of these names.
  void set_schema(Buffer frame);
  void put(size_t receiver, Outgoing outgoing);
  std::string exchange_sample(Buffer frame);
  void end();
  void wait_until_done();
  void abort(const std::string& why);

  // The network's side.
  std::optional<Buffer> schema();
  std::optional<Outgoing> next(size_t receiver);
  bool has_next(size_t receiver);
  // Whether the maker has waited for this receiver's credit for kPatience, and still does.
  bool is_pressing(size_t receiver);
  // Empty until there is one.
  std::optional<Buffer> sample();
  void set_splitters(std::string text);
  bool has_ended();
  std::optional<std::string> aborted();
  // The receiver has all that it wants: what it sent last was `stop`, or not.
  void set_done(size_t receiver, bool stopped);
  void fail(const std::string& message);

 private:
  struct Queue {
    std::deque<Outgoing> frames;
    bool pressing = false;
    bool done = false;
    bool stopped = false;
  };
  void require_running() const;

  Wake& network_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Queue> queues_;
  std::optional<Buffer> schema_;
  std::optional<Buffer> sample_;
  std::optional<std::string> splitters_;
  bool ended_ = false;
  std::optional<std::string> aborted_;
  std::optional<std::string> failure_;
};

}  // namespace penstock
