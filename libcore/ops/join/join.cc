#include "libcore/ops/join/join.h"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/ops/join/choice.h"
#include "libcore/ops/join/hash.h"
#include "libcore/ops/join/merge.h"
#include "libcore/ops/join/nested_loop.h"
#include "libcore/ops/join/plan.h"
#include "libcore/ops/join/symmetric.h"
#include "libcore/ops/only_rows.h"

namespace penstock {
namespace {

std::string quoted(const std::string& side, const std::string& name) {
  std::string text = side + ".\"";
  for (char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

// A nested loop tests equal keys as a part of the condition.
JoinPlan plan_with_keys_asked(const SchemaPtr& left, const SchemaPtr& right, JoinOptions options,
                              const JoinPlan& plan) {
  if (options.keys.empty()) return plan;
  std::string asked;
  for (size_t i = 0; i < options.keys.size(); ++i) {
    const Field& l = (*left)[plan.left_keys[i]];
    const Field& r = (*right)[plan.right_keys[i]];
    if (!equals(*plain(l.type), *plain(r.type))) {
      throw Error(
          fmt::format("'{}' of the left input is {}, '{}' of the right one is {}: a nested loop "
                      "needs one type; "
                      "cast one of them with pproject, or use --algorithm hash",
                      l.name, l.type->to_string(), r.name, r.type->to_string()));
    }
    if (!asked.empty()) asked += " and ";
    asked += quoted(options.sides.first, l.name) + " = " + quoted(options.sides.second, r.name);
  }
  options.on.text = options.on.empty() ? asked : asked + " and (" + options.on.text + "\n)";
  JoinPlan asking = make_join_plan(left, right, options, true);
  asking.tell = plan.tell;
  return asking;
}

const char* name_of(JoinAlgorithm algorithm) {
  switch (algorithm) {
    case JoinAlgorithm::kMerge:
      return "merge";
    case JoinAlgorithm::kNestedLoop:
      return "nested loop";
    case JoinAlgorithm::kSymmetric:
      return "symmetric hash";
    default:
      return "hash";
  }
}

// The right rows that can be partners.
class RightFilter : public Operator {
 public:
  RightFilter(OperatorPtr right, const JoinPlan& plan, size_t left_columns)
      : right_(std::move(right)),
        condition_(plan.right_filter),
        columns_(plan.right_filter_columns),
        left_columns_(left_columns) {}

  SchemaPtr schema() const override { return right_->schema(); }

  std::optional<Batch> next() override {
    while (std::optional<Batch> batch = right_->next()) {
      Batch pairs{nullptr, batch->rows, {}};
      pairs.columns.resize(left_columns_ + batch->columns.size());
      for (size_t column : columns_)
        pairs.columns[left_columns_ + column] = decode_dictionary(batch->columns[column]);
      std::vector<RowIndex> rows = select_rows(*condition_, pairs);
      if (std::ssize(rows) == batch->rows) return batch;
      if (!rows.empty()) return take(*batch, rows);
    }
    return std::nullopt;
  }

 private:
  OperatorPtr right_;
  ExpressionPtr condition_;
  std::vector<size_t> columns_;
  size_t left_columns_;
};

}  // namespace

OperatorPtr make_join(OperatorPtr left, OperatorPtr right, const JoinOptions& options) {
  JoinPlan plan = make_join_plan(left->schema(), right->schema(), options, true);
  JoinChoice choice = choose_join(plan, *left->schema(), *right->schema(), options.algorithm);
  if (choice.algorithm == JoinAlgorithm::kMerge && plan.right_filter) {
    // Its errors name the number of a right row that is out of order, so it has to see all of them.
    plan = make_join_plan(left->schema(), right->schema(), options, false);
  }
  if (options.tell) {
    options.tell(fmt::format("{} join: {}", name_of(choice.algorithm), choice.reason));
  }
  plan.tell = options.tell;
  right = only_rows(std::move(right));
  if (choice.algorithm == JoinAlgorithm::kMerge || choice.algorithm == JoinAlgorithm::kSymmetric) {
    left = only_rows(std::move(left));
  }
  if (plan.right_filter) {
    right = std::make_unique<RightFilter>(std::move(right), plan, left->schema()->size());
  }
  switch (choice.algorithm) {
    case JoinAlgorithm::kNestedLoop:
      plan = plan_with_keys_asked(left->schema(), right->schema(), options, plan);
      return make_nested_loop_join(std::move(left), std::move(right), std::move(plan),
                                   options.spill);
    case JoinAlgorithm::kMerge:
      return make_merge_join(
          std::move(left), std::move(right), std::move(plan),
          {choice.left, choice.right, options.left_name, options.right_name, options.spill});
    case JoinAlgorithm::kSymmetric:
      return make_symmetric_join(std::move(left), std::move(right), std::move(plan), options.spill);
    default:
      return make_hash_join(std::move(left), std::move(right), std::move(plan), options.spill);
  }
}

}  // namespace penstock
