#include "libcore/ops/window/scatter.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/base/check.h"
#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/os/threads.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// One column whose values are written in any order.
class ScatteredColumn {
 public:
  ScatteredColumn(TypePtr type, int64_t rows) : type_(std::move(type)), rows_(rows) {
    values_.resize(rows * fixed_width(*type_));  // each is written
  }

  void write_values(const Column& column, const int64_t* places) {
    switch (fixed_width(*type_)) {
      case 1:
        return write_each<uint8_t>(column, places);
      case 2:
        return write_each<uint16_t>(column, places);
      case 4:
        return write_each<uint32_t>(column, places);
      case 8:
        return write_each<uint64_t>(column, places);
      default:
        return write_each<uint128_t>(column, places);
    }
  }

  void write_nulls(const Column& column, const int64_t* places) {
    if (column.null_count == 0) return;
    if (validity_.size() == 0) {
      validity_.resize_zeroed(bitmap_bytes(rows_));
      std::fill(validity_.data(), validity_.data() + validity_.size(), uint8_t{0xFF});
      if (rows_ % 8 != 0)
        validity_.data()[rows_ / 8] = static_cast<uint8_t>((1U << (rows_ % 8)) - 1);
    }
    for (int64_t i = 0; i < column.length; ++i) {
      if (column.is_null(i))
        validity_.data()[places[i] / 8] &= static_cast<uint8_t>(~(1U << (places[i] % 8)));
    }
  }

  ColumnPtr finish() {
    return make_column(type_, rows_, values_.freeze(),
                       validity_.size() == 0 ? Buffer() : validity_.freeze());
  }

 private:
  template <typename T>
  void write_each(const Column& column, const int64_t* places) {
    auto* to = reinterpret_cast<T*>(values_.data());
    const T* from = column.data<T>();
    for (int64_t i = 0; i < column.length; ++i)
      to[places[i]] = from[i];
  }

  TypePtr type_;
  int64_t rows_;
  MutableBuffer values_;
  MutableBuffer validity_;
};

// A batch in front of the others.
class PutBack : public Operator {
 public:
  PutBack(std::optional<Batch> first, OperatorPtr rest)
      : schema_(rest->schema()), first_(std::move(first)), rest_(std::move(rest)) {}
  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    if (first_) return std::exchange(first_, std::nullopt);
    if (rest_ == nullptr) return std::nullopt;
    std::optional<Batch> batch = rest_->next();
    if (!batch) rest_.reset();
    return batch;
  }

 private:
  SchemaPtr schema_;
  std::optional<Batch> first_;
  OperatorPtr rest_;
};

class InOrderOfNumbers : public Operator {
 public:
  InOrderOfNumbers(OperatorPtr input, std::function<int64_t()> rows, SpillOptions spill)
      : input_(std::move(input)), rows_(std::move(rows)), spill_(std::move(spill)) {
    std::vector<Field> fields = input_->schema()->fields();
    fields.pop_back();
    schema_ = make_schema(std::move(fields));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    if (input_) read();
    if (sorted_) return next_sorted();
    if (at_ == whole_.rows) return std::nullopt;
    const int64_t rows = std::min(kBatchRows, whole_.rows - at_);
    at_ += rows;
    return slice(whole_, at_ - rows, rows);
  }

 private:
  std::optional<Batch> next_sorted() {
    std::optional<Batch> batch = sorted_->next();
    if (!batch) return std::nullopt;
    batch->columns.pop_back();
    batch->schema = schema_;
    return batch;
  }

  void read() {
    std::optional<Batch> batch = input_->next();
    if (!batch) return input_.reset();
    const int64_t rows = rows_();
    if (!can_scatter(rows)) {
      SortOptions sort;
      sort.keys = {{input_->schema()->fields().back().name, false, false}};
      sort.spill = spill_;
      sorted_ = make_sort(std::make_unique<PutBack>(std::move(batch), std::move(input_)), sort);
      input_ = nullptr;
      return;
    }
    std::vector<ScatteredColumn> columns;
    for (const Field& field : schema_->fields())
      columns.emplace_back(field.type, rows);
    std::vector<Batch> some;
    for (int64_t bytes = 0; batch; batch = input_->next()) {
      bytes += memory_bytes(*batch);
      some.push_back(*std::move(batch));
      if (some.size() < kBatchesAtOnce && bytes < spill_.memory / kBatchesShare) continue;
      scatter(some, columns);
      some.clear();
      bytes = 0;
    }
    scatter(some, columns);
    input_.reset();
    whole_ = {schema_, rows, {}};
    for (ScatteredColumn& column : columns)
      whole_.columns.push_back(column.finish());
  }

  // Values are written to anywhere in memory: two threads wait for it side by side. A byte of a
  // validity bitmap is of rows of several batches, so the bits of nulls are cleared by one thread.
  static void scatter(const std::vector<Batch>& batches, std::vector<ScatteredColumn>& columns) {
    auto numbers_of = [](const Batch& batch) { return batch.columns.back()->data<int64_t>(); };
    run_in_threads(batches.size(), [&](size_t i) {
      for (size_t c = 0; c < columns.size(); ++c)
        columns[c].write_values(*batches[i].columns[c], numbers_of(batches[i]));
    });
    for (const Batch& batch : batches) {
      for (size_t c = 0; c < columns.size(); ++c)
        columns[c].write_nulls(*batch.columns[c], numbers_of(batch));
    }
  }

  bool can_scatter(int64_t rows) const {
    int64_t bytes = 0;
    for (const Field& field : schema_->fields()) {
      const int32_t width = fixed_width(*field.type);
      const bool is_written = width == 1 || width == 2 || width == 4 || width == 8 || width == 16;
      if (!is_written || field.type->id == TypeId::kBool) return false;
      bytes += width;
    }
    return rows <= kMostRows && rows * bytes <= spill_.memory / 2;
  }

  // How many batches are scattered at once, and their share of the memory.
  static constexpr size_t kBatchesAtOnce = 32;
  static constexpr int64_t kBatchesShare = 16;
  // Rows of one column are numbered by 32 bits.
  static constexpr int64_t kMostRows = int64_t{1} << 30;

  SchemaPtr schema_;
  OperatorPtr input_;  // null once it is read, or given to the sort
  std::function<int64_t()> rows_;
  SpillOptions spill_;
  OperatorPtr sorted_;
  Batch whole_;
  int64_t at_ = 0;
};

}  // namespace

OperatorPtr in_order_of_numbers(OperatorPtr input, std::function<int64_t()> rows,
                                const SpillOptions& spill) {
  return std::make_unique<InOrderOfNumbers>(std::move(input), std::move(rows), spill);
}

}  // namespace penstock
