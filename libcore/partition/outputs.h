// Where partitions are written to: files and pipes, all at the same time, whatever their readers
// do.
//
// Each output is opened and written by a thread of its own, so that a FIFO whose reader comes late
// or is slow holds up no other. Rows wait in memory. When much waits, so does whoever gives rows,
// unless an output has nothing to write: its reader may be what the reader of the others waits for
// (a merge of FIFOs, or one that reads the second wholly before the first), so rows go on and what
// does not fit in the memory is put aside in a temporary file. So no order of readers can block.
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
  std::string operand;  // as open_sink() takes it; .gz and .zst compress
  PrintOptions print;
};

// Not thread-safe. REQUIRES that SIGPIPE is ignored. Destruction waits for no reader: a thread that
// is blocked is left behind with what it owns.
class PartitionOutputs {
 public:
  // Batches of `schema`, which has no dictionary columns.
  PartitionOutputs(std::vector<PartitionOutput> outputs, SchemaPtr schema,
                   const SpillOptions& spill);
  ~PartitionOutputs();
  PartitionOutputs(const PartitionOutputs&) = delete;
  PartitionOutputs& operator=(const PartitionOutputs&) = delete;

  // Gives rows to an output. Throws the Error that any output has failed with: then none gets its
  // end. An output whose reader has left takes no more rows; when all have, throws OutputClosed.
  void give(size_t output, Batch batch);

  // All rows have been given: ends all outputs, and returns when they are written. Throws as
  // give(). Files appear only after every other output has been written. A pipe's end waits for the
  // rows of all outputs to be written too, so that none looks whole when another fails; only when
  // for a second nothing can be written (somebody waits for that end) it comes before.
  void finish();

  // Rows given to an output so far.
  int64_t rows(size_t output) const;
  // Bytes put aside on disk so far.
  int64_t spilled_bytes() const;

 private:
  struct Shared;
  struct Lane;
  static void work(const std::shared_ptr<Shared>& shared, Lane& lane);

  std::shared_ptr<Shared> shared_;
};

}  // namespace penstock
