// The output of a join that was computed piece by piece, brought into its order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/run.h"

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
  // each run.
  OperatorPtr finish();

 private:
  SpilledRun write(Operator& rows);
  OperatorPtr merge(size_t runs);

  SpillFile& file_;
  SchemaPtr schema_;
  std::string keys_;
  size_t fan_in_;  // runs that are merged at once
  int64_t batch_bytes_;
  int64_t block_bytes_;
  std::vector<SpilledRun> runs_;
};

}  // namespace penstock
