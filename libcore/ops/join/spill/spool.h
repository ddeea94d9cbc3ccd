// The output of a join that was computed piece by piece, brought into its order.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_keys.h"
#include "libcore/rows/run.h"

namespace penstock {

// Pieces of rows, each in the order of the last columns of its schema, the ordinals; put aside on
// disk and merged. Ordinals are int64, their nulls last.
class JoinSpool {
 public:
  // `schema` is of the pieces and has `ordinals` of these columns. `file` outlives the spool and
  // the operator that it gives.
  JoinSpool(SpillFile& file, SchemaPtr schema, size_t ordinals, int64_t memory);

  void add(Operator& piece);
  void add(SpilledRun run);

  // All rows in order, ordinals included. To be called once, after all add(). Memory: a batch of
  // each run that is merged at once; the larger a batch, the fewer of them.
  OperatorPtr finish();

 private:
  SpilledRun write(Operator& rows);
  size_t fan_in() const;
  OperatorPtr merge(size_t runs);

  SpillFile& file_;
  SchemaPtr schema_;
  std::shared_ptr<const KeyOrder> order_;
  int64_t memory_;
  int64_t input_bytes_;  // that each run which is merged may take
  int64_t batch_bytes_;
  int64_t block_bytes_;
  int64_t largest_ = 0;  // row_bytes() of a batch that was written
  std::vector<SpilledRun> runs_;
};

}  // namespace penstock
