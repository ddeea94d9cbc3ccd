// Makes a node an Expression, which other rooms use.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libcore/expr/bind.h"
#include "libcore/expr/expression.h"

namespace penstock {

class BoundExpression : public Expression {
 public:
  explicit BoundExpression(NodePtr node) : node_(std::move(node)) {}
  const TypePtr& type() const override { return node_->type(); }
  ColumnPtr evaluate(const Batch& batch) const override { return node_->evaluate(batch); }
  void add_columns(std::vector<size_t>& columns) const override { node_->add_columns(columns); }
  const NodePtr& node() const { return node_; }

 private:
  NodePtr node_;
};

inline ExpressionPtr make_expression(NodePtr node) {
  return std::make_shared<BoundExpression>(std::move(node));
}

// Returns a list that computes each node for each row; `schema` has a field for each. Defined in
// aggregate_list.cc.
std::shared_ptr<const SelectList> make_row_list(SchemaPtr schema, std::vector<NodePtr> nodes);

// Returns the name that PostgreSQL would give to a column of this value: that of the column, of the
// function, of the type of a cast, else "?column?".
std::string default_name(const Syntax& value);

// The names of a list's columns, each of which must be unique.
class OutputNames {
 public:
  // Adds a name. Throws Error at `location`, with a free name to use instead, when the name was
  // added before.
  void add(const Binder& binder, const std::string& name, int64_t location);
  // The same for columns that are passed on together; among themselves names may repeat.
  void add(const Binder& binder, std::span<const Field> fields, int64_t location);

 private:
  void refuse(const Binder& binder, const std::string& name, int64_t location) const;

  std::unordered_set<std::string> names_;
};

// Returns a field of an output schema: with this name, and nullable.
Field make_output_field(std::string name, const Bound& value);

}  // namespace penstock
