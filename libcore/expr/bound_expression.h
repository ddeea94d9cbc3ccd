// A node as the Expression that other rooms see.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "libcore/expr/bind.h"
#include "libcore/expr/expression.h"

namespace penstock {

class BoundExpression : public Expression {
 public:
  explicit BoundExpression(NodePtr node) : node_(std::move(node)) {}
  const TypePtr& type() const override { return node_->type(); }
  ColumnPtr evaluate(const Batch& batch) const override { return node_->evaluate(batch); }
  const NodePtr& node() const { return node_; }

 private:
  NodePtr node_;
};

inline ExpressionPtr make_expression(NodePtr node) {
  return std::make_shared<BoundExpression>(std::move(node));
}

// The name that PostgreSQL would give a column of this value: the column's, the function's, the
// type's of a cast, else "?column?".
std::string default_name(const Syntax& value);

// A schema that can be given away: names as wanted, everything nullable.
Field make_output_field(std::string name, const Bound& value);

}  // namespace penstock
