// Writes partitions to files and pipes, all at the same time, in whatever order they are read.
//
// Each output is opened and written by a thread of its own, so that a FIFO whose reader comes late
// or is slow does not delay the others. Rows wait in memory. When many rows wait, give() waits too,
// unless an output has nothing to write: its reader may be what the reader of the other outputs
// waits for (a merge of FIFOs, or a program that reads the second completely before the first).
// Then give() accepts further rows, and those that do not fit into memory go to a temporary file.
// So no order of readers can block.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/print.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct PartitionOutput {
  std::string operand;  // as for open_sink(); the suffixes .gz and .zst compress
  PrintOptions print;
};

// Not thread-safe. REQUIRES that SIGPIPE is ignored. Destruction does not wait for readers: a
// thread that is blocked is left behind with what it owns.
class PartitionOutputs {
 public:
  // The outputs take batches of `schema`, which has no dictionary columns.
  PartitionOutputs(std::vector<PartitionOutput> outputs, SchemaPtr schema,
                   const SpillOptions& spill);
  ~PartitionOutputs();
  PartitionOutputs(const PartitionOutputs&) = delete;
  PartitionOutputs& operator=(const PartitionOutputs&) = delete;

  // Gives rows to an output. When any output has failed, throws its Error, and then no output gets
  // its end. An output whose reader has left takes no more rows; when all readers have left, throws
  // OutputClosed.
  void give(size_t output, Batch batch);

  // Ends all outputs after the last give(), and returns when they are written. Throws as give().
  //
  // Files appear only after every other output has been written. The end of a pipe also waits until
  // the rows of all outputs are written, so that no output looks complete when another fails. It
  // does not wait longer than a second in which nothing can be written, because a reader may be
  // waiting for that end.
  void finish();

  // Rows given to an output so far.
  int64_t rows(size_t output) const;
  // Bytes stored on disk so far.
  int64_t spilled_bytes() const;

 private:
  struct Shared;
  struct Lane;
  static void work(const std::shared_ptr<Shared>& shared, Lane& lane);

  std::shared_ptr<Shared> shared_;
};

}  // namespace penstock
