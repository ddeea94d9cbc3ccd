#include "libcore/ops/aggregate/first.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/ops/aggregate/loop.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Holds the first values alone: a group takes one once, so that nothing held is ever thrown out.
class First : public AggregateState {
 public:
  explicit First(TypePtr type) : type_(std::move(type)) {}

  void resize(int64_t groups) override {
    unset_ += groups - static_cast<int64_t>(first_.size());
    first_.resize(static_cast<size_t>(groups), PartRow{-1, 0});
  }

  void add(const AggregateRows& rows) override {
    // Once each group has its value, rows cost nothing.
    if (unset_ == 0) return;
    const Column& column = *rows.columns[0];
    const auto part = static_cast<int32_t>(values_.size());
    chosen_.clear();
    for_each_value(rows, column, [&](size_t group, int64_t i) {
      PartRow& first = first_[group];
      if (first.part >= 0) return;
      first = {part, static_cast<RowIndex>(chosen_.size())};
      chosen_.push_back(static_cast<RowIndex>(i));
    });
    if (chosen_.empty()) return;
    unset_ -= static_cast<int64_t>(chosen_.size());
    values_.push_back(take(column, chosen_));
    value_bytes_ += byte_size(*values_.back()) + kColumnBytes;
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    if (values_.empty()) return make_null_column(type_, count);
    return take_from(
        values_, std::span(first_).subspan(static_cast<size_t>(begin), static_cast<size_t>(count)));
  }

  std::vector<Field> state_fields() const override { return {{"value", type_, true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {finish(begin, count)};
  }
  void merge(const AggregateRows& states) override { add(states); }
  int64_t bytes() const override { return vector_bytes(first_) + value_bytes_; }

 private:
  TypePtr type_;
  std::vector<PartRow> first_;     // of each group, in `values_`; part -1 for none yet
  std::vector<ColumnPtr> values_;  // of the batches that had any
  std::vector<RowIndex> chosen_;   // scratch of add()
  int64_t unset_ = 0;              // groups without a value
  int64_t value_bytes_ = 0;
};

// Holds the values that were last when their batch was added; those that are so no more are left
// out once they are most.
class Last : public AggregateState {
 public:
  explicit Last(TypePtr type) : type_(std::move(type)) {}

  void resize(int64_t groups) override {
    last_.resize(static_cast<size_t>(groups), PartRow{-1, 0});
  }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    const auto part = static_cast<int32_t>(values_.size());
    chosen_.clear();
    for_each_value(rows, column, [&](size_t group, int64_t i) {
      PartRow& last = last_[group];
      if (last.part == part) {
        chosen_[static_cast<size_t>(last.row)] = static_cast<RowIndex>(i);
        return;
      }
      if (last.part < 0) ++set_;
      last = {part, static_cast<RowIndex>(chosen_.size())};
      chosen_.push_back(static_cast<RowIndex>(i));
    });
    if (chosen_.empty()) return;
    keep(take(column, chosen_));
    if (held_ > 2 * set_ + kFew) leave_out_old();
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    if (values_.empty()) return make_null_column(type_, count);
    return take_from(
        values_, std::span(last_).subspan(static_cast<size_t>(begin), static_cast<size_t>(count)));
  }

  std::vector<Field> state_fields() const override { return {{"value", type_, true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {finish(begin, count)};
  }
  void merge(const AggregateRows& states) override { add(states); }
  int64_t bytes() const override { return vector_bytes(last_) + value_bytes_; }

 private:
  static constexpr int64_t kFew = 4096;

  void keep(ColumnPtr values) {
    held_ += values->length;
    value_bytes_ += byte_size(*values) + kColumnBytes;
    values_.push_back(std::move(values));
  }

  void leave_out_old() {
    std::vector<PartRow> rows;
    for (PartRow& last : last_) {
      if (last.part < 0) continue;
      rows.push_back(last);
      last = {0, static_cast<RowIndex>(rows.size() - 1)};
    }
    ColumnPtr values = take_from(values_, rows);
    values_.clear();
    held_ = 0;
    value_bytes_ = 0;
    keep(std::move(values));
  }

  TypePtr type_;
  std::vector<PartRow> last_;      // of each group, in `values_`; part -1 for none yet
  std::vector<ColumnPtr> values_;  // of batches that had any
  std::vector<RowIndex> chosen_;   // scratch of add()
  int64_t set_ = 0;                // groups with a value
  int64_t held_ = 0;               // rows in `values_`
  int64_t value_bytes_ = 0;
};

}  // namespace

AggregateStatePtr make_last_state(const AggregateCall& call) {
  return std::make_unique<Last>(call.type);
}

AggregateStatePtr make_first_state(const AggregateCall& call) {
  return std::make_unique<First>(call.type);
}

}  // namespace penstock
