// Groups that are more than fit into memory: their states on disk, partitioned by the hash of the
// keys (Graefe, "Query Evaluation Techniques for Large Databases", ACM Computing Surveys 25(2),
// 1993, section 4).
//
// When memory is full the states of all groups are written, each to the partition of its key, and
// grouping begins anew; a heavy key is so written once a filling and not once a row. At the end the
// partitions are put together one by one, each as if its rows were partial aggregates. One that
// does not fit either is dealt out again, by further bits of the hash. The results are brought into
// the order of the groups' first rows by a sort of their own.
#pragma once

#include <cstdint>
#include <memory>

#include "libcore/ops/aggregate/plan.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Of groups in memory, what decides when they are too many: they may take this share of the budget,
// because their tables double as they grow.
bool is_full(const AggregateGroups& groups, const SpillOptions& spill);

// Not thread-safe.
class SpilledGroups {
 public:
  // `plan` outlives it and what results() gives.
  SpilledGroups(const AggregatePlan& plan, SpillOptions spill);
  ~SpilledGroups();

  // Puts the groups aside and leaves fresh ones in their place. What they saw counts as later than
  // what was put aside before.
  void add(AggregateGroups& groups);

  // All results, as plan.schema has them. To be called once, at the end.
  OperatorPtr results();

 private:
  const AggregatePlan& plan_;
  SpillOptions spill_;
  std::shared_ptr<SpillFile> file_;
  struct Dealing;
  std::unique_ptr<Dealing> dealing_;
  int64_t groups_ = 0;  // put aside so far
};

}  // namespace penstock
