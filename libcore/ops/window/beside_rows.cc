#include "libcore/ops/window/beside_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/data/take.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/ops/window/runner.h"
#include "libcore/ops/window/scatter.h"
#include "libcore/ops/window/sorted_rows.h"
#include "libcore/rows/spool.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr char kRowNumber[] = "#row";

// Of the budget: the rows of the input; each of two sorts; the sorted rows. The sorts never have
// all of theirs at the same time.
constexpr int64_t kShare = 3;

// The columns of the sorted rows: partition, order, what calls use, and the number of the row.
class WindowColumns {
 public:
  WindowColumns(const RowWindow& window, const std::vector<WindowCall>& calls)
      : partition_(window.partition.size()), order_(window.order.size()) {
    for (const ExpressionPtr& key : window.partition)
      place(key, false, false);
    for (const AggregateCall::Order& order : window.order)
      place(order.expression, order.descending, order.nulls_first);
    for (const WindowCall& call : calls)
      of_calls_.push_back(columns_of(call, window));
    // Rows are numbered where their order changes.
    if (!keys_.empty()) {
      fields_.push_back({kRowNumber, int64_type(), false, {}});
    } else if (fields_.empty()) {
      fields_.push_back({"#nothing", bool_type(), true, {}});
    }
    schema_ = make_schema(fields_);
  }

  const SchemaPtr& schema() const { return schema_; }
  const std::vector<SortKey>& keys() const { return keys_; }
  const std::vector<CallColumns>& of_calls() const { return of_calls_; }
  size_t partition() const { return partition_; }
  size_t order() const { return order_; }

  // Computes the columns for rows of which the first has the number `number`.
  Batch compute(const Batch& batch, int64_t number) const {
    Batch computed{schema_, batch.rows, {}};
    for (const Source& source : sources_)
      computed.columns.push_back(compute(source, batch));
    if (!keys_.empty()) {
      std::vector<int64_t> numbers(static_cast<size_t>(batch.rows));
      for (int64_t& each : numbers)
        each = number++;
      computed.columns.push_back(int64_column(numbers));
    } else if (sources_.empty()) {
      computed.columns.push_back(make_null_column(bool_type(), batch.rows));
    }
    return computed;
  }

 private:
  struct Source {
    ExpressionPtr value;
    ExpressionPtr filter;  // the value is null, and not computed, where it is not true
  };

  static ColumnPtr compute(const Source& source, const Batch& batch) {
    if (source.filter == nullptr) return plain(source.value->evaluate(batch));
    std::vector<RowIndex> rows = true_rows(*source.filter->evaluate(batch));
    if (static_cast<int64_t>(rows.size()) == batch.rows)
      return plain(source.value->evaluate(batch));
    if (rows.empty()) return make_null_column(plain(source.value->type()), batch.rows);
    ColumnPtr values = plain(source.value->evaluate(penstock::take(batch, rows)));
    std::vector<RowIndex> places(static_cast<size_t>(batch.rows), -1);
    for (size_t i = 0; i < rows.size(); ++i)
      places[static_cast<size_t>(rows[i])] = static_cast<RowIndex>(i);
    return take_or_null(*values, places);
  }

  // A key gets a column of its own, so that keys stand one after the other.
  void place(const ExpressionPtr& key, bool descending, bool nulls_first) {
    keys_.push_back({add({key, nullptr}), descending, nulls_first});
  }

  std::string add(Source source) {
    fields_.push_back({fmt::format("#{}", fields_.size()), plain(source.value->type()), true, {}});
    sources_.push_back(std::move(source));
    return fields_.back().name;
  }

  // The column that has the value; one that is there already, where the value is a column.
  size_t column_for(const ExpressionPtr& value, const ExpressionPtr& filter) {
    for (size_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i].filter == filter && is_same(*sources_[i].value, *value)) return i;
    }
    add({value, filter});
    return sources_.size() - 1;
  }

  static bool is_same(const Expression& a, const Expression& b) {
    auto column = [](const Expression& expression) -> const ColumnNode* {
      const auto* bound = dynamic_cast<const BoundExpression*>(&expression);
      return bound == nullptr ? nullptr : dynamic_cast<const ColumnNode*>(bound->node().get());
    };
    const ColumnNode* first = column(a);
    const ColumnNode* second = column(b);
    return first != nullptr && second != nullptr && first->index() == second->index();
  }

  CallColumns columns_of(const WindowCall& call, const RowWindow& window) {
    CallColumns columns;
    const ExpressionPtr& filter = call.aggregate.filter;
    if (filter != nullptr) columns.filter = column_for(filter, filter);
    for (const ExpressionPtr& argument :
         call.function == nullptr ? call.aggregate.arguments : call.arguments)
      columns.arguments.push_back(column_for(argument, filter));
    for (const AggregateCall::Order& order : call.aggregate.order_by)
      columns.arguments.push_back(column_for(order.expression, filter));
    const WindowFrame& frame = call.frame;
    if (frame.key == nullptr) return columns;
    columns.range.key = column_for(frame.key, nullptr);
    if (frame.start) columns.range.start = column_for(frame.start, nullptr);
    if (frame.end) columns.range.end = column_for(frame.end, nullptr);
    columns.range.descending = window.order[0].descending;
    columns.range.nulls_first = window.order[0].nulls_first;
    return columns;
  }

  size_t partition_;
  size_t order_;
  std::vector<Field> fields_;
  std::vector<Source> sources_;
  std::vector<SortKey> keys_;
  std::vector<CallColumns> of_calls_;
  SchemaPtr schema_;
};

// Stores the rows of the input, and returns what the window uses of them.
class UsedColumns : public Operator {
 public:
  UsedColumns(OperatorPtr input, std::shared_ptr<const WindowColumns> columns,
              std::shared_ptr<RowSpool> rows)
      : input_(std::move(input)), columns_(std::move(columns)), rows_(std::move(rows)) {}

