// Conditions over the rows of two inputs, for joins: `l.price > r.least and size = 3`.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/expr/expression.h"

namespace penstock {

// An input and the name by which the condition refers to it.
struct JoinSide {
  std::string name;
  SchemaPtr schema;
};

// A condition over the left side's columns, then the right's.
struct PairCondition {
  ExpressionPtr expression;  // null for none
  // The numbers of the columns that it reads, ascending, each once; other columns of a batch may be
  // null pointers.
  std::vector<size_t> columns = {};
};

struct JoinCondition {
  PairCondition whole;
  // The same condition in two parts: the part that reads the right side alone (`r.size = 3`), and
  // the rest. The whole is true when both are.
  PairCondition of_right;
  PairCondition of_both;
  // The pairs of columns that must be equal in any case (`l.a = r.b and …`): a column of the left
  // and one of the right, of the same plain type.
  std::vector<std::pair<size_t, size_t>> equal;
};

// Binds a condition. Columns are written SIDE.NAME, or NAME alone when only one side has it. Throws
// Error for a name that both sides have, and for everything that bind_predicate() refuses. The name
// of a side takes precedence over a column of the same name; where `l.a` might also be field a of a
// column l, that is an Error.
JoinCondition bind_join_condition(const ExpressionText& text, const JoinSide& left,
                                  const JoinSide& right);

}  // namespace penstock
