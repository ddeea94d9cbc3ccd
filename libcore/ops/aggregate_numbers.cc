#include "libcore/ops/aggregate_numbers.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/ops/aggregate_floats.h"
#include "libcore/ops/aggregate_loop.h"

namespace penstock {
namespace {

class Count : public AggregateState {
 public:
  explicit Count(bool all_rows) : all_rows_(all_rows) {}

  void resize(int64_t groups) override { counts_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    int64_t* counts = counts_.data();
    if (all_rows_) {
      for (int32_t group : rows.groups)
        ++counts[group];
    } else {
      for_each_value(rows, *rows.columns[0], [counts](size_t group, int64_t) { ++counts[group]; });
    }
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    return make_column(int64_type(), count,
                       Buffer::copy(counts_.data() + begin, count * int64_t{sizeof(int64_t)}));
  }

 private:
  bool all_rows_;
  std::vector<int64_t> counts_;
};

// A sum of whole numbers modulo 2^w in a word of w bits, with what was carried out of it kept
// aside: carries are rare, so that the exact sum costs one word and one branch that is always
// predicted.
template <typename Word>
class ExactSums {
 public:
  struct Sum {
    Word word = 0;
    int64_t values = 0;
  };

  void resize(size_t groups) {
    sums_.resize(groups);
    if (!carries_.empty()) carries_.resize(groups);
  }

  void add(size_t group, Word value) {
    Sum& sum = sums_[group];
    ++sum.values;
    if (__builtin_add_overflow(sum.word, value, &sum.word)) [[unlikely]]
      carry(group, value < 0);
  }

  int64_t values(size_t group) const { return sums_[group].values; }
  Word word(size_t group) const { return sums_[group].word; }
  int64_t carries(size_t group) const { return carries_.empty() ? 0 : carries_[group]; }

 private:
  [[gnu::noinline]] void carry(size_t group, bool down) {
    carries_.resize(sums_.size());
    carries_[group] += down ? -1 : 1;
  }

  std::vector<Sum> sums_;
  std::vector<int64_t> carries_;
};

[[noreturn]] void throw_sum_overflow(const Type& type) {
  throw Error(fmt::format("sum: a sum does not fit {}; cast what is summed to {}", type.to_string(),
                          type.id == TypeId::kDecimal128 ? "double precision" : "decimal(38,0)"));
}

// Appends a sum to an int64, uint64 or decimal column under construction.
void push_sum(MutableBuffer& out, const Type& type, int128_t sum) {
  switch (type.id) {
    case TypeId::kUint64:
      if (sum < 0 || sum > std::numeric_limits<uint64_t>::max()) throw_sum_overflow(type);
      out.push(static_cast<uint64_t>(sum));
      return;
    case TypeId::kDecimal128:
      if (!fits_precision(sum, type.precision)) throw_sum_overflow(type);
      out.push(sum);
      return;
    default:
      PENSTOCK_CHECK(fixed_width(type) == 8);
      if (sum < std::numeric_limits<int64_t>::min() || sum > std::numeric_limits<int64_t>::max()) {
        throw_sum_overflow(type);
      }
      out.push(static_cast<int64_t>(sum));
  }
}

// sum and avg of integers, decimals and durations. Word is int64_t, uint64_t or int128_t.
template <typename Word>
class ExactSum : public AggregateState {
 public:
  ExactSum(TypePtr type, int32_t scale, bool average)
      : type_(std::move(type)), scale_(scale), average_(average) {}

  void resize(int64_t groups) override { sums_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    with_values(column, [&](auto* values) {
      using Value = std::remove_cv_t<std::remove_pointer_t<decltype(values)>>;
      if constexpr (!std::is_floating_point_v<Value> && sizeof(Value) <= sizeof(Word)) {
        for_each_value(rows, column, [this, values](size_t group, int64_t i) {
          sums_.add(group, static_cast<Word>(values[i]));
        });
      }
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    ValidityBuilder validity;
    MutableBuffer values;
    for (int64_t i = begin; i < begin + count; ++i) {
      auto group = static_cast<size_t>(i);
      validity.append(sums_.values(group) != 0);
      if (average_) {
        values.push(average(group));
      } else {
        push_sum(values, *type_, exact(group));
      }
    }
    return make_column(type_, count, values.freeze(), validity.finish());
  }

 private:
  int128_t exact(size_t group) const {
    int64_t carries = sums_.carries(group);
    if constexpr (sizeof(Word) == sizeof(int128_t)) {
      if (carries != 0) throw_sum_overflow(*type_);
      return sums_.word(group);
    } else {
      return static_cast<int128_t>(sums_.word(group)) + (static_cast<int128_t>(carries) << 64);
    }
  }

  // One division of whole numbers, so that the double is the nearest to the exact average while
  // both have at most 53 bits: dividing by the scale first was off in the last place for TPC-H's
  // Q1.
  double average(size_t group) const {
    if (sums_.values(group) == 0) return 0;
    int128_t divisor = 0;
    int128_t count = sums_.values(group);
    if (__builtin_mul_overflow(count, power_of_ten(scale_), &divisor)) {
      return as_double(exact(group), scale_) / static_cast<double>(count);
    }
    return static_cast<double>(exact(group)) / static_cast<double>(divisor);
  }

  TypePtr type_;
  int32_t scale_;
  bool average_;
  ExactSums<Word> sums_;
};

class BoolFold : public AggregateState {
 public:
  explicit BoolFold(bool all) : all_(all) {}

  void resize(int64_t groups) override { seen_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    const Column& column = *rows.columns[0];
    for_each_value(rows, column, [this, &column](size_t group, int64_t i) {
      seen_[group] |= column.bool_at(i) ? kTrue : kFalse;
    });
  }

  ColumnPtr finish(int64_t begin, int64_t count) override {
    BoolBuilder results;
    for (int64_t i = begin; i < begin + count; ++i) {
      uint8_t seen = seen_[static_cast<size_t>(i)];
      if (seen == 0) {
        results.append_null();
      } else {
        results.append(all_ ? (seen & kFalse) == 0 : (seen & kTrue) != 0);
      }
    }
    return results.finish();
  }

 private:
  static constexpr uint8_t kTrue = 1;
  static constexpr uint8_t kFalse = 2;

  bool all_;
  std::vector<uint8_t> seen_;
};

}  // namespace

AggregateStatePtr make_count_state(const AggregateCall& call) {
  return std::make_unique<Count>(call.function == "count_star");
}

AggregateStatePtr make_sum_state(const AggregateCall& call) {
  const Type& argument = *call.argument_types.at(0);
  bool average = call.function == "avg";
  if (is_float(argument.id)) return make_float_sum_state(call);
  if (argument.id == TypeId::kUint64) {
    return std::make_unique<ExactSum<uint64_t>>(call.type, 0, average);
  }
  if (argument.id == TypeId::kDecimal128) {
    return std::make_unique<ExactSum<int128_t>>(call.type, argument.scale, average);
  }
  return std::make_unique<ExactSum<int64_t>>(call.type, 0, average);
}

AggregateStatePtr make_bool_state(const AggregateCall& call) {
  return std::make_unique<BoolFold>(call.function == "bool_and");
}

}  // namespace penstock
