#include "libcore/ops/window/beside_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/data/take.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/keys/row_order.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/ops/window/runner.h"
#include "libcore/ops/window/scatter.h"
#include "libcore/ops/window/sorted_rows.h"
#include "libcore/os/threads.h"
#include "libcore/rows/spool.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr char kRowNumber[] = "#row";

// The budget is divided among the rows of the input, the results of each window (before that, what
// the window uses of the rows), and the sorted rows of the window that is computed.
constexpr int64_t kOtherShares = 2;

// What sorting by words takes for each row besides its values: its item, twice while it is sorted,
// and its number.
constexpr int64_t kSortedRowBytes = 2 * sizeof(SortItem) + sizeof(int64_t);

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
    if (fields_.empty()) fields_.push_back({"#nothing", bool_type(), true, {}});
    schema_ = make_schema(fields_);
    // Rows are numbered where their order changes.
    if (!keys_.empty()) fields_.push_back({kRowNumber, int64_type(), false, {}});
    numbered_schema_ = make_schema(fields_);
  }

  // Of what compute() returns, and of the sorted rows.
  const SchemaPtr& schema() const { return schema_; }
  const SchemaPtr& numbered_schema() const { return numbered_schema_; }
  const std::vector<SortKey>& keys() const { return keys_; }
  const std::vector<CallColumns>& of_calls() const { return of_calls_; }
  // Which columns are not only for keys.
  std::vector<bool> used() const {
    std::vector<bool> used(schema_->size(), false);
    for (const CallColumns& call : of_calls_) {
      for (size_t column : call.arguments)
        used[column] = true;
      if (call.filter) used[*call.filter] = true;
      if (call.has_range) {
        for (size_t column : {call.range.key, call.range.start, call.range.end})
          used[column] = true;
      }
    }
    return used;
  }
  size_t partition() const { return partition_; }
  size_t order() const { return order_; }

  // Computes the columns but for the number.
  Batch compute(const Batch& batch) const {
    Batch computed{schema_, batch.rows, {}};
    for (const Source& source : sources_)
      computed.columns.push_back(compute(source, batch));
    if (sources_.empty()) computed.columns.push_back(make_null_column(bool_type(), batch.rows));
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
    columns.has_range = true;
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
  SchemaPtr numbered_schema_;
};

// Rows that were stored.
class StoredRows : public Operator {
 public:
  StoredRows(SchemaPtr schema, std::shared_ptr<RowSpool> rows)
      : schema_(std::move(schema)), rows_(std::move(rows)) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override { return rows_->next(); }

 private:
  SchemaPtr schema_;
  std::shared_ptr<RowSpool> rows_;
};

// Batches that were read before the others.
class HeldThen : public Operator {
 public:
  HeldThen(std::vector<Batch> held, OperatorPtr rest)
      : held_(std::move(held)), rest_(std::move(rest)) {}
  SchemaPtr schema() const override { return rest_->schema(); }
  std::optional<Batch> next() override {
    if (at_ < held_.size()) return std::exchange(held_[at_++], {});
    return rest_->next();
  }

 private:
  std::vector<Batch> held_;
  OperatorPtr rest_;
  size_t at_ = 0;
};

// Rows with their numbers from 0 on as the last column.
class NumberedRows : public Operator {
 public:
  NumberedRows(OperatorPtr rows, SchemaPtr schema)
      : rows_(std::move(rows)), schema_(std::move(schema)) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    std::optional<Batch> batch = rows_->next();
    if (!batch) return std::nullopt;
    std::vector<int64_t> numbers(static_cast<size_t>(batch->rows));
    std::iota(numbers.begin(), numbers.end(), number_);
    number_ += batch->rows;
    batch->columns.push_back(int64_column(numbers));
    batch->schema = schema_;
    return batch;
  }

 private:
  OperatorPtr rows_;
  SchemaPtr schema_;
  int64_t number_ = 0;
};

// What one window uses of the rows; null spools for the first window.
struct UsedByWindow {
  std::shared_ptr<const WindowColumns> columns;
  std::shared_ptr<RowSpool> spool;
};

