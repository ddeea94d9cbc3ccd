#include "libcore/expr/prune/meaning.h"

#include <algorithm>
#include <utility>

#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/expr/prune/key_values.h"

namespace penstock {
namespace {

using Zone = int64_t;

int64_t row_of_bound(const Operand& operand, Zone zone) {
  return operand.constant ? 0 : zone;
}

// Compares bounds of two nodes of one type with the kernels of comparisons.
class BoundsComparison {
 public:
  explicit BoundsComparison(const Type& type)
      : less_(find_comparison(type, {Comparison::kLess, false})),
        less_equal_(find_comparison(type, {Comparison::kLessEqual, false})) {}

  // What a strict call of the comparison may be.
  Outcomes outcomes(const CallNode& call, ComparisonKernel comparison, const Bounds& a,
                    const Bounds& b) const {
    const size_t count = a.may_be_value.size();
    std::vector<bool> holds;
    std::vector<bool> fails;
    switch (comparison.comparison) {
      case Comparison::kEqual: {
        holds = both(compare(call, less_equal_, a.min, b.max, count, true),
                     compare(call, less_equal_, b.min, a.max, count, true));
        fails = both(compare(call, less_equal_, a.max, b.min, count, false),
                     compare(call, less_equal_, b.max, a.min, count, false));
        fails.flip();
        break;
      }
      case Comparison::kLess:
        holds = compare(call, less_, a.min, b.max, count, true);
        fails = compare(call, less_equal_, b.min, a.max, count, true);
        break;
      case Comparison::kLessEqual:
        holds = compare(call, less_equal_, a.min, b.max, count, true);
        fails = compare(call, less_, b.min, a.max, count, true);
        break;
    }
    if (comparison.negated) std::swap(holds, fails);
    Outcomes result{std::move(holds), std::move(fails), std::vector<bool>(count)};
    for (size_t i = 0; i < count; ++i) {
      const bool is_value = a.may_be_value[i] && b.may_be_value[i];
      result.may_be_true[i] = result.may_be_true[i] && is_value;
      result.may_be_false[i] = result.may_be_false[i] && is_value;
      result.may_be_null[i] = a.may_be_null[i] || b.may_be_null[i];
    }
    return result;
  }

 private:
  static std::vector<bool> both(std::vector<bool> a, const std::vector<bool>& b) {
    for (size_t i = 0; i < a.size(); ++i)
      a[i] = a[i] && b[i];
    return a;
  }

  // Compares in each zone; `unknown` where there is no bound.
  static std::vector<bool> compare(const CallNode& call, const Kernel& kernel, const Operand& a,
                                   const Operand& b, size_t count, bool unknown) {
    std::vector<bool> result(count, unknown);
    if (a.column == nullptr || b.column == nullptr || count == 0) return result;
    const Operand operands[] = {a, b};
    const auto rows = static_cast<int64_t>(count);
    const ColumnPtr compared = kernel({call, operands, rows, {}});
    for (Zone zone = 0; zone < rows; ++zone) {
      if (is_known(a, zone) && is_known(b, zone))
        result[static_cast<size_t>(zone)] = compared->bool_at(zone);
    }
    return result;
  }

  Kernel less_;
  Kernel less_equal_;
};

// The key values of a call that is true where its first argument equals a constant second one.
std::optional<std::vector<KeyValues>> values_of_second(const CallNode& call,
                                                       std::span<const size_t> columns) {
  const ColumnPtr constant = call.arguments()[1]->constant();
  if (constant == nullptr) return std::nullopt;
  return key_values_of(*call.arguments()[0], {&constant, 1}, columns);
}

class ComparisonMeaning : public Meaning {
 public:
  ComparisonMeaning(const Type& type, ComparisonKernel comparison)
      : bounds_(type), comparison_(comparison) {}

  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    return bounds_of(bounds_.outcomes(call, comparison_, call.arguments()[0]->bounds(zones),
                                      call.arguments()[1]->bounds(zones)));
  }

  std::optional<std::vector<KeyValues>> key_values(const CallNode& call,
                                                   std::span<const size_t> columns) const override {
    if (comparison_.comparison != Comparison::kEqual || comparison_.negated) return std::nullopt;
    return values_of_second(call, columns);
  }

 private:
  BoundsComparison bounds_;
  ComparisonKernel comparison_;
};

class DistinctMeaning : public Meaning {
 public:
  DistinctMeaning(const Type& type, bool negated) : bounds_(type), negated_(negated) {}

  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    const Bounds a = call.arguments()[0]->bounds(zones);
    const Bounds b = call.arguments()[1]->bounds(zones);
    Outcomes result = bounds_.outcomes(call, {Comparison::kEqual, false}, a, b);
    for (size_t i = 0; i < result.may_be_true.size(); ++i) {
      const bool one_null =
          (a.may_be_null[i] && b.may_be_value[i]) || (a.may_be_value[i] && b.may_be_null[i]);
      const bool both_null = a.may_be_null[i] && b.may_be_null[i];
      result.may_be_true[i] = result.may_be_true[i] || both_null;
      result.may_be_false[i] = result.may_be_false[i] || one_null;
      result.may_be_null[i] = false;
    }
    if (!negated_) std::swap(result.may_be_true, result.may_be_false);
    return bounds_of(result);
  }

