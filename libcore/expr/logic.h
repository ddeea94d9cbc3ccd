// Three-valued logic over bitmaps.
//
// An operand of `and` or `or` that can fail is computed only for the rows that the operands before
// it did not decide: `x <> 0 and 10 / x > 1` is safe, as people expect although SQL does not
// promise it.
#pragma once

#include <vector>

#include "libcore/expr/node.h"

namespace penstock {

// Two or more operands of type bool; conjunction or disjunction.
NodePtr make_logic(bool conjunction, std::vector<NodePtr> operands);
NodePtr make_not(NodePtr operand, const SourcePtr& source);

// a AND b, or a OR b, of two bool columns of one length.
ColumnPtr combine(bool conjunction, const Column& a, const Column& b);

// Returns the rows of `batch` where a bool node is true. Conjuncts are computed in order; once few
// rows are left, only for these.
std::vector<RowIndex> select_true(const Node& predicate, const Batch& batch);

}  // namespace penstock
