#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "libcore/data/builder.h"
#include "libcore/data/compare.h"
#include "libcore/data/number/one_zero.h"
#include "libcore/data/take.h"
#include "libcore/expr/aggregates.h"
#include "libcore/ops/aggregate/float_sums.h"
#include "libcore/ops/aggregate/state.h"
#include "libcore/ops/window/runner.h"

namespace penstock {
namespace {

// Of decimals with more digits, sums of many values could leave 128 bits.
constexpr int32_t kMostDigits = 28;

using LoadWhole = int128_t (*)(const Column&, int64_t);

template <typename T>
int128_t load_whole(const Column& column, int64_t row) {
  return static_cast<int128_t>(column.data<T>()[row]);
}

// Null for types whose sums are not exact in 128 bits.
LoadWhole loader_of(const Type& type) {
  switch (type.id) {
    case TypeId::kInt8:
      return load_whole<int8_t>;
    case TypeId::kInt16:
      return load_whole<int16_t>;
    case TypeId::kInt32:
      return load_whole<int32_t>;
    case TypeId::kInt64:
      return load_whole<int64_t>;
    case TypeId::kUint8:
      return load_whole<uint8_t>;
    case TypeId::kUint16:
      return load_whole<uint16_t>;
    case TypeId::kUint32:
      return load_whole<uint32_t>;
    case TypeId::kUint64:
      return load_whole<uint64_t>;
    case TypeId::kDecimal128:
      return type.precision <= kMostDigits ? load_whole<int128_t> : nullptr;
    default:
      return nullptr;
  }
}

// Follows frames: enters(place) and leaves(place) are called for the values that are not null, each
// once, in the order of the rows.
class FrameFollower {
 public:
  FrameFollower(const SortedRows& rows, size_t column)
      : front_(rows), back_(rows), column_(column) {}

  template <typename Enters, typename Leaves>
  void move(int64_t begin, int64_t end, const Enters& enters, const Leaves& leaves) {
    for (; left_ < std::min(begin, entered_); ++left_) {
      const RowCursor::Place place = back_.at(column_, left_);
      if (place.column->is_valid(place.row)) leaves(place);
    }
    if (begin > entered_) left_ = entered_ = begin;
    for (; entered_ < end; ++entered_) {
      const RowCursor::Place place = front_.at(column_, entered_);
      if (place.column->is_valid(place.row)) enters(place);
    }
  }

 private:
  RowCursor front_;
  RowCursor back_;
  size_t column_;
  int64_t entered_ = 0;
  int64_t left_ = 0;
};

// count(*), count, and sum and avg of whole numbers and decimals. The result is made of partial
// aggregates, by what makes it of these for groups.
class MovingSum : public WindowRunner {
 public:
  MovingSum(const SortedRows& rows, const WindowCall& call, const CallColumns& columns,
            LoadWhole load)
      : frames_(rows, call.frame, columns.range),
        call_(call_of_columns(call, columns)),
        counts_rows_(columns.arguments.empty()),
        follower_(rows, counts_rows_ ? 0 : columns.arguments[0]),
        load_(load),
        fields_(make_aggregate_state(call_)->state_fields()) {}

  ColumnPtr run(const WindowBlock& block) override {
    const FrameBounds& bounds = frames_.find(block);
    std::vector<int64_t> counts(block.rows());
    std::vector<int128_t> sums(block.rows());
    for (size_t i = 0; i < counts.size(); ++i) {
      if (counts_rows_) {
        counts[i] = bounds.end[i] - bounds.begin[i];
        continue;
      }
      follower_.move(
          bounds.begin[i], bounds.end[i],
          [this](const RowCursor::Place& place) {
            ++count_;
            if (load_ != nullptr) sum_ += load_(*place.column, place.row);
          },
          [this](const RowCursor::Place& place) {
            --count_;
            if (load_ != nullptr) sum_ -= load_(*place.column, place.row);
          });
      counts[i] = count_;
      sums[i] = sum_;
    }
    if (load_ == nullptr) return int64_column(counts);
    return results(counts, sums);
  }

 private:
  ColumnPtr results(const std::vector<int64_t>& counts, const std::vector<int128_t>& sums) const {
    const auto rows = static_cast<int64_t>(counts.size());
    const ColumnPtr columns[] = {
        int64_column(counts),
        make_column(fields_[1].type, rows,
                    Buffer::copy(sums.data(), rows * static_cast<int64_t>(sizeof(int128_t)))),
        int64_column(std::vector<int64_t>(counts.size()))};
    std::vector<int32_t> groups(counts.size());
    for (size_t i = 0; i < groups.size(); ++i)
      groups[i] = static_cast<int32_t>(i);
    AggregateStatePtr state = make_aggregate_state(call_);
    state->resize(rows);
    state->merge({groups, columns});
    return state->finish(0, rows);
  }

  FrameFinder frames_;
  AggregateCall call_;
  bool counts_rows_;
  FrameFollower follower_;
  LoadWhole load_;  // null for a count
  std::vector<Field> fields_;
  int64_t count_ = 0;
  int128_t sum_ = 0;
};

// sum and avg of floats: the double nearest to the exact sum.
class MovingFloatSum : public WindowRunner {
 public:
  MovingFloatSum(const SortedRows& rows, const WindowCall& call, const CallColumns& columns)
      : frames_(rows, call.frame, columns.range),
        follower_(rows, columns.arguments[0]),
        type_(call.type),
        is_double_(call.aggregate.arguments[0]->type()->id == TypeId::kFloat64),
        average_(call.aggregate.function->kind == AggregateKind::kAverage) {
    sum_.resize(1);
  }

