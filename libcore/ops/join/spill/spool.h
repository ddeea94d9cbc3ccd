// Brings the output of a join that was computed piece by piece into its order.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_keys.h"
#include "libcore/rows/run.h"

namespace penstock {

// Pieces of rows, each sorted by the last columns of its schema, the ordinals. They are stored on
// disk and merged. Ordinals are int64, with nulls last.
class JoinSpool {
 public:
  // `schema` is that of the pieces; `ordinals` is the number of its ordinal columns. `file` must
  // outlive the spool and the operator of finish().
  JoinSpool(SpillFile& file, SchemaPtr schema, size_t ordinals, int64_t memory);

  void add(Operator& piece);
  void add(SpilledRun run);

  // Returns all rows in order, with their ordinals. Call it once, after all add(). Memory: one
  // batch of each run that is merged at once; so the larger a batch, the fewer runs at once.
  OperatorPtr finish();

 private:
  SpilledRun write(Operator& rows);
  size_t fan_in() const;
  OperatorPtr merge(size_t runs);

  SpillFile& file_;
  SchemaPtr schema_;
  std::shared_ptr<const KeyOrder> order_;
  int64_t memory_;
  int64_t input_bytes_;  // for each run that is merged at once
  int64_t batch_bytes_;
  int64_t block_bytes_;
  int64_t largest_ = 0;  // row_bytes() of a batch that was written
  std::vector<SpilledRun> runs_;
};

}  // namespace penstock
