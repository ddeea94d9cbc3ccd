#include "libcore/ops/aggregate.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/ops/aggregate_state.h"
#include "libcore/ops/group_table.h"
#include "libcore/ops/key_value.h"
#include "libcore/ops/known_order.h"

namespace penstock {
namespace {

// One call over all groups: filter, arguments, distinct, state.
class CallRunner {
 public:
  explicit CallRunner(const AggregateCall& call) : call_(call), state_(make_aggregate_state(call)) {
    if (!call_.distinct) return;
    std::vector<TypePtr> types = {int32_type()};
    for (const TypePtr& type : call_.argument_types) {
      types.push_back(plain(type));
      require_key_type(call_.function + "(distinct …)", {"argument", types.back(), true, {}});
    }
    distinct_.emplace(std::move(types));
  }

  void resize(int64_t groups) { state_->resize(groups); }

  // `groups` are of the batch's rows. An argument is computed only where the filter holds: it may
  // not be computable elsewhere (`sum(1 / x) filter (where x <> 0)`).
  void add(const Batch& batch, std::span<const int32_t> groups) {
    if (!call_.filter) return add_selected(batch, groups);
    std::vector<RowIndex> rows = true_rows(*call_.filter->evaluate(batch));
    if (rows.empty()) return;
    if (static_cast<int64_t>(rows.size()) == batch.rows) return add_selected(batch, groups);
    pick(groups, rows, selected_);
    add_selected(take(batch, rows), selected_);
  }

  ColumnPtr finish(int64_t begin, int64_t count) { return state_->finish(begin, count); }

 private:
  static void pick(std::span<const int32_t> groups, std::span<const RowIndex> rows,
                   std::vector<int32_t>& out) {
    out.clear();
    for (RowIndex row : rows)
      out.push_back(groups[static_cast<size_t>(row)]);
  }

  void add_selected(const Batch& batch, std::span<const int32_t> groups) {
    std::vector<ColumnPtr> columns;
    for (const ExpressionPtr& argument : call_.arguments) {
      columns.push_back(plain(argument->evaluate(batch)));
    }
    for (const AggregateCall::Order& order : call_.order_by) {
      columns.push_back(plain(order.expression->evaluate(batch)));
    }
    if (distinct_) {
      add_distinct(columns, groups);
    } else {
      state_->add({groups, columns});
    }
  }

  void add_distinct(std::vector<ColumnPtr>& columns, std::span<const int32_t> groups) {
    auto rows = static_cast<int64_t>(groups.size());
    std::vector<ColumnPtr> keys = {
        make_column(int32_type(), rows,
                    Buffer::copy(groups.data(), rows * static_cast<int64_t>(sizeof(int32_t))))};
    keys.insert(keys.end(), columns.begin(),
                columns.begin() + static_cast<std::ptrdiff_t>(call_.arguments.size()));
    numbers_.resize(groups.size());
    std::vector<RowIndex> first_rows;
    distinct_->insert(keys, rows, numbers_.data(), first_rows);
    if (first_rows.empty()) return;
    for (ColumnPtr& column : columns)
      column = take(*column, first_rows);
    pick(groups, first_rows, first_);
    state_->add({first_, columns});
  }

  AggregateCall call_;
  AggregateStatePtr state_;
  std::optional<GroupTable> distinct_;  // of group and arguments
  std::vector<int32_t> selected_;
  std::vector<int32_t> first_;
  std::vector<int32_t> numbers_;
};

class Aggregate : public Operator {
 public:
  Aggregate(OperatorPtr input, const std::vector<std::string>& keys, std::string_view list)
      : input_(std::move(input)) {
    const Schema& schema = *input_->schema();
    std::vector<Field> fields;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i), keys[i]) !=
          keys.begin() + static_cast<std::ptrdiff_t>(i)) {
        throw Error(fmt::format("key '{}' is named twice", keys[i]), Error::Kind::kUsage);
      }
      size_t column = schema.index_of(keys[i]);
      key_columns_.push_back(column);
      fields.push_back({keys[i], plain(schema[column].type), schema[column].nullable, {}});
      require_key_type("group", fields.back());
    }
    bind(std::move(fields), schema, keys, list);
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (!is_read_) read_all();
    if (at_ == groups_) return std::nullopt;
    int64_t rows = std::min(kBatchRows, groups_ - at_);
    Batch results{results_schema_, rows, {}};
    if (!key_columns_.empty()) results.columns = table_->keys(at_, rows);
    for (CallRunner& call : calls_)
      results.columns.push_back(call.finish(at_, rows));
    at_ += rows;
    Batch computed = outputs_->evaluate(results);
    Batch batch{schema_, rows, {}};
    batch.columns.assign(
        results.columns.begin(),
        results.columns.begin() + static_cast<std::ptrdiff_t>(key_columns_.size()));
    batch.columns.insert(batch.columns.end(), computed.columns.begin(), computed.columns.end());
    return batch;
  }

 private:
  void bind(std::vector<Field> key_fields, const Schema& schema,
            const std::vector<std::string>& keys, std::string_view list) {
    AggregateList bound = bind_aggregates(list, schema, keys);
    std::vector<TypePtr> key_types;
    for (const Field& field : key_fields)
      key_types.push_back(field.type);
    table_.emplace(std::move(key_types));
    std::vector<Field> fields = key_fields;
    for (size_t i = 0; i < bound.calls.size(); ++i) {
      fields.push_back({fmt::format("#{}", i), bound.calls[i].type, true, {}});
      calls_.emplace_back(bound.calls[i]);
    }
    results_schema_ = make_schema(fields);
    outputs_ = bound.outputs;
    fields = std::move(key_fields);
    const std::vector<Field>& computed = outputs_->schema()->fields();
    fields.insert(fields.end(), computed.begin(), computed.end());
    auto same_name = [&keys](std::string_view name) -> std::optional<std::string> {
      auto at = std::find(keys.begin(), keys.end(), name);
      return at == keys.end() ? std::nullopt : std::optional(*at);
    };
    schema_ = make_schema(std::move(fields), passed_metadata(schema.metadata(), same_name));
  }

  void read_all() {
    is_read_ = true;
    // Without keys there is one group whether or not a row comes.
    if (key_columns_.empty()) make_room(1);
    std::vector<int32_t> groups;
    std::vector<RowIndex> first_rows;
    std::vector<ColumnPtr> keys;
    while (std::optional<Batch> batch = input_->next()) {
      keys.clear();
      for (size_t column : key_columns_)
        keys.push_back(plain(batch->columns[column]));
      groups.resize(static_cast<size_t>(batch->rows));
      first_rows.clear();
      table_->insert(keys, batch->rows, groups.data(), first_rows);
      if (table_->size() > groups_) make_room(table_->size());
      for (CallRunner& call : calls_)
        call.add(*batch, groups);
    }
  }

  void make_room(int64_t groups) {
    groups_ = groups;
    for (CallRunner& call : calls_)
      call.resize(groups);
  }

  OperatorPtr input_;
  std::vector<size_t> key_columns_;
  std::optional<GroupTable> table_;
  std::vector<CallRunner> calls_;
  SchemaPtr results_schema_;  // keys, then #0, #1, …
  std::shared_ptr<const SelectList> outputs_;
  SchemaPtr schema_;
  bool is_read_ = false;
  int64_t groups_ = 0;
  int64_t at_ = 0;  // groups handed out
};

}  // namespace

OperatorPtr make_aggregate(OperatorPtr input, std::vector<std::string> keys,
                           std::string_view list) {
  return std::make_unique<Aggregate>(std::move(input), keys, list);
}

}  // namespace penstock