  ColumnPtr run(const WindowBlock& block) override {
    const FrameBounds& bounds = frames_.find(block);
    FixedBuilder<double> results;
    for (size_t i = 0; i < block.rows(); ++i) {
      follower_.move(
          bounds.begin[i], bounds.end[i],
          [this](const RowCursor::Place& place) { add(value_of(place), 1); },
          [this](const RowCursor::Place& place) { add(value_of(place), -1); });
      if (count_ == 0) {
        results.append_null();
      } else {
        results.append(sum() / (average_ ? static_cast<double>(count_) : 1));
      }
    }
    return results.finish(type_);
  }

 private:
  double value_of(const RowCursor::Place& place) const {
    return is_double_ ? place.column->data<double>()[place.row]
                      : static_cast<double>(place.column->data<float>()[place.row]);
  }

  // Adds the value (times 1), or takes it out again (times -1).
  void add(double value, int64_t times) {
    count_ += times;
    if (std::isfinite(value)) [[likely]] {
      sum_.begin(std::span<const double>(&value, 1));
      sum_.add(0, times < 0 ? -value : value);
    } else {
      (std::isnan(value) ? nans_ : value > 0 ? infinities_ : negative_infinities_) += times;
    }
  }

  double sum() const {
    if (nans_ != 0 || (infinities_ != 0 && negative_infinities_ != 0)) return std::nan("");
    if (infinities_ != 0) return HUGE_VAL;
    return negative_infinities_ != 0 ? -HUGE_VAL : sum_.rounded(0);
  }

  FrameFinder frames_;
  FrameFollower follower_;
  TypePtr type_;
  bool is_double_;
  bool average_;
  FloatSums sum_;  // of the finite values
  int64_t count_ = 0;
  int64_t nans_ = 0;
  int64_t infinities_ = 0;
  int64_t negative_infinities_ = 0;
};

// min and max: the rows of the frame that are less (greater) than all that come after them.
class MovingExtreme : public WindowRunner {
 public:
  MovingExtreme(const SortedRows& rows, const WindowCall& call, const CallColumns& columns)
      : frames_(rows, call.frame, columns.range),
        front_(rows),
        results_(rows),
        column_(columns.arguments[0]),
        is_least_(call.aggregate.function->kind == AggregateKind::kMin) {}

  ColumnPtr run(const WindowBlock& block) override {
    const FrameBounds& bounds = frames_.find(block);
    std::vector<int64_t> rows(block.rows());
    for (size_t i = 0; i < rows.size(); ++i) {
      entered_ = std::max(entered_, bounds.begin[i]);
      for (; entered_ < bounds.end[i]; ++entered_)
        enter();
      while (!best_.empty() && best_.front().row < bounds.begin[i])
        best_.pop_front();
      rows[i] = best_.empty() ? -1 : best_.front().row;
    }
    return with_one_zero(results_.take(column_, rows));
  }

 private:
  struct Candidate {
    int64_t row;
    ColumnPtr column;
    int64_t at;
  };

  void enter() {
    const RowCursor::Place place = front_.at(column_, entered_);
    if (place.column->is_null(place.row)) return;
    while (!best_.empty()) {
      const Candidate& last = best_.back();
      const auto order = compare_values(*last.column, last.at, *place.column, place.row);
      if (is_least_ ? order < 0 : order > 0) break;
      best_.pop_back();
    }
    best_.push_back({entered_, front_.column(column_), place.row});
  }

  FrameFinder frames_;
  RowCursor front_;
  RowCursor results_;
  size_t column_;
  bool is_least_;
  int64_t entered_ = 0;
  std::deque<Candidate> best_;
};

}  // namespace

WindowRunnerPtr make_moving(const WindowCall& call, const CallColumns& columns,
                            const SortedRows& rows) {
  if (call.frame.shape.exclude != FrameShape::Exclude::kNothing) return nullptr;
  const AggregateKind kind = call.aggregate.function->kind;
  if (kind == AggregateKind::kCount) {
    CallColumns counted = columns;
    // The filter is in the arguments, where there are any; its own column is null where it is not
    // true.
    if (columns.filter && columns.arguments.empty()) counted.arguments = {*columns.filter};
    return std::make_unique<MovingSum>(rows, call, counted, nullptr);
  }
  if (kind == AggregateKind::kMin || kind == AggregateKind::kMax)
    return std::make_unique<MovingExtreme>(rows, call, columns);
  if (kind != AggregateKind::kSum && kind != AggregateKind::kAverage) return nullptr;
  const Type& type = *call.aggregate.arguments[0]->type();
  if (type.id == TypeId::kFloat64 || type.id == TypeId::kFloat32)
    return std::make_unique<MovingFloatSum>(rows, call, columns);
  LoadWhole load = loader_of(type);
  return load == nullptr ? nullptr : std::make_unique<MovingSum>(rows, call, columns, load);
}

}  // namespace penstock
