#include "libcore/ops/aggregate/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/limits.h"
#include "libcore/data/number/one_zero.h"
#include "libcore/data/take.h"
#include "libcore/expr/aggregates.h"
#include "libcore/keys/value.h"
#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

void pick(std::span<const int32_t> groups, std::span<const RowIndex> rows,
          std::vector<int32_t>& out) {
  out.clear();
  for (RowIndex row : rows)
    out.push_back(groups[static_cast<size_t>(row)]);
}

}  // namespace

std::vector<TypePtr> types_of(std::span<const Field> fields) {
  std::vector<TypePtr> types;
  for (const Field& field : fields)
    types.push_back(field.type);
  return types;
}

CallRunner::CallRunner(const AggregateCall& call)
    : call_(call), state_(make_aggregate_state(call)) {
  for (const ExpressionPtr& argument : call_.arguments)
    argument->add_columns(columns_);
  for (const AggregateCall::Order& order : call_.order_by)
    order.expression->add_columns(columns_);
  if (!call_.distinct) return;
  for (const Field& field : argument_fields())
    require_key_type({"argument", field.type, true, {}},
                     std::string(call_.function->name) + "(distinct …)");
  distinct_.emplace(types_of(distinct_fields()));
}

void CallRunner::resize(int64_t groups) {
  groups_ = groups;
  state_->resize(groups);
}

void CallRunner::add(const Batch& batch, std::span<const int32_t> groups,
                     std::span<const int64_t> group_rows) {
  if (!call_.filter) return add_selected(batch, groups, group_rows);
  std::vector<RowIndex> rows = true_rows(*call_.filter->evaluate(batch));
  if (rows.empty()) return;
  if (static_cast<int64_t>(rows.size()) == batch.rows) {
    return add_selected(batch, groups, group_rows);
  }
  pick(groups, rows, selected_);
  add_selected(take_columns(batch, columns_, rows), selected_, {});
}

void CallRunner::add_selected(const Batch& batch, std::span<const int32_t> groups,
                              std::span<const int64_t> group_rows) {
  std::vector<ColumnPtr> columns;
  for (const ExpressionPtr& argument : call_.arguments) {
    columns.push_back(plain(argument->evaluate(batch)));
  }
  for (const AggregateCall::Order& order : call_.order_by) {
    columns.push_back(plain(order.expression->evaluate(batch)));
  }
  if (distinct_) {
    for (ColumnPtr& column : columns)
      column = with_one_zero(column);
    add_distinct(columns, groups);
  } else {
    state_->add({groups, columns, group_rows});
  }
}

void CallRunner::add_distinct(std::vector<ColumnPtr>& columns, std::span<const int32_t> groups) {
  auto rows = static_cast<int64_t>(groups.size());
  std::vector<ColumnPtr> keys = {
      make_column(int32_type(), rows,
                  Buffer::copy(groups.data(), rows * static_cast<int64_t>(sizeof(int32_t))))};
  keys.insert(keys.end(), columns.begin(),
              columns.begin() + static_cast<std::ptrdiff_t>(call_.arguments.size()));
  numbers_.resize(groups.size());
  std::vector<RowIndex> first_rows;
  distinct_->insert(keys, rows, numbers_.data(), first_rows);
  if (first_rows.empty() || spilled_) return;
  for (ColumnPtr& column : columns)
    column = take(*column, first_rows);
  pick(groups, first_rows, first_);
  state_->add({first_, columns});
}

std::vector<Field> CallRunner::argument_fields() const {
  std::vector<Field> fields;
  for (size_t i = 0; i < call_.argument_types.size(); ++i)
    fields.push_back({fmt::format("values{}", i), plain(call_.argument_types[i]), true, {}});
  return fields;
}

std::vector<Field> CallRunner::state_fields() const {
  return distinct_ ? list_fields(argument_fields()) : state_->state_fields();
}

