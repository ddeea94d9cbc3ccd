// Divides rows among runs on disk.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/run.h"

namespace penstock {

// A number of runs that are written at the same time. The rows of each run keep their order.
class RowPartitions {
 public:
  // Uses about `memory` bytes, whatever `count` is: rows are gathered into batches first. `file`
  // must outlive this object. REQUIRES count > 0.
  RowPartitions(SpillFile& file, const SchemaPtr& schema, size_t count, int64_t memory);

  // Returns the largest sensible number of runs as a power of 2, at least 1, for rows of that
  // schema and that memory: each run gathers rows in batches of its own, which have a fixed cost.
  static int most_bits(const Schema& schema, int64_t memory);

  // Adds row i to run partitions[i]; kNowhere drops the row.
  static constexpr int32_t kNowhere = -1;
  void add(const Batch& batch, std::span<const int32_t> partitions);

  // Returns the runs, and the bytes of their rows in memory. Call it once, at the end.
  struct Partition {
    SpilledRun run;
    int64_t bytes = 0;
  };
  std::vector<Partition> finish();

 private:
  struct Gathering {
    std::unique_ptr<RunWriter> writer;
    std::vector<Batch> batches;
    int64_t waiting_bytes = 0;
    int64_t bytes = 0;
    std::vector<int32_t> rows;  // of the batch that is being divided
  };
  static void write(Gathering& gathering);

  int64_t most_waiting_;
  std::vector<Gathering> gatherings_;
};

// Returns the bytes of a block of a run, when `count` runs are written or read within `memory`.
int64_t spill_block_bytes(int64_t memory, size_t count);

}  // namespace penstock
