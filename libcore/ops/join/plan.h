// What a join does with the columns of its two inputs, whatever the algorithm.
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

  // Pairs of columns that must be equal, and the types in which they are compared. Includes those
  // of the condition if no others were given.
  std::vector<size_t> left_keys;
  std::vector<size_t> right_keys;
  std::vector<TypePtr> key_types;

  // True for the right rows that can be partners; the others are dropped before anything else is
  // done with them. Its columns are the left's, of which it reads none, and the right's, of which
  // it reads `right_filter_columns`. Null for none.
  ExpressionPtr right_filter;
  std::vector<size_t> right_filter_columns;

  // Null when equal keys (and the filter) are the only condition.
  ExpressionPtr condition;
  // A column that the condition reads: its column `number` is column `place` of the left, or of the
  // stored right.
  struct Operand {
    size_t number;
    bool is_left;
    size_t place;
  };
  std::vector<Operand> operands;

  SchemaPtr left;  // with dictionaries decoded
  std::vector<size_t>
      right_stored;        // columns of the right that are in the output or read by a condition
  SchemaPtr right;         // the stored columns, with dictionaries decoded
  int64_t right_rows = 0;  // approximate number of rows; 0 when it is unknown

  // An output column: from the left, from the stored right, or from the left and, where there is no
  // left row, from the right.
  struct Output {
    std::optional<size_t> left;
    std::optional<size_t> right;
  };
  std::vector<Output> outputs;
  SchemaPtr output;

  // As in JoinOptions; may be empty.
  std::function<void(const std::string&)> tell;

  // Null keys are equal to each other, as in grouping. For hash joins.
  bool nulls_match = false;

  bool gives_right() const { return type != JoinType::kSemi && type != JoinType::kAnti; }
  bool keeps_left() const { return type == JoinType::kLeft || type == JoinType::kFull; }
  bool keeps_right() const { return type == JoinType::kRight || type == JoinType::kFull; }
};

// Makes the plan. The part of the condition that concerns the right side alone becomes the filter,
// if the join type drops right rows without a partner and `filters_right` is set. REQUIRES
// require_valid(options). Throws Error as make_join() does.
JoinPlan make_join_plan(const SchemaPtr& left, const SchemaPtr& right, const JoinOptions& options,
                        bool filters_right);

// Returns the columns of `batch` that are keys, in the types in which they are compared.
std::vector<ColumnPtr> key_columns(const Batch& batch, std::span<const size_t> columns,
                                   const JoinPlan& plan);

// Return a batch of the left input with the columns of plan.left, and one of the right input with
// those of plan.right.
Batch left_rows(Batch batch, const JoinPlan& plan);
Batch right_rows(const Batch& batch, const JoinPlan& plan);

}  // namespace penstock
