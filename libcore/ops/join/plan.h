// What a join does with its two inputs' columns, whatever the algorithm.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/join_condition.h"
#include "libcore/ops/join/join.h"

namespace penstock {

struct JoinPlan {
  JoinType type = JoinType::kInner;

  // Pairs of columns that must be equal, and the types in which they are compared. Those that the
  // condition asks for are among them when no others were given.
  std::vector<size_t> left_keys;
  std::vector<size_t> right_keys;
  std::vector<TypePtr> key_types;

  // Holds for the right rows that can be partners at all: the others are left out before they are
  // looked at otherwise. Its columns are the left's, of which it reads none, and the right's, of
  // which it reads `right_filter_columns`. Null for none.
  ExpressionPtr right_filter;
  std::vector<size_t> right_filter_columns;

  // Null when equal keys (and the filter) are all that is asked.
  ExpressionPtr condition;
  // What the condition reads: the column that it takes for `number` is the left's or the stored
  // right's at `place`.
  struct Operand {
    size_t number;
    bool is_left;
    size_t place;
  };
  std::vector<Operand> operands;

  SchemaPtr left;  // with dictionaries decoded
  std::vector<size_t>
      right_stored;        // columns of the right that come out or are read by a condition
  SchemaPtr right;         // of those, with dictionaries decoded
  int64_t right_rows = 0;  // about how many there are; 0 where that is not known

  // An output column: of the left, of the stored right ones, or of the left and where there is no
  // left row of the right.
  struct Output {
    std::optional<size_t> left;
    std::optional<size_t> right;
  };
  std::vector<Output> outputs;
  SchemaPtr output;

  // As JoinOptions has it; empty for nobody.
  std::function<void(const std::string&)> tell;

  // Null keys are equal to each other, as in grouping. Of hash joins.
  bool nulls_match = false;

  bool gives_right() const { return type != JoinType::kSemi && type != JoinType::kAnti; }
  bool keeps_left() const { return type == JoinType::kLeft || type == JoinType::kFull; }
  bool keeps_right() const { return type == JoinType::kRight || type == JoinType::kFull; }
};

// What of the condition is about the right side alone becomes the filter when the type lets right
// rows without a partner go, and `filters_right`. REQUIRES require_valid(options).
// Throws Error as make_join does.
JoinPlan make_join_plan(const SchemaPtr& left, const SchemaPtr& right, const JoinOptions& options,
                        bool filters_right);

// The columns of `batch` that are keys, as the types in which they are compared.
std::vector<ColumnPtr> key_columns(const Batch& batch, std::span<const size_t> columns,
                                   const JoinPlan& plan);

// A batch of the left input as plan.left has it, of the right one as plan.right has it.
Batch left_rows(Batch batch, const JoinPlan& plan);
Batch right_rows(const Batch& batch, const JoinPlan& plan);

}  // namespace penstock