  std::optional<std::vector<KeyValues>> key_values(const CallNode& call,
                                                   std::span<const size_t> columns) const override {
    if (!negated_) return std::nullopt;
    return values_of_second(call, columns);
  }

 private:
  BoundsComparison bounds_;
  bool negated_;
};

class BetweenMeaning : public Meaning {
 public:
  BetweenMeaning(const Type& type, bool symmetric) : bounds_(type), symmetric_(symmetric) {}

  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    const Bounds value = call.arguments()[0]->bounds(zones);
    const Bounds first = call.arguments()[1]->bounds(zones);
    const Bounds second = call.arguments()[2]->bounds(zones);
    auto within = [&](const Bounds& low, const Bounds& high) {
      return combine(true, bounds_.outcomes(call, {Comparison::kLess, true}, value, low),
                     bounds_.outcomes(call, {Comparison::kLessEqual, false}, value, high));
    };
    Outcomes result = within(first, second);
    if (symmetric_) result = combine(false, result, within(second, first));
    return bounds_of(result);
  }

 private:
  BoundsComparison bounds_;
  bool symmetric_;
};

class MembershipMeaning : public Meaning {
 public:
  MembershipMeaning(const Type& type, std::span<const ColumnPtr> constants) : bounds_(type) {
    if (constants.empty()) return;
    const ColumnPtr all = concatenate(constants);
    std::vector<RowIndex> order(constants.size());
    for (size_t k = 0; k < order.size(); ++k)
      order[k] = static_cast<RowIndex>(k);
    std::sort(order.begin(), order.end(),
              [&](RowIndex a, RowIndex b) { return compare_values(*all, a, *all, b) < 0; });
    constants_ = take(*all, order);
  }

  Bounds bounds(const CallNode& call, const Zones& zones) const override {
    const Bounds value = call.arguments()[0]->bounds(zones);
    Outcomes result = among_constants(value);
    for (size_t k = 1; k < call.arguments().size(); ++k) {
      result = combine(false, result,
                       bounds_.outcomes(call, {Comparison::kEqual, false}, value,
                                        call.arguments()[k]->bounds(zones)));
    }
    return bounds_of(result);
  }

  std::optional<std::vector<KeyValues>> key_values(const CallNode& call,
                                                   std::span<const size_t> columns) const override {
    std::vector<ColumnPtr> values;
    const int64_t count = constants_ == nullptr ? 0 : constants_->length;
    if (count > kMaxEqualKeys) return std::nullopt;
    for (int64_t k = 0; k < count; ++k)
      values.push_back(slice(constants_, k, 1));
    for (size_t k = 1; k < call.arguments().size(); ++k) {
      const ColumnPtr constant = call.arguments()[k]->constant();
      if (constant == nullptr) return std::nullopt;
      // Nothing equals a null.
      if (constant->null_count == 0) values.push_back(constant);
    }
    return key_values_of(*call.arguments()[0], values, columns);
  }

 private:
  // The number of constants that come before a bound (or are it, for `inclusive`).
  int64_t count_before(const Operand& bound, Zone zone, bool inclusive) const {
    int64_t low = 0;
    int64_t high = constants_->length;
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      const auto order =
          compare_values(*constants_, middle, *bound.column, row_of_bound(bound, zone));
      if (order < 0 || (inclusive && order == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  Outcomes among_constants(const Bounds& value) const {
    Outcomes result{value.may_be_value, value.may_be_value, value.may_be_null};
    for (size_t i = 0; i < value.may_be_value.size(); ++i) {
      if (constants_ == nullptr) result.may_be_true[i] = false;
      if (constants_ == nullptr || !value.may_be_value[i]) continue;
      const auto zone = static_cast<Zone>(i);
      const bool has_min = is_known(value.min, zone);
      const bool has_max = is_known(value.max, zone);
      const int64_t begin = has_min ? count_before(value.min, zone, false) : 0;
      const int64_t end = has_max ? count_before(value.max, zone, true) : constants_->length;
      result.may_be_true[i] = begin < end;
      const bool is_one_value =
          has_min && has_max &&
          compare_values(*value.min.column, row_of_bound(value.min, zone), *value.max.column,
                         row_of_bound(value.max, zone)) == 0;
      result.may_be_false[i] = !is_one_value || begin >= end;
    }
    return result;
  }

  BoundsComparison bounds_;
  ColumnPtr constants_;  // sorted; null for none
};

}  // namespace

MeaningPtr comparison_meaning(const Type& type, ComparisonKernel comparison) {
  return std::make_shared<ComparisonMeaning>(type, comparison);
}

MeaningPtr distinct_meaning(const Type& type, bool negated) {
  return std::make_shared<DistinctMeaning>(type, negated);
}

MeaningPtr between_meaning(const Type& type, bool symmetric) {
  return std::make_shared<BetweenMeaning>(type, symmetric);
}

MeaningPtr membership_meaning(const Type& type, std::span<const ColumnPtr> constants) {
  return std::make_shared<MembershipMeaning>(type, constants);
}

}  // namespace penstock
