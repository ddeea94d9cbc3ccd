// The sending end of an exchange: frames to N receivers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/net/batch_frame.h"
#include "libcore/net/limits.h"

namespace penstock {

struct SendOptions {
  std::vector<std::string> endpoints;  // of the receivers, as parse_endpoints() gives them
  int64_t worker = 0;                  // this sender's number, from 1; 0: receivers number it
  std::string name;                    // of the exchange
  std::string partitioning;            // how rows are partitioned; all senders say the same
  Milliseconds timeout{30000};         // for all receivers to answer
  int64_t memory = 0;                  // bytes that frames may take
  // Is told of each frame's bytes when it is given to send().
  std::function<void(int64_t)> on_frame = {};
};

// Connects from its construction on, with a thread of its own that works the sockets. One thread
// makes the frames, calling send_schema(), send(), end() or give_up(), and another may wait() for
// what comes of it meanwhile. Of the maker's functions each throws Error when the exchange has
// failed (a receiver that did not answer in time, died, stopped or failed), and OutputClosed when
// no receiver wants rows any more. The destructor gives up and waits until the receivers know, or
// could have known.
class Sender {
 public:
  explicit Sender(SendOptions options);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // To be called once, before any rows. Throws Error for columns that cannot be sent.
  void send_schema(const Schema& schema);

  // Bytes that a data frame should have; fewer in the last ones.
  int64_t frame_target() const;

  // Writes a frame for a receiver, in memory that it shares where there is any, and waits until the
  // network takes it. A receiver that wants no more rows gets none.
  void send(size_t receiver, const BatchFrame& frame);

  // For splitters: tells the sample of this sender's keys and waits for what comes of all of them.
  std::string exchange_sample(const std::string& sample);

  // Says that all was sent.
  void end();

  // The run has failed, and why: the receivers are told. Throws nothing.
  void give_up(const std::string& why);

  // From any thread: waits until every receiver has all that was sent before end(), or wants none.
  // Throws as above, and an Error with the reason after give_up().
  void wait();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock
