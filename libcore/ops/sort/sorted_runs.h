// The runs of an external merge sort (Knuth vol. 3, 5.4.1): sorted rows, as many of them in memory
// as a budget allows, the others on disk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_keys.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"

namespace penstock {

// Not thread-safe. Must outlive the operator of merge().
class SortedRuns {
 public:
  // For rows of `schema`, whose columns are plain. Merges with `threads` threads (0: none).
  SortedRuns(SchemaPtr schema, std::shared_ptr<const KeyOrder> order, const SpillOptions& spill,
             int threads);

  // Bytes that one chunk may take, as memory_bytes() counts; a sort holds several chunks at once
  // while it works.
  int64_t chunk_bytes() const;
  // Returns how many threads may sort chunks, up to `threads`; 0 when chunks are so large that the
  // current one must be sorted before the next is read.
  int chunk_threads() const;

  // Adds rows that are in order. Equal keys come after those of earlier chunks. Rows that continue
  // the last run become part of it: so sorted input becomes a single run, which needs no merging.
  // Spills when the budget's share is used up; throws Error when that fails. REQUIRES at least one
  // batch, none without rows.
  void add(std::vector<Batch> chunk);

  // Returns all rows in order. If there are too many runs to read at once, merges some of them into
  // longer ones first. Call it once.
  OperatorPtr merge();

  int64_t spilled_bytes() const { return file_.written_bytes(); }

 private:
  // Rows on disk, then rows in memory.
  struct SortedRun {
    OwnedKey last;
    std::vector<Batch> held;
    int64_t held_bytes = 0;
    std::unique_ptr<RunWriter> writer;  // of the last run: it may be continued
    std::optional<SpilledRun> spilled;
    int64_t rows() const;
  };

  // How runs are merged: how many at once, by how many threads, in pieces of which size.
  struct MergePlan {
    int64_t width;
    int threads;
    int64_t piece_bytes;
  };
  MergePlan merge_plan() const;
  int64_t run_batch_bytes() const;
  int64_t block_bytes() const;
  void spill_each();
  void spill_merged();
  void spill_held();
  void write_batches(RunWriter& writer, const Batch& batch);
  void end_writer(SortedRun& run);
  OperatorPtr open(SortedRun& run);
  OperatorPtr merge_of(std::span<SortedRun> runs);
  void merge_neighbours();

  SchemaPtr schema_;
  std::shared_ptr<const KeyOrder> order_;
  int threads_;
  int64_t frame_bytes_;  // of a batch
  int64_t largest_ = 0;  // row_bytes() of a batch on disk
  MemoryBudget budget_;
  SpillFile file_;
  std::vector<SortedRun> runs_;
};

}  // namespace penstock
