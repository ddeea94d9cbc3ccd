#include "libcore/ops/join.h"

#include <utility>

#include "libcore/ops/join_hash.h"
#include "libcore/ops/join_nested_loop.h"
#include "libcore/ops/join_plan.h"

namespace penstock {

OperatorPtr make_join(OperatorPtr left, OperatorPtr right, JoinOptions options) {
  JoinPlan plan = make_join_plan(left->schema(), right->schema(), options);
  if (plan.left_keys.empty()) {
    return make_nested_loop_join(std::move(left), std::move(right), std::move(plan));
  }
  return make_hash_join(std::move(left), std::move(right), std::move(plan), options.spill);
}

}  // namespace penstock
