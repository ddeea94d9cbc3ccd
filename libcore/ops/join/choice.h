// Chooses the algorithm of a join.
#pragma once

#include <string>
#include <vector>

#include "libcore/ops/join/join.h"
#include "libcore/ops/join/merge.h"
#include "libcore/ops/join/plan.h"

namespace penstock {

struct JoinChoice {
  JoinAlgorithm algorithm = JoinAlgorithm::kHash;  // never kAuto
  std::string reason;
  // For kMerge: the order of the inputs, which contains the plan's keys.
  std::vector<KeyDirection> left;
  std::vector<KeyDirection> right;
};

// Chooses the algorithm that was asked for. With kAuto, chooses a merge join if both inputs are
// known to be in the order of the keys (penstock.order), else a hash join, or without keys a nested
// loop. Puts the plan's keys in the order in which the inputs are sorted. Throws a usage Error when
// an algorithm needs keys and there are none.
JoinChoice choose_join(JoinPlan& plan, const Schema& left, const Schema& right,
                       JoinAlgorithm wanted);

}  // namespace penstock
