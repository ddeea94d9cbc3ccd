// Gathers rows for each receiver into frames worth sending.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/net/sender.h"

namespace penstock {

// The rows of a receiver keep their order. Holds up to a frame's target size for each receiver. Not
// thread-safe; the sender must outlive it.
class FrameMaker {
 public:
  FrameMaker(Sender& sender, size_t receivers);

  // Adds rows for a receiver, and sends a frame when it is full. Decodes dictionary columns. Throws
  // as Sender::send() and BatchFrame do.
  void add(size_t receiver, Batch rows);
  // Adds the same rows for each of several receivers. REQUIRES plain columns.
  void add(std::span<const int32_t> receivers, const RowsInTurn& rows);

  // Sends the remaining rows.
  void flush();

  // Begins a batch that is handed on as it is: sends the rows before it. The rows of each receiver
  // that are added now are its part of the batch.
  void begin_batch();
  // Ends it: each receiver gets its part, whose last frame has the metadata; a receiver without
  // rows of it gets a frame without rows. `schema` is that of the rows.
  void end_batch(const SchemaPtr& schema, const BatchMetadataPtr& metadata);

 private:
  struct Gathering {
    std::vector<Batch> pieces;
    int64_t bytes = 0;
  };
  void send(size_t receiver);
  void send_sliced(size_t receiver, const Batch& rows, int64_t bytes, int64_t target);

  Sender& sender_;
  std::vector<Gathering> gatherings_;
  bool holds_last_ = false;  // while a batch is handed on: its last frames are not sent yet
};

}  // namespace penstock
