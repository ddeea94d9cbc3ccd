#include "libcore/expr/node.h"

#include <algorithm>

namespace penstock {
ColumnPtr ConstantNode::evaluate(const Batch& batch) const {
  if (value_->null_count != 0) return make_null_column(type(), batch.rows);
  std::vector<RowIndex> rows(static_cast<size_t>(batch.rows), 0);
  return take(*value_, rows);
}

CallNode::CallNode(TypePtr type, std::vector<NodePtr> arguments, Kernel kernel, CallTraits traits,
                   SourcePtr source, int64_t location)
    : Node(std::move(type), traits.can_fail),
      arguments_(std::move(arguments)),
      kernel_(std::move(kernel)),
      traits_(traits),
      source_(std::move(source)),
      location_(location) {
  adopt(arguments_);
}

ColumnPtr CallNode::evaluate(const Batch& batch) const {
  std::vector<Operand> operands;
  operands.reserve(arguments_.size());
  Buffer validity;
  for (const NodePtr& argument : arguments_) {
    Operand operand{argument->constant(), true};
    if (operand.column == nullptr) operand = {argument->evaluate(batch), false};
    if (traits_.strict && operand.column->null_count != 0) {
      if (operand.constant || operand.column->validity.empty()) {
        return make_null_column(type(), batch.rows);
      }
      validity = and_bitmaps(validity, operand.column->validity, batch.rows);
    }
    operands.push_back(std::move(operand));
  }
  return kernel_({*this, operands, batch.rows, validity});
}

void CallNode::add_columns(std::vector<size_t>& columns) const {
  for (const NodePtr& argument : arguments_)
    argument->add_columns(columns);
}

NodePtr make_null_constant(const TypePtr& type) {
  return std::make_shared<ConstantNode>(make_null_column(type, 1));
}

NodePtr make_call_node(TypePtr type, std::vector<NodePtr> arguments, Kernel kernel,
                       CallTraits traits, const SourcePtr& source, int64_t location) {
  bool constant = true;
  for (const NodePtr& argument : arguments) {
    ColumnPtr value = argument->constant();
    if (value == nullptr) {
      constant = false;
    } else if (traits.strict && value->null_count != 0) {
      return make_null_constant(type);
    }
  }
  auto node = std::make_shared<CallNode>(std::move(type), std::move(arguments), std::move(kernel),
                                         traits, source, location);
  if (!constant) return node;
  try {
    return std::make_shared<ConstantNode>(node->evaluate(Batch{nullptr, 1, {}}));
  } catch (const Error&) {
    return node;
  }
}

Batch narrow(const Batch& batch, std::span<const RowIndex> rows, const Node& node) {
  Batch result{batch.schema, static_cast<int64_t>(rows.size()), {}};
  result.columns.resize(batch.columns.size());
  std::vector<size_t> columns;
  node.add_columns(columns);
  for (size_t i : columns) {
    if (result.columns[i] == nullptr) result.columns[i] = take(*batch.columns[i], rows);
  }
  return result;
}

}  // namespace penstock
