#include "libcore/ops/join/spill/spool.h"

#include <algorithm>
#include <utility>

#include "libcore/data/compare.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/ops/merge/run_merge.h"
#include "libcore/rows/partitions.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr int64_t kBytesOfAnInput = int64_t{512} << 10;

// For each input the merge holds a batch and perhaps the one before it, and the reader holds its
// body.
constexpr int64_t kBatchesOfAnInput = 6;

// The part of the memory that a piece of the merge takes.
constexpr int64_t kSpoolPieceShare = 8;

constexpr int64_t kLeastFanIn = 2;
constexpr int64_t kMostFanIn = 64;

}  // namespace

JoinSpool::JoinSpool(SpillFile& file, SchemaPtr schema, size_t ordinals, int64_t memory)
    : file_(file), schema_(std::move(schema)), memory_(memory) {
  std::vector<SortKey> keys;
  for (size_t c = schema_->size() - ordinals; c < schema_->size(); ++c)
    keys.push_back({(*schema_)[c].name});
  order_ = std::make_shared<const KeyOrder>(*schema_, keys);
  input_bytes_ = std::max(kBytesOfAnInput, 4 * frame_bytes(*schema_));
  batch_bytes_ = std::min(input_bytes_, memory) / kBatchesOfAnInput;
  block_bytes_ = spill_block_bytes(memory / 4, fan_in());
}

size_t JoinSpool::fan_in() const {
  int64_t an_input = std::max(input_bytes_, kBatchesOfAnInput * largest_);
  return static_cast<size_t>(std::clamp(memory_ / an_input, kLeastFanIn, kMostFanIn));
}

SpilledRun JoinSpool::write(Operator& rows) {
  RunWriter writer(file_, schema_, block_bytes_);
  while (std::optional<Batch> batch = rows.next())
    largest_ = std::max(largest_, write_pieces(*batch, batch_bytes_, writer));
  return writer.finish();
}

void JoinSpool::add(Operator& piece) {
  add(write(piece));
}

void JoinSpool::add(SpilledRun run) {
  if (run.rows != 0) runs_.push_back(std::move(run));
}

// The first runs as one stream; they are no longer among the runs.
OperatorPtr JoinSpool::merge(size_t runs) {
  std::vector<SortedInput> inputs;
  for (size_t i = 0; i < runs; ++i)
    inputs.push_back({read_run(file_, runs_[i])});
  runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(runs));
  return merge_runs(std::move(inputs), order_, schema_, 0, memory_ / kSpoolPieceShare);
}

OperatorPtr JoinSpool::finish() {
  if (runs_.empty()) return read_run(file_, SpilledRun{schema_, 0, {}});
  while (runs_.size() > fan_in()) {
    // No more runs than necessary to reach the number that can be merged at once.
    const size_t count = std::min(fan_in(), runs_.size() - fan_in() + 1);
    std::vector<SpilledRun> merged(runs_.begin(),
                                   runs_.begin() + static_cast<std::ptrdiff_t>(count));
    OperatorPtr rows = merge(count);
    SpilledRun run = write(*rows);
    rows.reset();
    for (const SpilledRun& done : merged)
      file_.release(done.segment);
    runs_.push_back(std::move(run));
  }
  return merge(runs_.size());
}

}  // namespace penstock
