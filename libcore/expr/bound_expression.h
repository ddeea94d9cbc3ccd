// A node as the Expression that other rooms see.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
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

// The names of a list's columns, each once.
class OutputNames {
 public:
  // Throws Error at `location`, with a name to take instead, when the name was added before.
  void add(const Binder& binder, const std::string& name, int64_t location);
  // The same for columns that are handed on together: among themselves names may repeat.
  void add(const Binder& binder, std::span<const Field> fields, int64_t location);

 private:
  void refuse(const Binder& binder, const std::string& name, int64_t location) const;

  std::unordered_set<std::string> names_;
};

// A schema that can be given away: names as wanted, everything nullable.
Field make_output_field(std::string name, const Bound& value);

}  // namespace penstock
