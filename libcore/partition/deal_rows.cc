#include "libcore/partition/deal_rows.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/partition/key_sample.h"
#include "libcore/partition/range_bounds.h"
#include "libcore/partition/scatter.h"
#include "libcore/rows/spool.h"

namespace penstock {
namespace {

// Seed of the sample.
constexpr uint64_t kSeed = 1;
// The part of all memory for rows that are gathered before they are passed on.
constexpr int64_t kScatterShare = 8;

// Rows on their way from the input to the outputs.
class Dealing {
 public:
  Dealing(const PartitionOptions& how, const SchemaPtr& schema, PartitionOutputs& outputs,
          int64_t memory)
      : partitioner_(make_partitioner(how, *schema)),
        scatter_(*partitioner_, schema,
                 [&outputs](int64_t target, const RowsInTurn& rows) {
                   outputs.give(static_cast<size_t>(target), take(rows));
                 },
                 {kBatchRows, std::min(ScatterLimits{}.bytes, memory / kScatterShare)}) {}

  void add(Batch batch) { scatter_.add(std::move(batch)); }
  void finish() { scatter_.flush(); }

 private:
  std::unique_ptr<Partitioner> partitioner_;
  Scatter scatter_;
};

// Reads all of the input to find bounds; its rows wait in `spool`.
Batch find_bounds(Operator& input, const PartitionOptions& how, RowSpool& spool) {
  KeySampler sampler(*input.schema(), how.keys, sample_rows(how.partitions), kSeed,
                     SampledTexts::kBeginnings);
  while (std::optional<Batch> batch = input.next()) {
    sampler.add(*batch);
    spool.add(*std::move(batch));
  }
  Batch sample = sampler.sample();
  return choose_bounds({&sample, 1}, how.keys, how.partitions);
}

}  // namespace

void deal_rows(Operator& input, PartitionOptions how, const SpillOptions& spill,
               PartitionOutputs& outputs) {
  if (how.kind == PartitionKind::kRange && !how.bounds && how.partitions > 1) {
    SpillOptions half = spill;
    half.memory /= 2;
    RowSpool spool(input.schema(), half);
    how.bounds = find_bounds(input, how, spool);
    Dealing dealing(how, input.schema(), outputs, half.memory);
    spool.drain([&](Batch batch) { dealing.add(std::move(batch)); });
    dealing.finish();
  } else {
    Dealing dealing(how, input.schema(), outputs, spill.memory);
    while (std::optional<Batch> batch = input.next())
      dealing.add(*std::move(batch));
    dealing.finish();
  }
  outputs.finish();
}

}  // namespace penstock
