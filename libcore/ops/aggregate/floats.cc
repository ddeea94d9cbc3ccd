#include "libcore/ops/aggregate/floats.h"

#include <fmt/format.h>

#include <cmath>
#include <type_traits>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/ops/aggregate/float_sums.h"
#include "libcore/ops/aggregate/float_terms.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

class FloatSum : public AggregateState {
 public:
  FloatSum(TypePtr type, bool average) : type_(std::move(type)), average_(average) {}

  void resize(int64_t groups) override { sums_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    with_values(column, [&](auto* values) {
      using Value = std::remove_cv_t<std::remove_pointer_t<decltype(values)>>;
      if constexpr (std::is_floating_point_v<Value>) {
        sums_.begin(std::span<const Value>(values, rows.groups.size()));
        for_each_value(rows, column, sums_.sums(), [this, values](size_t group, int64_t i) {
          sums_.add(group, static_cast<double>(values[i]));
        });
      }
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    ValidityBuilder validity;
    MutableBuffer values;
    for (int64_t i = begin; i < begin + count; ++i) {
      auto group = static_cast<size_t>(i);
      int64_t added = sums_.values(group);
      validity.append(added != 0);
      double divisor = average_ && added != 0 ? static_cast<double>(added) : 1;
      values.push(sums_.rounded(group) / divisor);
    }
    return make_column(type_, count, values.freeze(), validity.finish());
  }

  std::vector<Field> state_fields() const override {
    return {{"n", int64_type(), true, {}}, {"sum", terms_type(), true, {}}};
  }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {sums_.counts(begin, count), terms_column(sums_, begin, count)};
  }
  void merge(const AggregateRows& states) override { merge_terms(sums_, states, 1); }
  int64_t bytes() const override { return sums_.bytes(); }

 private:
  TypePtr type_;
  bool average_;
  FloatSums sums_;
};

class Variance : public AggregateState {
 public:
  Variance(bool sample, bool root) : sample_(sample), root_(root) {}

  void resize(int64_t groups) override {
    for (FloatSums* sums : {&sums_, &squares_, &rests_})
      sums->resize(static_cast<size_t>(groups));
  }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    if (column.type->id != TypeId::kFloat64) return;
    auto values = column.data<double>();
    begin({values, rows.groups.size()});
    for_each_value(rows, column, [this, values](size_t group, int64_t i) {
      Product square = multiply(values[i], values[i]);
      sums_.add(group, values[i]);
      squares_.add(group, square.nearest);
      // An infinite square has no difference.
      rests_.add(group, std::isfinite(square.nearest) ? square.rest : 0);
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    FixedBuilder<double> results;
    std::vector<double> sum;
    std::vector<double> squares;
    for (int64_t i = begin; i < begin + count; ++i) {
      auto group = static_cast<size_t>(i);
      int64_t n = sums_.values(group);
      int64_t divisor = sample_ ? n - 1 : n;
      if (divisor <= 0) {
        results.append_null();
        continue;
      }
      sum.clear();
      squares.clear();
      sums_.append_terms(group, sum);
      squares_.append_terms(group, squares);
      rests_.append_terms(group, squares);
      double variance =
          deviation(n, sum, sum, squares) / (static_cast<double>(n) * static_cast<double>(divisor));
      if (!std::isfinite(variance) && std::isfinite(sums_.rounded(group))) throw_too_large();
      results.append(root_ ? std::sqrt(variance) : variance);
    }
    return results.finish(float64_type());
  }

  std::vector<Field> state_fields() const override {
    return {{"n", int64_type(), true, {}},
            {"sum", terms_type(), true, {}},
            {"squares", terms_type(), true, {}},
            {"rests", terms_type(), true, {}}};
  }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {sums_.counts(begin, count), terms_column(sums_, begin, count),
            terms_column(squares_, begin, count), terms_column(rests_, begin, count)};
  }
  void merge(const AggregateRows& states) override {
    merge_terms(sums_, states, 1);
    merge_terms(squares_, states, 2);
    merge_terms(rests_, states, 3);
  }
  int64_t bytes() const override { return sums_.bytes() + squares_.bytes() + rests_.bytes(); }

 private:
  [[noreturn]] void throw_too_large() const {
    throw Error(fmt::format("{}: squares of the values do not fit float64; divide the values first",
                            root_ ? "stddev" : "variance"));
  }

  void begin(std::span<const double> values) {
    if (sums_.is_begun()) return;
    sums_.begin(values);
    std::vector<double> squares;
    std::vector<double> rests;
    for (double value : values) {
      Product square = multiply(value, value);
      squares.push_back(square.nearest);
      rests.push_back(square.rest);
    }
    squares_.begin(std::span<const double>(squares));
    rests_.begin(std::span<const double>(rests));
  }

  bool sample_;
  bool root_;
  FloatSums sums_;
  FloatSums squares_;  // of the squares as doubles, and the differences from them
  FloatSums rests_;
};

}  // namespace

AggregateStatePtr make_float_sum_state(const AggregateCall& call, bool average) {
  return std::make_unique<FloatSum>(call.type, average);
}

AggregateStatePtr make_variance_state(VarianceOf what) {
  return std::make_unique<Variance>(what.sample, what.root);
}

}  // namespace penstock
