// Stores rows until it is known where they go.
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

// Holds the first rows in memory, as many as a share of the budget allows, and the others in a
// temporary file. Not thread-safe.
class RowSpool {
 public:
  // Rows of `schema`; dictionary columns become plain ones.
  RowSpool(const SchemaPtr& schema, const SpillOptions& spill);

  // Throws Error when the temporary file cannot be written.
  void add(Batch batch);

  // Returns how many rows were added.
  int64_t rows() const { return rows_; }

  // Returns the rows, a batch at a time, in order, and frees them. add() must not be called after
  // the first next().
  std::optional<Batch> next();

  // Passes all rows to `take`. Call it once, at the end.
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
  int64_t rows_ = 0;
  OperatorPtr rest_;  // of the file, once it is read
};

}  // namespace penstock
