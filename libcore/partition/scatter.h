// Divides rows by a partitioner, in batches that are worth passing on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/data/batch.h"
#include "libcore/data/take.h"
#include "libcore/partition/partitioner.h"

namespace penstock {

// How much is gathered before batches are passed on. Otherwise many partitions of few rows each
// would cost more for batches than for rows.
struct ScatterLimits {
  int64_t rows_each = kBatchRows;     // on average, of a target
  int64_t bytes = int64_t{32} << 20;  // of all together
  // If not 0, replaces rows_each: the bytes of a target, and about the bytes of a batch that is
  // passed on.
  int64_t bytes_each = 0;
};

// Holds batches until there are rows_each rows for each target, or `bytes` in all; then passes on
// the rows of each target, to be gathered once, in batches of about kBatchRows, at most one and a
// half times as many. The rows of a target keep their order. No memory is allocated for each row.
// Not thread-safe.
class Scatter {
 public:
  // Called with the rows of a target (partitioner.members() returns its partitions), at least one.
  // They are valid during the call.
  using Give = std::function<void(int64_t target, const RowsInTurn& rows)>;

  // Takes batches of `schema`; rows that are passed on have schema(). `partitioner` must outlive
  // it.
  Scatter(Partitioner& partitioner, const SchemaPtr& schema, Give give, ScatterLimits limits = {});

  // The input's schema with plain columns for dictionaries, which may differ from batch to batch.
  const SchemaPtr& schema() const { return schema_; }

  void add(Batch batch);
  // Passes on all rows that are held; call it at the end, and when rows should not wait.
  void flush();

 private:
  void list_rows();
  void list_few();

  Partitioner& partitioner_;
  SchemaPtr schema_;
  Give give_;
  ScatterLimits limits_;
  std::vector<Batch> held_;
  int64_t held_rows_ = 0;
  int64_t held_bytes_ = 0;
  std::vector<int32_t> targets_;            // of the batch that is added
  std::vector<int64_t> counts_;             // its rows, by target
  std::vector<std::vector<PartRow>> rows_;  // by target, in held_
};

}  // namespace penstock
