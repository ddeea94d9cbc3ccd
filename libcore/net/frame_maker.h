// Rows for each receiver, gathered to frames worth sending.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/net/sender.h"

namespace penstock {

// A receiver's rows keep their order. Holds up to a frame's target for each receiver. Not
// thread-safe; the sender outlives it.
class FrameMaker {
 public:
  FrameMaker(Sender& sender, size_t receivers);

  // Takes rows for a receiver, and sends what fills a frame. Dictionary columns are decoded. Throws
  // as Sender::send() and BatchFrame do.
  void add(size_t receiver, Batch rows);
  // The same rows for each of several receivers. Plain columns.
  void add(std::span<const int32_t> receivers, const RowsInTurn& rows);

  // Sends what is left.
  void flush();

 private:
  struct Gathering {
    std::vector<Batch> pieces;
    int64_t bytes = 0;
  };
  void send(size_t receiver);
  void send_sliced(size_t receiver, const Batch& rows, int64_t bytes);

  Sender& sender_;
  int64_t target_;
  std::vector<Gathering> gatherings_;
};

}  // namespace penstock
