#include "libcore/expr/node.h"

#include <algorithm>

#include "libcore/expr/prune/bounds.h"
#include "libcore/expr/prune/meaning.h"

namespace penstock {

Bounds Node::bounds(const Zones& zones) const {
  return make_unknown_bounds(zones.count);
}

std::optional<std::vector<KeyValues>> Node::key_values(std::span<const size_t>) const {
  return std::nullopt;
}

ColumnPtr ConstantNode::evaluate(const Batch& batch) const {
  if (value_->null_count != 0) return make_null_column(type(), batch.rows);
  std::vector<RowIndex> rows(static_cast<size_t>(batch.rows), 0);
  return take(*value_, rows);
}

CallNode::CallNode(TypePtr type, std::vector<NodePtr> arguments, Kernel kernel, CallTraits traits,
                   MeaningPtr meaning, SourcePtr source, int64_t location)
    : Node(std::move(type), traits.can_fail),
      arguments_(std::move(arguments)),
      kernel_(std::move(kernel)),
      traits_(traits),
      meaning_(std::move(meaning)),
      source_(std::move(source)),
      location_(location) {
  adopt(arguments_);
}

ColumnPtr CallNode::evaluate(const Batch& batch) const {
  std::vector<Operand> operands;
  operands.reserve(arguments_.size());
  for (const NodePtr& argument : arguments_) {
    Operand operand{argument->constant(), true};
    if (operand.column == nullptr) operand = {argument->evaluate(batch), false};
    operands.push_back(std::move(operand));
  }
  return apply(operands, batch.rows);
}

ColumnPtr CallNode::apply(std::span<const Operand> operands, int64_t rows) const {
  Buffer validity;
  for (const Operand& operand : operands) {
    if (!traits_.strict || operand.column->null_count == 0) continue;
    if (operand.constant || operand.column->validity.empty()) return make_null_column(type(), rows);
    validity = and_bitmaps(validity, operand.column->validity, rows);
  }
  return kernel_({*this, operands, rows, validity});
}

Bounds CallNode::bounds(const Zones& zones) const {
  if (meaning_ != nullptr) return meaning_->bounds(*this, zones);
  Bounds result = make_unknown_bounds(zones.count);
  for (size_t k = 0; traits_.strict && k < arguments_.size(); ++k) {
    const Bounds argument = arguments_[k]->bounds(zones);
    for (size_t i = 0; i < result.may_be_value.size(); ++i)
      result.may_be_value[i] = result.may_be_value[i] && argument.may_be_value[i];
  }
  return result;
}

std::optional<std::vector<KeyValues>> CallNode::key_values(std::span<const size_t> columns) const {
  if (meaning_ == nullptr) return std::nullopt;
  return meaning_->key_values(*this, columns);
}

void CallNode::add_columns(std::vector<size_t>& columns) const {
  for (const NodePtr& argument : arguments_)
    argument->add_columns(columns);
}

NodePtr make_null_constant(const TypePtr& type) {
  return std::make_shared<ConstantNode>(make_null_column(type, 1));
}

NodePtr make_call_node(TypePtr type, std::vector<NodePtr> arguments, Kernel kernel,
                       CallTraits traits, const SourcePtr& source, int64_t location,
                       MeaningPtr meaning) {
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
                                         traits, std::move(meaning), source, location);
  if (!constant) return node;
  try {
    return std::make_shared<ConstantNode>(node->evaluate(Batch{nullptr, 1, {}}));
  } catch (const Error&) {
    return node;
  }
}

Batch narrow(const Batch& batch, std::span<const RowIndex> rows, const Node& node) {
  std::vector<size_t> columns;
  node.add_columns(columns);
  return take_columns(batch, columns, rows);
}

}  // namespace penstock
