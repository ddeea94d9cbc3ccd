// Rows put aside until it is known where they go.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "libcore/data/batch.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"

namespace penstock {

// The first rows in memory, as many as a share of the budget takes, the others in a temporary file.
// Not thread-safe.
class RowSpool {
 public:
  // Rows of `schema`; dictionary columns become plain ones.
  RowSpool(const SchemaPtr& schema, const SpillOptions& spill);

  // Throws Error when the temporary file cannot be written.
  void add(Batch batch);

  // The rows, a batch at a time, in their order, letting go of them. No add() follows the first.
  std::optional<Batch> next();

  // Hands all rows to `take`. To be called once, at the end.
  template <typename Take>
  void drain(Take take) {
    while (std::optional<Batch> batch = next())
      take(*std::move(batch));
  }

 private:
  SchemaPtr schema_;
  MemoryBudget budget_;
  SpillFile file_;
  std::deque<Batch> held_;
  std::optional<RunWriter> writer_;
  OperatorPtr rest_;  // of the file, once it is read
};

}  // namespace penstock
