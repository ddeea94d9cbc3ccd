// The merge join: reads two inputs in the order of their keys, side by side.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/normalized_key.h"
#include "libcore/ops/join/plan.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct MergeJoinOptions {
  std::vector<KeyDirection> left;  // one a key; `descending` is the same on both sides
  std::vector<KeyDirection> right;
  std::string left_name;  // the names of the inputs in errors
  std::string right_name;
  SpillOptions spill;
};

// Holds some batches of each input, and all right rows of one key, on disk if they do not fit. An
// input that is not sorted is an Error with its name and the row. Rows come in the order of the
// left; right rows without a partner (kRight, kFull) come between them, near the place of their
// keys. REQUIRES keys in the plan.
OperatorPtr make_merge_join(OperatorPtr left, OperatorPtr right, JoinPlan plan,
                            const MergeJoinOptions& options);

}  // namespace penstock
