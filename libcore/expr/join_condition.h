// Conditions over the rows of two inputs, as joins have them: `l.price > r.least and size = 3`.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/expr/expression.h"

namespace penstock {

// An input under the name that stands for it.
struct JoinSide {
  std::string name;
  SchemaPtr schema;
};

// Over the left side's columns, then the right's.
struct PairCondition {
  ExpressionPtr expression;  // null for none
  // The numbers of those that it reads, ascending, each once; of other columns a batch may have
  // null pointers.
  std::vector<size_t> columns = {};
};

struct JoinCondition {
  PairCondition whole;
  // The same in two: what of it reads the right side alone (`r.size = 3`), and the rest. Both must
  // hold for the whole to hold.
  PairCondition of_right;
  PairCondition of_both;
  // What it asks to be equal in any case (`l.a = r.b and …`): a column of the left and one of the
  // right, of the same plain type. Rows for which it holds have these equal.
  std::vector<std::pair<size_t, size_t>> equal;
};

// Columns are written SIDE.NAME, or NAME alone when only one side has it; a name that both have is
// an Error, as everything is that bind_predicate refuses. A side's name goes before a column's of
// that name; where `l.a` might also be field a of a column l, that is an Error.
JoinCondition bind_join_condition(std::string_view text, const JoinSide& left,
                                  const JoinSide& right);

}  // namespace penstock
