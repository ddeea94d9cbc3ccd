#include "libcore/ops/join_spool.h"

#include <algorithm>
#include <utility>

#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/ops/join_spill_plan.h"
#include "libcore/ops/merge.h"
#include "libcore/ops/row_partitions.h"
#include "libcore/ops/row_store.h"

namespace penstock {
namespace {

constexpr int64_t kBytesOfAnInput = int64_t{512} << 10;

}  // namespace

JoinSpool::JoinSpool(SpillFile& file, SchemaPtr schema, size_t ordinals, int64_t memory)
    : file_(file), schema_(std::move(schema)) {
  std::vector<SortKey> keys;
  for (size_t c = schema_->size() - ordinals; c < schema_->size(); ++c)
    keys.push_back({(*schema_)[c].name});
  keys_ = to_string(keys);
  fan_in_ = static_cast<size_t>(std::clamp<int64_t>(memory / kBytesOfAnInput, 4, 64));
  // Of an input the merge holds a batch and perhaps the one before it, the reader its body.
  batch_bytes_ = memory / static_cast<int64_t>(fan_in_) / 6;
  block_bytes_ = spill_block_bytes(memory / 4, fan_in_);
}

SpilledRun JoinSpool::write(Operator& rows) {
  RunWriter writer(file_, schema_, block_bytes_);
  while (std::optional<Batch> batch = rows.next())
    write_pieces(*batch, batch_bytes_, writer);
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
  std::vector<MergeInput> inputs;
  for (size_t i = 0; i < runs; ++i)
    inputs.push_back({file_.name(), read_run(file_, runs_[i])});
  runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(runs));
  return make_merge(std::move(inputs), parse_sort_keys(keys_));
}

OperatorPtr JoinSpool::finish() {
  if (runs_.empty()) return read_run(file_, SpilledRun{schema_, 0, {}});
  while (runs_.size() > fan_in_) {
    std::vector<SpilledRun> merged(runs_.begin(),
                                   runs_.begin() + static_cast<std::ptrdiff_t>(fan_in_));
    OperatorPtr rows = merge(fan_in_);
    SpilledRun run = write(*rows);
    rows.reset();
    for (const SpilledRun& done : merged)
      file_.release(done.segment);
    runs_.push_back(std::move(run));
  }
  return merge(runs_.size());
}

}  // namespace penstock
