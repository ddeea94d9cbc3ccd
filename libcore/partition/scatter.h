// Rows dealt out by their partitioner, in batches that are worth handing on.
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

// How much is gathered before batches are given out: many partitions of few rows each would cost
// more in batches than in rows.
struct ScatterLimits {
  int64_t rows_each = kBatchRows;     // on average, of a target
  int64_t bytes = int64_t{32} << 20;  // of all together
  // When not 0, of a target, instead of rows_each, and what a batch given out has of about so many.
  int64_t bytes_each = 0;
};

// Holds batches as they come until there are rows_each rows for each target, or `bytes`; then
// gives out the rows of each target, for whoever takes them to gather once, in batches of about
// kBatchRows, at most one and a half times as many. The rows of one target keep their order. No
// allocation a row. Not thread-safe.
class Scatter {
 public:
  // Called with the rows of a target (partitioner.members() tells the partitions), never none. They
  // are there during the call.
  using Give = std::function<void(int64_t target, const RowsInTurn& rows)>;

  // Batches of `schema` come in; what is given out has schema(). `partitioner` outlives it.
  Scatter(Partitioner& partitioner, const SchemaPtr& schema, Give give, ScatterLimits limits = {});

  // The input's schema with dictionary columns as plain ones: their dictionaries may differ from
  // batch to batch.
  const SchemaPtr& schema() const { return schema_; }

  void add(Batch batch);
  // Gives out all that is held; at the end, and where rows should not wait.
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