// Stores the rows of the input, and what the windows behind the first one use of them; returns what
// the first one uses.
class UsedColumns : public Operator {
 public:
  UsedColumns(OperatorPtr input, std::vector<UsedByWindow> windows, std::shared_ptr<RowSpool> rows)
      : input_(std::move(input)), windows_(std::move(windows)), rows_(std::move(rows)) {}

  SchemaPtr schema() const override { return windows_[0].columns->schema(); }

  std::optional<Batch> next() override {
    if (!input_) return std::nullopt;
    std::optional<Batch> batch = input_->next();
    if (!batch) {
      input_.reset();
      return std::nullopt;
    }
    for (size_t w = 1; w < windows_.size(); ++w)
      windows_[w].spool->add(windows_[w].columns->compute(*batch));
    Batch used = windows_[0].columns->compute(*batch);
    rows_->add(*std::move(batch));
    return used;
  }

 private:
  OperatorPtr input_;
  std::vector<UsedByWindow> windows_;
  std::shared_ptr<RowSpool> rows_;
};

// The results of the calls in the order of the sorted rows, and the numbers of the rows.
class Results : public Operator {
 public:
  Results(OperatorPtr used, std::shared_ptr<const WindowColumns> columns,
          std::vector<WindowCall> calls, const SpillOptions& spill)
      : used_(std::move(used)),
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
    if (used_) start();
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
          numbers_->range(columns_->schema()->size(), block_.begin, block_.end));
    }
    return batch;
  }

 private:
  bool is_numbered() const { return !columns_->keys().empty(); }

  void start() {
    sort(std::exchange(used_, nullptr));
    numbers_.emplace(*rows_);
    for (size_t k = 0; k < calls_.size(); ++k)
      runners_.push_back(make_window_runner(calls_[k], columns_->of_calls()[k], *rows_));
  }

  // Makes rows_: sorted by words in memory where that is possible, which needs no copy of the keys
  // and is faster, else as any rows are.
  void sort(OperatorPtr used) {
    std::vector<Batch> held;
    if (is_numbered() && hold_all(*used, held)) {
      if (held.empty()) return;
      if (std::optional<SortedWords> words = sorted_by_words(held)) {
        rows_.emplace(held, *words, columns_->used(), spill_);
        return;
      }
    }
    used = std::make_unique<HeldThen>(std::move(held), std::move(used));
    SortOptions sort;
    sort.keys = columns_->keys();
    sort.spill = spill_;
    if (is_numbered()) {
      used = std::make_unique<NumberedRows>(std::move(used), columns_->numbered_schema());
      used = make_sort(std::move(used), sort);
    }
    rows_.emplace(std::move(used), columns_->partition(), columns_->order(), spill_);
  }

  // Holds what fits with the copies that sorting makes. Whether that was all.
  bool hold_all(Operator& used, std::vector<Batch>& held) const {
    int64_t bytes = 0;
    while (std::optional<Batch> batch = used.next()) {
      bytes += 2 * memory_bytes(*batch) + batch->rows * kSortedRowBytes;
      held.push_back(*std::move(batch));
      if (bytes > spill_.memory) return false;
    }
    return true;
  }

  std::optional<SortedWords> sorted_by_words(const std::vector<Batch>& held) const {
    const size_t keys = columns_->keys().size();
    std::vector<KeyPart> parts;
    for (const Batch& batch : held) {
      const std::span<const ColumnPtr> columns = std::span(batch.columns).first(keys);
      parts.push_back({{columns.begin(), columns.end()}, batch.rows});
    }
    std::vector<KeyDirection> directions;
    for (const SortKey& key : columns_->keys())
      directions.push_back({key.descending, key.nulls_first});
    return sorted_words(parts, directions, columns_->partition(), run_in_threads);
  }

  OperatorPtr used_;  // null once it is read
  std::shared_ptr<const WindowColumns> columns_;
  std::vector<WindowCall> calls_;
  SpillOptions spill_;
  SchemaPtr schema_;
  std::optional<SortedRows> rows_;
  std::optional<RowCursor> numbers_;
  std::vector<WindowRunnerPtr> runners_;
  WindowBlock block_;
};

// The results of one window, in the order of the rows.
class WindowResults {
 public:
  explicit WindowResults(OperatorPtr results) : results_(std::move(results)) {}

  // Whether there are any; before the first take().
  bool begin() { return fill(); }

