// Which algorithm a join takes.
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
  // Of kMerge: the order of the inputs. The plan's keys are in it.
  std::vector<KeyDirection> left;
  std::vector<KeyDirection> right;
};

// Takes the algorithm that was asked for, or with kAuto a merge join where both inputs are known to
// be in the keys' order (penstock.order), else a hash join, or without keys a nested loop. Puts the
// plan's keys in the order in which the inputs are sorted. Throws a usage Error when there are no
// keys for an algorithm that needs some.
JoinChoice choose_join(JoinPlan& plan, const Schema& left, const Schema& right,
                       JoinAlgorithm wanted);

}  // namespace penstock
