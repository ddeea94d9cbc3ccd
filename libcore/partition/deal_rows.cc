#include "libcore/partition/deal_rows.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/partition/find_bounds.h"
#include "libcore/partition/scatter.h"

namespace penstock {
namespace {

// The part of all memory for rows that are gathered before they are passed on.
constexpr int64_t kScatterShare = 8;

}  // namespace

void deal_rows(Operator& input, PartitionOptions how, const SpillOptions& spill,
               PartitionOutputs& outputs) {
  const OperatorPtr stored = find_bounds(input, how, spill);
  Operator& rows = stored ? *stored : input;
  const std::unique_ptr<Partitioner> partitioner = make_partitioner(how, *input.schema());
  Scatter scatter(*partitioner, input.schema(),
                  [&outputs](int64_t target, const RowsInTurn& some) {
                    outputs.give(static_cast<size_t>(target), take(some));
                  },
                  {kBatchRows, std::min(ScatterLimits{}.bytes, spill.memory / kScatterShare)});
  while (std::optional<Batch> batch = rows.next())
    scatter.add(*std::move(batch));
  scatter.flush();
  outputs.finish();
}

}  // namespace penstock
