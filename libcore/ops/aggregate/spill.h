// Groups that do not fit into memory: their states on disk, partitioned by the hash of the keys
// (Graefe, "Query Evaluation Techniques for Large Databases", ACM Computing Surveys 25(2), 1993,
// section 4).
//
// When memory is full, the states of all groups are written, each to the partition of its key, and
// grouping begins again with no groups. So a heavy key is written once for each time that memory
// fills up, not once for each row. At the end the partitions are combined one by one, as if their
// rows were partial aggregates. A partition that does not fit either is divided again, by further
// bits of the hash. A sort brings the results into the order of the groups' first rows.
#pragma once

#include <cstdint>
#include <memory>

#include "libcore/ops/aggregate/plan.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Decides when there are too many groups in memory: they may use this share of the budget, because
// their tables double when they grow.
bool is_full(const AggregateGroups& groups, const SpillOptions& spill);

// Not thread-safe.
class SpilledGroups {
 public:
  // `plan` must outlive this object and the operator of results().
  SpilledGroups(const AggregatePlan& plan, SpillOptions spill);
  ~SpilledGroups();

  // Moves the groups to disk and leaves empty ones in their place. Their rows count as later than
  // those moved before.
  void add(AggregateGroups& groups);

  // Returns all results, with the columns of plan.schema. Call it once, at the end.
  OperatorPtr results();

 private:
  const AggregatePlan& plan_;
  SpillOptions spill_;
  std::shared_ptr<SpillFile> file_;
  struct Dealing;
  std::unique_ptr<Dealing> dealing_;
  int64_t groups_ = 0;  // moved so far
};

}  // namespace penstock
