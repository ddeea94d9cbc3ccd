// Holds the frames that a sender has to send. The thread that makes frames puts them here, and the
// thread that works the sockets takes them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/buffer.h"
#include "libcore/net/frame_ring.h"
#include "libcore/net/wake.h"

namespace penstock {

// Holds a few frames for each receiver, so that the maker waits when a receiver has no credit left.
// One thread makes frames, one works the network, and any thread may call wait_until_done().
class Outbox {
 public:
  // `network` must outlive it, and is woken for everything that it should handle.
  Outbox(size_t receivers, Wake& network);

  struct Outgoing {
    std::optional<RingWriter::Room> shared;
    MutableBuffer frame;  // if it is not in shared memory
    int64_t rows = 0;

    uint8_t* data() { return shared ? shared->data : frame.data(); }
    int64_t size() const { return shared ? shared->size : frame.size(); }
  };

  // The maker's side, as Sender's functions of the same names.
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
  // Returns whether the maker has waited for this receiver's credit for kPatience, and still waits.
  bool is_pressing(size_t receiver);
  // The sample; empty until there is one.
  std::optional<Buffer> sample();
  void set_splitters(std::string text);
  bool has_ended();
  std::optional<std::string> aborted();
  // States that the receiver is done: it has all rows, or it has sent `stop`.
  void set_done(size_t receiver, bool stopped);
  void fail(const Error& error);

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
  std::optional<Error> failure_;
};

}  // namespace penstock