std::vector<ColumnPtr> CallRunner::states(int64_t begin, int64_t count) {
  if (!distinct_) return state_->states(begin, count);
  if (!arguments_) {
    arguments_.emplace(argument_fields());
    arguments_->resize(groups_);
    const int64_t step = output_rows(distinct_->bytes(), distinct_->size());
    for (int64_t at = 0; at < distinct_->size(); at += step) {
      int64_t rows = std::min(step, distinct_->size() - at);
      std::vector<ColumnPtr> keys = distinct_->keys(at, rows);
      arguments_->add(
          {{keys[0]->data<int32_t>(), static_cast<size_t>(rows)}, std::span(keys).subspan(1)});
    }
  }
  return arguments_->lists(begin, count);
}

void CallRunner::merge(const AggregateRows& states) {
  if (!distinct_) return state_->merge(states);
  RowsByGroup rows(argument_fields());
  rows.add_lists(states);
  for (const Batch& part : rows.parts()) {
    std::vector<ColumnPtr> columns(part.columns.begin() + 1, part.columns.end());
    // With distinct the order is that of the argument itself.
    columns.resize(columns.size() + call_.order_by.size(), columns[0]);
    add_distinct(columns, {part.columns[0]->data<int32_t>(), static_cast<size_t>(part.rows)});
  }
}

ColumnPtr CallRunner::finish(int64_t begin, int64_t count) {
  if (spilled_) add_distinct_spilled();
  return state_->finish(begin, count);
}

std::vector<Field> CallRunner::distinct_fields() const {
  std::vector<Field> fields = argument_fields();
  fields.insert(fields.begin(), {"group", int32_type(), false, {}});
  return fields;
}

void CallRunner::spill(SpillFile& file, const SpillOptions& options) {
  if (!distinct_) return state_->spill(file, options);
  // Rows come back in another order. What depends on it holds all values in its result anyway.
  const bool any_order = call_.function->order == AggregateFunction::Order::kAny;
  if (!any_order || distinct_->bytes() < options.memory / kMuch) return;
  if (!spilled_) {
    spilled_ = std::make_unique<RunWriter>(file, make_schema(distinct_fields()));
    file_ = &file;
    options_ = options;
    state_ = make_aggregate_state(call_);
    state_->resize(groups_);
  }
  write_distinct();
}

void CallRunner::write_distinct() {
  // The grouping that reads the rows holds one batch in addition to its memory.
  const int64_t most = std::min(options_.memory / kMuch / 4, kBatchBytes);
  const int64_t step = output_rows(distinct_->bytes(), distinct_->size(), most);
  for (int64_t at = 0; at < distinct_->size(); at += step) {
    int64_t rows = std::min(step, distinct_->size() - at);
    spilled_->write({spilled_->schema(), rows, distinct_->keys(at, rows)});
  }
  distinct_.emplace(types_of(distinct_fields()));
}

// The distinct values among them are a grouping of their own, which spills like any other.
void CallRunner::add_distinct_spilled() {
  write_distinct();
  SpilledRun run = spilled_->finish();
  spilled_.reset();
  AggregateOptions options;
  options.spill = {options_.memory / 2, options_.directory};
  OperatorPtr groups =
      make_aggregate(read_run(*file_, run), run.schema->names(), "count(*)", options);
  while (std::optional<Batch> batch = groups->next()) {
    std::vector<ColumnPtr> columns(batch->columns.begin() + 1, batch->columns.end() - 1);
    // With distinct the order is that of the argument itself.
    columns.resize(columns.size() + call_.order_by.size(), columns[0]);
    state_->add({{batch->columns[0]->data<int32_t>(), static_cast<size_t>(batch->rows)}, columns});
  }
}

int64_t CallRunner::bytes() const {
  // The distinct values are copied once when their lists are made.
  return state_->bytes() + (distinct_ ? 2 * distinct_->bytes() : 0);
}

}  // namespace penstock
