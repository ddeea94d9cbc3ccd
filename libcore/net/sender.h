// The sending end of an exchange: frames to N receivers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/net/batch_frame.h"
#include "libcore/net/keys.h"
#include "libcore/net/limits.h"

namespace penstock {

// How frames are compressed. kAuto: those to other hosts, where the link is slower than that.
enum class Compress : uint8_t { kAuto, kNone, kLz4, kZstd };

struct SendOptions {
  std::vector<std::string> endpoints;  // of the receivers, as parse_endpoints() gives them
  int64_t worker = 0;                  // this sender's number, from 1; 0: receivers number it
  std::string name;                    // of the exchange
  std::string partitioning;            // how rows are partitioned; all senders say the same
  Milliseconds timeout{30000};         // for all receivers to answer
  int64_t memory = 0;                  // bytes that frames may take
  // With which it encrypts what it sends to tcp endpoints; null: nothing.
  std::shared_ptr<const ExchangeKeys> keys = nullptr;
  Compress compress = Compress::kAuto;
  // Called with the number of bytes of each frame, as it crosses the network, by send().
  std::function<void(int64_t)> on_frame = {};
};

// Connects from its construction on, with a thread of its own that works the sockets. One thread
// makes the frames, with send_schema(), send(), end() or give_up(); another may wait() for the
// outcome meanwhile. Each of the maker's functions throws Error when the exchange has failed (a
// receiver did not answer in time, died, stopped or failed), and OutputClosed when no receiver
// wants rows any more. The destructor gives up, and waits until the receivers are informed, or
// could have been.
class Sender {
 public:
  explicit Sender(SendOptions options);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // Call this once, before any rows. Throws Error for columns that cannot be sent.
  void send_schema(const Schema& schema);

  // The most bytes that a data frame should have; the last frames may have fewer.
  int64_t frame_target() const;
  // The same of frames for this receiver, now: less while its link is slow.
  int64_t frame_target(size_t receiver) const;

  // Writes a frame for a receiver, in shared memory if there is any, or compressed, and waits until
  // the network takes it. A receiver that wants no more rows gets none.
  void send(size_t receiver, const BatchFrame& frame);
  // The same for several receivers; compresses the frame once for all of them.
  void send(std::span<const int32_t> receivers, const BatchFrame& frame);

  // For splitters: sends the sample of this sender's keys, and returns the result of all samples
  // when it arrives.
  std::string exchange_sample(const std::string& sample);

  // States that all rows were sent.
  void end();

  // States that the run has failed, and why, and informs the receivers. Does not throw.
  void give_up(const std::string& why);

  // Waits until every receiver has all that was sent before end(), or wants no more. May be called
  // from any thread. Throws as above, and an Error with the reason after give_up().
  void wait();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock
