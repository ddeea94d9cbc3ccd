#include "libcore/expr/prune/may_match.h"

#include "libcore/expr/bound_expression.h"
#include "libcore/expr/prune/bounds.h"

namespace penstock {

std::vector<bool> may_match(const Expression& condition, const Zones& zones) {
  const auto* bound = dynamic_cast<const BoundExpression*>(&condition);
  if (bound == nullptr || zones.count == 0)
    return std::vector<bool>(static_cast<size_t>(zones.count), true);
  std::vector<bool> result = outcomes_of(bound->node()->bounds(zones)).may_be_true;
  for (size_t i = 0; zones.rows != nullptr && i < result.size(); ++i) {
    const auto zone = static_cast<int64_t>(i);
    if (zones.rows->is_valid(zone) && zones.rows->data<int64_t>()[zone] == 0) result[i] = false;
  }
  return result;
}

}  // namespace penstock
