// What a symmetric join does with rows that do not fit into memory: they are stored as they come,
// and joined from disk when both inputs have ended.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/join/plan.h"
#include "libcore/ops/join/side.h"
#include "libcore/ops/join/spill/plan.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"

namespace penstock {

// Until begin() is called, nothing is on disk. Not thread-safe.
class SymmetricSpill {
 public:
  // `plan` must outlive this object.
  SymmetricSpill(const JoinPlan& plan, const SpillOptions& spill);

  bool is_begun() const { return writers_[kLeftSide] != nullptr; }

  // Stores the rows of both sides, which were looked up among each other. Reports it by plan.tell.
  void begin(std::array<JoinSideRows, 2>& sides);

  // Stores rows that came on `side` after begin(): those of the left input with the columns of
  // plan.left, those of the right one as gathered rows (ops/join/spill/plan.h). Throws Error when
  // the disk is full.
  void add(size_t side, const Batch& rows);

  // Joins the stored rows. Call it once, after the last add().
  void join();

  // Returns the next output of join(); empty at the end. Leaves out the output that the join gave
  // before begin(): pairs whose rows were both stored by begin(), and in kSemi left rows that had
  // found a partner by then.
  std::optional<Batch> next();

 private:
  bool was_given(const Batch& batch, int64_t row) const;

  const JoinPlan& plan_;
  SpilledJoinPlan spilled_;
  SpillOptions spill_;
  SpillFile file_;
  std::array<std::unique_ptr<RunWriter>, 2> writers_;
  std::array<int64_t, 2> written_ = {0, 0};
  std::array<int64_t, 2> kept_ = {0, 0};  // rows that were looked up among each other
  std::vector<bool> left_found_;          // of those
  OperatorPtr rest_;
};

}  // namespace penstock