  SchemaPtr schema() const override { return columns_->schema(); }

  std::optional<Batch> next() override {
    if (!input_) return std::nullopt;
    std::optional<Batch> batch = input_->next();
    if (!batch) {
      input_.reset();
      return std::nullopt;
    }
    Batch used = columns_->compute(*batch, number_);
    number_ += batch->rows;
    rows_->add(*std::move(batch));
    return used;
  }

 private:
  OperatorPtr input_;
  std::shared_ptr<const WindowColumns> columns_;
  std::shared_ptr<RowSpool> rows_;
  int64_t number_ = 0;
};

// The results of the calls in the order of the sorted rows, and the numbers of the rows.
class Results : public Operator {
 public:
  Results(OperatorPtr sorted, std::shared_ptr<const WindowColumns> columns,
          std::vector<WindowCall> calls, const SpillOptions& spill)
      : sorted_(std::move(sorted)),
        columns_(std::move(columns)),
        calls_(std::move(calls)),
        spill_(spill) {
    std::vector<Field> fields;
    for (size_t k = 0; k < calls_.size(); ++k)
      fields.push_back({fmt::format("#{}", k), calls_[k].type, true, {}});
    if (is_numbered()) fields.push_back({kRowNumber, int64_type(), false, {}});
    schema_ = make_schema(std::move(fields));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (sorted_) start();
    if (!rows_ || !next_block(*rows_, block_)) {
      runners_.clear();
      numbers_.reset();
      rows_.reset();
      return std::nullopt;
    }
    Batch batch{schema_, static_cast<int64_t>(block_.rows()), {}};
    for (const WindowRunnerPtr& runner : runners_)
      batch.columns.push_back(runner->run(block_));
    if (is_numbered()) {
      batch.columns.push_back(
          numbers_->range(columns_->schema()->size() - 1, block_.begin, block_.end));
    }
    return batch;
  }

 private:
  bool is_numbered() const { return !columns_->keys().empty(); }

  void start() {
    rows_.emplace(std::exchange(sorted_, nullptr), columns_->partition(), columns_->order(),
                  spill_);
    numbers_.emplace(*rows_);
    for (size_t k = 0; k < calls_.size(); ++k)
      runners_.push_back(make_window_runner(calls_[k], columns_->of_calls()[k], *rows_));
  }

  OperatorPtr sorted_;  // null once it is read
  std::shared_ptr<const WindowColumns> columns_;
  std::vector<WindowCall> calls_;
  SpillOptions spill_;
  SchemaPtr schema_;
  std::optional<SortedRows> rows_;
  std::optional<RowCursor> numbers_;
  std::vector<WindowRunnerPtr> runners_;
  WindowBlock block_;
};

// Puts the results beside the rows that were stored.
class BesideRows : public Operator {
 public:
  BesideRows(SchemaPtr schema, std::shared_ptr<RowSpool> rows, OperatorPtr results)
      : schema_(std::move(schema)), spool_(std::move(rows)), results_(std::move(results)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    // The results come first: all rows are stored before there is one.
    if (!fill(result_, result_at_, *results_)) return std::nullopt;
    if (!row_ || row_at_ == row_->rows) {
      row_ = spool_->next();
      row_at_ = 0;
    }
    PENSTOCK_CHECK(row_.has_value());
    const int64_t rows = std::min(row_->rows - row_at_, result_->rows - result_at_);
    Batch batch = slice(*row_, row_at_, rows);
    Batch results = slice(*result_, result_at_, rows);
    row_at_ += rows;
    result_at_ += rows;
    batch.columns.insert(batch.columns.end(), results.columns.begin(), results.columns.end());
    batch.schema = schema_;
    return batch;
  }

 private:
  static bool fill(std::optional<Batch>& batch, int64_t& at, Operator& from) {
    if (batch && at < batch->rows) return true;
    batch = from.next();
    at = 0;
    return batch.has_value();
  }

  SchemaPtr schema_;
  std::shared_ptr<RowSpool> spool_;
  OperatorPtr results_;
  std::optional<Batch> row_;
  int64_t row_at_ = 0;
  std::optional<Batch> result_;
  int64_t result_at_ = 0;
};

}  // namespace

OperatorPtr make_window_beside_rows(OperatorPtr input, const RowWindow& window,
                                    std::vector<WindowCall> calls, const SpillOptions& spill) {
  auto columns = std::make_shared<const WindowColumns>(window, calls);
  SpillOptions share = spill;
  share.memory = std::max(spill.memory / kShare, kLeastMemory);
  SchemaPtr stored = without_dictionaries(input->schema());
  auto rows = std::make_shared<RowSpool>(stored, share);
  std::vector<Field> fields = stored->fields();
  for (size_t k = 0; k < calls.size(); ++k)
    fields.push_back({fmt::format("#{}", fields.size()), calls[k].type, true, {}});
  OperatorPtr sorted = std::make_unique<UsedColumns>(std::move(input), columns, rows);
  SortOptions sort;
  sort.spill = share;
  sort.keys = columns->keys();
  if (!sort.keys.empty()) sorted = make_sort(std::move(sorted), sort);
  const bool moved = !sort.keys.empty();
  OperatorPtr results =
      std::make_unique<Results>(std::move(sorted), columns, std::move(calls), share);
  if (moved) {
    auto total = [rows] { return rows->rows(); };
    results = in_order_of_numbers(std::move(results), total, share);
  }
  return std::make_unique<BesideRows>(make_schema(std::move(fields), stored->metadata()),
                                      std::move(rows), std::move(results));
}

}  // namespace penstock
