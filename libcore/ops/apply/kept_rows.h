// Columns that go around a command, until its answers come.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/spool.h"

namespace penstock {

// A queue of rows, whose rows that do not fit the memory are in a temporary file. One thread adds
// rows while another one takes them.
class KeptRows {
 public:
  // Rows of `schema`; dictionary columns become plain ones.
  KeptRows(const SchemaPtr& schema, const SpillOptions& spill);

  const SchemaPtr& schema() const { return schema_; }

  // Throws Error when the temporary file cannot be written.
  void add(Batch batch);

  // Returns the next rows, at most `most`; empty when all that were added have been taken.
  std::optional<Batch> take(int64_t most);

 private:
  std::mutex mutex_;
  SchemaPtr schema_;
  SpillOptions spill_;
  // Rows are added to the last spool, until rows are taken from it.
  std::deque<RowSpool> spools_;
  bool is_last_taken_from_ = false;
  std::optional<Batch> begun_;  // of which some rows were taken
};

}  // namespace penstock
