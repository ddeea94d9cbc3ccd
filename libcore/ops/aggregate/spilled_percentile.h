// Percentiles of more values than fit into memory: sorted on disk, then counted through.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"

namespace penstock {

// Where among `count` ordered values a percentile lies. REQUIRES count > 0.
struct PercentilePlace {
  PercentilePlace(double fraction, int64_t count);
  double between(double low, double high) const;

  int64_t below;  // the value at or before the place
  double part;    // the fraction of the way to the next value
};

// Not thread-safe.
class SpilledPercentile {
 public:
  // `file` must outlive this object.
  SpilledPercentile(double fraction, SpillFile& file, const SpillOptions& options);

  // values[i] belongs to groups[i]; there are `group_count` groups so far.
  void add(const std::vector<int32_t>& groups, const std::vector<double>& values,
           int64_t group_count);

  // Returns the percentiles of the groups [begin, begin + count), null for groups without values.
  // Call it for one range after the other; after the first call nothing may be added.
  ColumnPtr finish(int64_t begin, int64_t count);

 private:
  double next_value();

  double fraction_;
  SpillFile& file_;
  SpillOptions options_;
  std::vector<int64_t> counts_;  // of each group
  std::unique_ptr<RunWriter> writer_;
  OperatorPtr sorted_;  // by group and value
  Batch batch_;
  int64_t at_ = 0;  // in batch_
};

}  // namespace penstock
