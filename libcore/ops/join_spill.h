// The hash join of a right side that does not fit into memory: hybrid hashing (DeWitt, Katz, Olken,
// Shapiro, Stonebraker, Wood: "Implementation Techniques for Main Memory Database Systems", 1984)
// with recursive partitioning (Graefe, "Query Evaluation Techniques for Large Databases", 1993).
//
// The right is dealt out to partitions by the keys' hash, on disk. As many partitions as fit are
// then held, and left rows that belong to them are joined as they come; the others are dealt out
// too, and then joined partition by partition, which are dealt out again where they are still too
// large. A partition that does not become smaller, for it has one key, is joined with as much of
// its right side at a time as fits.
#pragma once

#include <cstdint>
#include <deque>

#include "libcore/data/batch.h"
#include "libcore/ops/join_plan.h"
#include "libcore/ops/memory_budget.h"

namespace penstock {

// What rows take in memory as the build side of a hash join.
class JoinTableSize {
 public:
  // Gathered or spilled rows.
  void add(const Batch& batch);
  int64_t bytes() const { return of(bytes_, rows_); }
  // Of rows whose columns take `bytes`.
  static int64_t of(int64_t bytes, int64_t rows) { return bytes + rows * kBytesOfARow; }

 private:
  // An index of slots half empty (16 to 32), the key (8 or 16), its number, the row's place, its
  // begin; all of these but the first are rarely needed at once.
  static constexpr int64_t kBytesOfARow = 48;

  int64_t rows_ = 0;
  int64_t bytes_ = 0;
};

// How large that may become: the rest is for dealing out rows.
inline int64_t held_bytes(const SpillOptions& spill) {
  return spill.memory / 4 * 3;
}

// Gives the rows, in the order, that make_hash_join gives when all fits. `held` are the gathered
// rows so far, `right` gives the rest. REQUIRES keys in the plan.
OperatorPtr make_spilled_hash_join(OperatorPtr left, OperatorPtr right, std::deque<Batch> held,
                                   JoinPlan plan, const SpillOptions& spill);

}  // namespace penstock
