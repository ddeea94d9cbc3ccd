#include "libcore/ops/aggregate/extremes.h"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/growing_array.h"
#include "libcore/data/number/one_zero.h"
#include "libcore/data/take.h"
#include "libcore/ops/aggregate/loop.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

template <typename T>
bool is_less(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) return a < b || (b != b && a == a);
  return a < b;
}

// Fixed-width values kept as they are.
template <typename T, bool kGreatest>
class FixedExtreme : public AggregateState {
 public:
  explicit FixedExtreme(TypePtr type) : type_(std::move(type)) {}

  void resize(int64_t groups) override {
    values_.resize(static_cast<size_t>(groups));
    seen_.resize(static_cast<size_t>(groups));
  }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    for_each_value(rows, column, [this, values = column.data<T>()](size_t group, int64_t i) {
      T value = values[i];
      T& best = values_[group];
      bool better = kGreatest ? is_less(best, value) : is_less(value, best);
      if (seen_[group] == 0 || better) best = value;
      seen_[group] = 1;
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    ValidityBuilder validity;
    for (int64_t i = begin; i < begin + count; ++i) {
      validity.append(seen_[static_cast<size_t>(i)] != 0);
    }
    return with_one_zero(make_column(
        type_, count, Buffer::copy(values_.data() + begin, count * static_cast<int64_t>(sizeof(T))),
        validity.finish()));
  }

  std::vector<Field> state_fields() const override { return {{"value", type_, true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {finish(begin, count)};
  }
  void merge(const AggregateRows& states) override { add(states); }
  int64_t bytes() const override { return vector_bytes(values_) + vector_bytes(seen_); }

 private:
  TypePtr type_;
  GrowingArray<T> values_;
  GrowingArray<uint8_t> seen_;
};

// For values of any type. Each group refers to its best row in stored batches; rows that are no
// longer the best are removed when they are more than half of the rows or of the bytes.
class ExtremeRow : public AggregateState {
 public:
  // `value` and `by` are columns of AggregateRows, the same one for min and max.
  ExtremeRow(TypePtr type, TypePtr by_type, bool greatest, size_t value, size_t by)
      : type_(std::move(type)),
        by_type_(std::move(by_type)),
        greatest_(greatest),
        value_(value),
        by_(by) {}

  void resize(int64_t groups) override {
    best_.resize(static_cast<size_t>(groups), PartRow{-1, 0});
  }

  void add(const AggregateRows& rows) override {
    const ColumnPtr& by = rows.columns[by_];
    const auto part = static_cast<int32_t>(bys_.size());
    bys_.push_back(by);
    touched_.clear();
    for_each_value(rows, *by, [&](size_t group, int64_t i) {
      PartRow& best = best_[group];
      if (best.part >= 0) {
        auto order = compare_values(*by, i, *bys_[static_cast<size_t>(best.part)], best.row);
        if (greatest_ ? order <= 0 : order >= 0) return;
      }
      if (best.part != part) touched_.push_back(static_cast<int32_t>(group));
      best = {part, static_cast<RowIndex>(i)};
    });
    keep_touched(rows);
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    auto rows = std::span(best_).subspan(static_cast<size_t>(begin), static_cast<size_t>(count));
    if (values_.empty()) return make_null_column(type_, count);
    ColumnPtr values = take_from(values_, rows);
    // min() and max() return one of equal values, but min_by() returns the value of a certain row.
    return by_ == value_ ? with_one_zero(values) : values;
  }

  std::vector<Field> state_fields() const override {
    std::vector<Field> fields = {{"value", type_, true, {}}};
    if (by_ != value_) fields.push_back({"by", by_type_, true, {}});
    return fields;
  }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    std::vector<ColumnPtr> columns = {finish(begin, count)};
    auto rows = std::span(best_).subspan(static_cast<size_t>(begin), static_cast<size_t>(count));
    if (by_ != value_) {
      columns.push_back(bys_.empty() ? make_null_column(by_type_, count) : take_from(bys_, rows));
    }
    return columns;
  }
  void merge(const AggregateRows& states) override { add(states); }
  int64_t bytes() const override { return vector_bytes(best_) + kept_bytes_; }

 private:
  // The winning rows of the batch become a part of their own, and the batch itself is freed.
  void keep_touched(const AggregateRows& rows) {
    if (touched_.empty()) {
      bys_.pop_back();
      return;
    }
    winners_.clear();
    for (int32_t group : touched_) {
      PartRow& best = best_[static_cast<size_t>(group)];
      winners_.push_back(best.row);
      best.row = static_cast<RowIndex>(winners_.size() - 1);
    }
    bys_.back() = take(*rows.columns[by_], winners_);
    values_.push_back(by_ == value_ ? bys_.back() : take(*rows.columns[value_], winners_));
    kept_rows_ += static_cast<int64_t>(winners_.size());
    kept_bytes_ += part_bytes(values_.size() - 1);
    const bool are_many = kept_rows_ > 2 * static_cast<int64_t>(best_.size()) + kBatchRows;
    if (are_many || kept_bytes_ > 2 * compact_bytes_ + kLooseBytes) compact();
  }

  int64_t part_bytes(size_t part) const {
    int64_t by = byte_size(*bys_[part]) + kColumnBytes;
    return by_ == value_ ? by : by + byte_size(*values_[part]) + kColumnBytes;
  }

  // Parts of bounded rows and bytes, so that no part's outgrow 32-bit offsets.
  void compact() {
    const auto most = static_cast<size_t>(output_rows(kept_bytes_, kept_rows_));
    std::vector<ColumnPtr> bys;
    std::vector<ColumnPtr> values;
    std::vector<PartRow> kept;
    auto flush = [&] {
      bys.push_back(take_from(bys_, kept));
      values.push_back(by_ == value_ ? bys.back() : take_from(values_, kept));
      kept.clear();
    };
    kept_rows_ = 0;
    for (PartRow& best : best_) {
      if (best.part < 0) continue;
      kept.push_back(best);
      best = {static_cast<int32_t>(bys.size()), static_cast<RowIndex>(kept.size() - 1)};
      ++kept_rows_;
      if (kept.size() == most) flush();
    }
    if (!kept.empty()) flush();
    bys_ = std::move(bys);
    values_ = std::move(values);
    kept_bytes_ = 0;
    for (size_t part = 0; part < bys_.size(); ++part)
      kept_bytes_ += part_bytes(part);
    compact_bytes_ = kept_bytes_;
  }

  // Beaten rows that are not worth throwing out.
  static constexpr int64_t kLooseBytes = int64_t{64} << 10;

  TypePtr type_;
  TypePtr by_type_;
  bool greatest_;
  size_t value_;
  size_t by_;
  std::vector<PartRow> best_;
  std::vector<ColumnPtr> bys_;
  std::vector<ColumnPtr> values_;
  int64_t kept_rows_ = 0;
  int64_t kept_bytes_ = 0;
  int64_t compact_bytes_ = 0;  // kept when beaten rows were last thrown out
  std::vector<int32_t> touched_;
  std::vector<RowIndex> winners_;
};

template <typename T>
AggregateStatePtr make_fixed(const TypePtr& type, bool greatest) {
  if (greatest) return std::make_unique<FixedExtreme<T, true>>(type);
  return std::make_unique<FixedExtreme<T, false>>(type);
}

}  // namespace

AggregateStatePtr make_extreme_state(const AggregateCall& call, Extreme which) {
  const bool greatest = which == Extreme::kGreatest;
  AggregateStatePtr state;
  Column none;
  none.type = plain(call.argument_types.at(0));
  with_values(none, [&](auto* values) {
    using Value = std::remove_cv_t<std::remove_pointer_t<decltype(values)>>;
    state = make_fixed<Value>(call.type, greatest);
  });
  if (state) return state;
  return std::make_unique<ExtremeRow>(call.type, call.type, greatest, 0, 0);
}

AggregateStatePtr make_extreme_by_state(const AggregateCall& call, Extreme which) {
  return std::make_unique<ExtremeRow>(call.type, plain(call.argument_types.at(1)),
                                      which == Extreme::kGreatest, 0, 1);
}

}  // namespace penstock
