#include "libcore/expr/prune/key_values.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/prune/meaning.h"

namespace penstock {
namespace {

using Rows = std::optional<std::vector<KeyValues>>;

// Returns the argument that a cast turns into `value`; a null pointer when there is none.
ColumnPtr uncast(const CallNode& cast, const ColumnPtr& value) {
  const TypePtr& type = cast.arguments()[0]->type();
  if (value->null_count != 0) return make_null_column(type, 1);
  const Cast back = find_cast(value->type, type);
  if (!back.kernel) return nullptr;
  NodePtr node = make_call_node(type, {std::make_shared<ConstantNode>(value)}, back.kernel,
                                {.can_fail = back.can_fail}, cast.source(), 0);
  // A cast back that fails, or rounds, shows that no argument has the value.
  const ColumnPtr argument = node->constant();
  if (argument == nullptr) return nullptr;
  try {
    const Operand operand{argument, true};
    const ColumnPtr again = cast.apply({&operand, 1}, 1);
    return compare_rows(*again, 0, *value, 0) == 0 ? argument : nullptr;
  } catch (const Error&) {
    return nullptr;
  }
}

bool are_equal(const KeyValues& a, const KeyValues& b) {
  for (size_t k = 0; k < a.size(); ++k) {
    if ((a[k] == nullptr) != (b[k] == nullptr)) return false;
    if (a[k] != nullptr && compare_rows(*a[k], 0, *b[k], 0) != 0) return false;
  }
  return true;
}

// Returns the values that both have; empty when they contradict each other.
std::optional<KeyValues> merge(const KeyValues& a, const KeyValues& b) {
  KeyValues result = a;
  for (size_t k = 0; k < a.size(); ++k) {
    if (a[k] == nullptr) {
      result[k] = b[k];
    } else if (b[k] != nullptr && compare_rows(*a[k], 0, *b[k], 0) != 0) {
      return std::nullopt;
    }
  }
  return result;
}

bool is_within_limit(size_t count) {
  return count <= static_cast<size_t>(kMaxEqualKeys);
}

}  // namespace

Rows key_values_of(const Node& value, std::span<const ColumnPtr> constants,
                   std::span<const size_t> columns) {
  if (!is_within_limit(constants.size())) return std::nullopt;
  std::vector<ColumnPtr> values(constants.begin(), constants.end());
  const Node* node = &value;
  while (const auto* call = dynamic_cast<const CallNode*>(node)) {
    const bool is_cast = call->meaning() != nullptr && call->arguments().size() == 1 &&
                         call->meaning()->strictly_rising_argument();
    if (!is_cast) return std::nullopt;
    for (ColumnPtr& constant : values)
      constant = uncast(*call, constant);
    std::erase(values, nullptr);
    node = call->arguments()[0].get();
  }
  const auto* column = dynamic_cast<const ColumnNode*>(node);
  if (column == nullptr) return std::nullopt;
  const auto place = std::find(columns.begin(), columns.end(), column->index());
  if (place == columns.end()) return std::nullopt;
  std::vector<KeyValues> rows;
  for (ColumnPtr& constant : values) {
    KeyValues row(columns.size());
    row[static_cast<size_t>(place - columns.begin())] = std::move(constant);
    rows.push_back(std::move(row));
  }
  return rows;
}

Rows combine(bool conjunction, Rows a, Rows b) {
  if (!a || !b) return conjunction ? (a ? std::move(a) : std::move(b)) : std::nullopt;
  if (!conjunction) {
    if (!is_within_limit(a->size() + b->size())) return std::nullopt;
    std::move(b->begin(), b->end(), std::back_inserter(*a));
    return a;
  }
  // Either alone holds too.
  if (!is_within_limit(a->size() * b->size())) return a->size() <= b->size() ? a : b;
  std::vector<KeyValues> rows;
  for (const KeyValues& left : *a) {
    for (const KeyValues& right : *b) {
      if (std::optional<KeyValues> row = merge(left, right)) rows.push_back(*std::move(row));
    }
  }
  return rows;
}

Rows ColumnNode::key_values(std::span<const size_t> columns) const {
  if (type()->id != TypeId::kBool) return std::nullopt;
  const ColumnPtr truth = make_bool_constant(true)->constant();
  return key_values_of(*this, {&truth, 1}, columns);
}

Rows ConstantNode::key_values(std::span<const size_t>) const {
  const bool is_true = value_->null_count == 0 && value_->bool_at(0);
  return is_true ? Rows() : Rows(std::vector<KeyValues>());
}

std::optional<Batch> equal_keys(const Expression& condition, const Schema& schema,
                                std::span<const size_t> columns) {
  const auto* bound = dynamic_cast<const BoundExpression*>(&condition);
  if (bound == nullptr) return std::nullopt;
  Rows rows = bound->node()->key_values(columns);
  if (!rows) return std::nullopt;
  std::vector<KeyValues> different;
  for (KeyValues& row : *rows) {
    if (std::find(row.begin(), row.end(), nullptr) != row.end()) return std::nullopt;
    const bool is_new = std::none_of(different.begin(), different.end(),
                                     [&](const KeyValues& other) { return are_equal(row, other); });
    if (is_new) different.push_back(std::move(row));
  }
  std::vector<Field> fields;
  Batch batch{nullptr, static_cast<int64_t>(different.size()), {}};
  for (size_t k = 0; k < columns.size(); ++k) {
    Field field = schema[columns[k]];
    field.type = plain(field.type);
    std::vector<ColumnPtr> parts{make_null_column(field.type, 0)};
    for (const KeyValues& row : different)
      parts.push_back(row[k]);
    batch.columns.push_back(concatenate(parts));
    fields.push_back(std::move(field));
  }
  batch.schema = make_schema(std::move(fields));
  return batch;
}

}  // namespace penstock