  // Appends the columns of the next `rows` rows. REQUIRES that many.
  void take(int64_t rows, std::vector<ColumnPtr>& columns) {
    std::vector<Batch> pieces;
    while (rows > 0) {
      PENSTOCK_CHECK(fill());
      const int64_t some = std::min(rows, batch_->rows - at_);
      pieces.push_back(slice(*batch_, at_, some));
      at_ += some;
      rows -= some;
    }
    Batch whole = pieces.size() == 1 ? std::move(pieces[0]) : concatenate(pieces);
    columns.insert(columns.end(), whole.columns.begin(), whole.columns.end());
  }

 private:
  bool fill() {
    if (batch_ && at_ < batch_->rows) return true;
    batch_ = results_->next();
    at_ = 0;
    return batch_.has_value();
  }

  OperatorPtr results_;
  std::optional<Batch> batch_;
  int64_t at_ = 0;  // in it
};

// Puts the results beside the rows that were stored.
class BesideRows : public Operator {
 public:
  BesideRows(SchemaPtr schema, std::shared_ptr<RowSpool> rows, std::vector<WindowResults> results)
      : schema_(std::move(schema)), spool_(std::move(rows)), results_(std::move(results)) {}

  SchemaPtr schema() const override { return schema_; }

  // A batch as it was stored: however many columns it has, they are not cut.
  std::optional<Batch> next() override {
    if (!is_read_) {
      is_read_ = true;
      // The first window reads the input; then all rows are stored.
      for (WindowResults& results : results_)
        results.begin();
    }
    std::optional<Batch> batch = spool_->next();
    if (!batch) return std::nullopt;
    for (WindowResults& results : results_)
      results.take(batch->rows, batch->columns);
    batch->schema = schema_;
    return batch;
  }

 private:
  SchemaPtr schema_;
  std::shared_ptr<RowSpool> spool_;
  std::vector<WindowResults> results_;
  bool is_read_ = false;
};

// The results of a window, of the rows that `used` returns, in their order. `rows` has as many.
OperatorPtr results_of(OperatorPtr used, const std::shared_ptr<const WindowColumns>& columns,
                       std::vector<WindowCall> calls, const std::shared_ptr<RowSpool>& rows,
                       const SpillOptions& spill) {
  const bool moved = !columns->keys().empty();
  OperatorPtr results =
      std::make_unique<Results>(std::move(used), columns, std::move(calls), spill);
  if (!moved) return results;
  return in_order_of_numbers(
      std::move(results), [rows] { return rows->rows(); }, spill);
}

}  // namespace

OperatorPtr make_windows_beside_rows(OperatorPtr input, const std::vector<RowWindow>& windows,
                                     std::vector<std::vector<WindowCall>> calls,
                                     const SpillOptions& spill) {
  PENSTOCK_CHECK(!windows.empty() && windows.size() == calls.size());
  SpillOptions share = spill;
  share.memory =
      std::max(spill.memory / (static_cast<int64_t>(windows.size()) + kOtherShares), kLeastMemory);
  SchemaPtr stored = without_dictionaries(input->schema());
  auto rows = std::make_shared<RowSpool>(stored, share);
  std::vector<Field> fields = stored->fields();
  std::vector<UsedByWindow> used;
  for (size_t w = 0; w < windows.size(); ++w) {
    used.push_back({std::make_shared<const WindowColumns>(windows[w], calls[w]), nullptr});
    if (w > 0) used[w].spool = std::make_shared<RowSpool>(used[w].columns->schema(), share);
    for (const WindowCall& call : calls[w])
      fields.push_back({fmt::format("#{}", fields.size()), call.type, true, {}});
  }
  std::vector<WindowResults> results;
  for (size_t w = 0; w < windows.size(); ++w) {
    OperatorPtr from;
    if (w == 0) {
      from = std::make_unique<UsedColumns>(std::move(input), used, rows);
    } else {
      from = std::make_unique<StoredRows>(used[w].columns->schema(), used[w].spool);
    }
    results.emplace_back(
        results_of(std::move(from), used[w].columns, std::move(calls[w]), rows, share));
  }
  return std::make_unique<BesideRows>(make_schema(std::move(fields), stored->metadata()),
                                      std::move(rows), std::move(results));
}

}  // namespace penstock
