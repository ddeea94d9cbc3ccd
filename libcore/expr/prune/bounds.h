// What is known of the values of a node in each of a number of zones.
//
// Nodes compute bounds from those of their operands, as they compute columns from columns. Of a
// bool they are the outcomes that it may have, so that `not` holds in three-valued logic as well.
#pragma once

#include <cstdint>
#include <vector>

#include "libcore/data/zones/zones.h"
#include "libcore/expr/node.h"

namespace penstock {

struct Bounds {
  // A row for each zone, or one for all of them; null where there is no bound, and a null pointer
  // where there is none in any zone. All values of a zone lie within.
  Operand min;
  Operand max;
  // For each zone.
  std::vector<bool> may_be_null;
  std::vector<bool> may_be_value;
};

// Which outcomes some row of a zone may have.
struct Outcomes {
  std::vector<bool> may_be_true;
  std::vector<bool> may_be_false;
  std::vector<bool> may_be_null;
};

Bounds make_unknown_bounds(int64_t count);

// REQUIRES bounds of a bool.
Outcomes outcomes_of(const Bounds& bounds);
Bounds bounds_of(const Outcomes& outcomes);

// Returns what `a and b` or `a or b` may be.
Outcomes combine(bool conjunction, const Outcomes& a, const Outcomes& b);

// Returns whether there is a bound in a zone.
inline bool is_known(const Operand& bound, int64_t zone) {
  return bound.column != nullptr && bound.column->is_valid(bound.constant ? 0 : zone);
}

}  // namespace penstock
