#include "libcore/ops/aggregate/numbers.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/growing_array.h"
#include "libcore/ops/aggregate/floats.h"
#include "libcore/ops/aggregate/loop.h"

namespace penstock {
namespace {

class Count : public AggregateState {
 public:
  explicit Count(bool all_rows) : all_rows_(all_rows) {}

  void resize(int64_t groups) override { counts_.resize(static_cast<size_t>(groups)); }

  void add(const AggregateRows& rows) override {
    // Loaded once: through `this` the compiler would load it after each store again.
    int64_t* counts = counts_.data();
    if (all_rows_ && !rows.group_rows.empty()) {
      for (size_t group = 0; group < rows.group_rows.size(); ++group)
        counts[group] += rows.group_rows[group];
    } else if (all_rows_) {
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

  std::vector<Field> state_fields() const override { return {{"n", int64_type(), true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {finish(begin, count)};
  }
  void merge(const AggregateRows& states) override {
    const Column& counts = *states.columns[0];
    for_each_value(states, counts, [this, &counts](size_t group, int64_t i) {
      add_count(counts_[group], count_at(counts, i));
    });
  }
  int64_t bytes() const override { return vector_bytes(counts_); }

 private:
  bool all_rows_;
  GrowingArray<int64_t> counts_;
};

// A sum of whole numbers modulo 2^w in a word of w bits; the carries are kept elsewhere. Carries
// are rare, so the exact sum costs one word and one branch that is always predicted.
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

  // Adds a value of each row; `group_rows` as in AggregateRows.
  template <typename Value>
  void add_few(std::span<const int32_t> groups, const Value* values,
               std::span<const int64_t> group_rows) {
    if (group_rows.size() == 1) return add_all(values, group_rows[0]);
    InLanes<Word> words;
    words.for_each_row(groups, [this, groups, values](Word& word, int64_t i) {
      const auto value = static_cast<Word>(values[i]);
      if (__builtin_add_overflow(word, value, &word)) [[unlikely]] {
        carry(static_cast<size_t>(groups[static_cast<size_t>(i)]), value < 0);
      }
    });
    for (size_t group = 0; group < group_rows.size(); ++group) {
      words.for_each_lane(group, [this, group](Word word) { add(group, word); });
      sums_[group].values += group_rows[group] - InLanes<Word>::kLanes;
    }
  }

  // Adds values to the one group.
  template <typename Value>
  void add_all(const Value* values, int64_t rows) {
    Word word = 0;
    for (int64_t i = 0; i < rows; ++i) {
      const auto value = static_cast<Word>(values[i]);
      if (__builtin_add_overflow(word, value, &word)) [[unlikely]]
        carry(0, value < 0);
    }
    add(0, word);
    sums_[0].values += rows - 1;
  }

  // Adds a sum of `values` values: sum + carries * 2^128.
  void merge(size_t group, int64_t values, int128_t sum, int64_t carries) {
    // Two ways: 128-bit words carry beyond themselves, while the exact sum of narrower ones fits
    // 128 bits and is divided into word and carries again.
    if constexpr (sizeof(Word) == sizeof(int128_t)) {
      if (__builtin_add_overflow(sums_[group].word, sum, &sums_[group].word)) {
        carries += sum < 0 ? -1 : 1;
      }
    } else {
      if (carries != 0 || __builtin_add_overflow(sum, exact(group), &sum)) {
        throw Error("a partial state's sum is too large for its type");
      }
      sums_[group].word = static_cast<Word>(sum);
      carries = static_cast<int64_t>((sum - sums_[group].word) >> 64) - this->carries(group);
    }
    add_count(sums_[group].values, values);
    if (carries == 0) return;
    carries_.resize(sums_.size());
    add_count(carries_[group], carries);
  }

  // Without the carries of 128-bit words.
  int128_t exact(size_t group) const {
    if constexpr (sizeof(Word) == sizeof(int128_t)) return sums_[group].word;
    return static_cast<int128_t>(sums_[group].word) +
           static_cast<int128_t>(static_cast<uint128_t>(int128_t{carries(group)}) << 64);
  }

  const GrowingArray<Sum>& sums() const { return sums_; }
  int64_t values(size_t group) const { return sums_[group].values; }
  int64_t bytes() const { return vector_bytes(sums_) + vector_bytes(carries_); }
  Word word(size_t group) const { return sums_[group].word; }
  int64_t carries(size_t group) const { return carries_.empty() ? 0 : carries_[group]; }

 private:
  // Makes room for carries when the first one comes: most sums never have one.
  [[gnu::noinline]] void carry(size_t group, bool down) {
    carries_.resize(sums_.size());
    carries_[group] += down ? -1 : 1;
  }

  GrowingArray<Sum> sums_;
  GrowingArray<int64_t> carries_;
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

// low + carries * 2^128.
struct WideSum {
  int128_t low;
  int64_t carries;
};

// times * 10^38 + rest, with a rest of at most 38 digits.
struct SplitSum {
  int64_t times;
  int128_t rest;
};

SplitSum split_sum(int128_t low, int64_t carries) {
  const int128_t ten_to_38 = power_of_ten(38);
  if (carries == 0 && low < ten_to_38 && low > -ten_to_38) return {0, low};
  // Long division of the magnitude, a bit at a time: this is for sums that are nearly errors.
  auto magnitude = static_cast<uint128_t>(low);
  int64_t high = carries - (low < 0 ? 1 : 0);
  const bool negative = high < 0;
  if (negative) {
    magnitude = -magnitude;
    high = ~high + (magnitude == 0 ? 1 : 0);
  }
  uint64_t times = 0;
  uint128_t rest = 0;
  for (int bit = 191; bit >= 0; --bit) {
    bool set = bit < 128 ? ((magnitude >> bit) & 1) != 0 : ((high >> (bit - 128)) & 1) != 0;
    rest = rest * 2 + (set ? 1 : 0);
    times *= 2;
    if (rest < static_cast<uint128_t>(ten_to_38)) continue;
    rest -= static_cast<uint128_t>(ten_to_38);
    ++times;
  }
  auto whole = static_cast<int64_t>(times);
  return negative ? SplitSum{-whole, -static_cast<int128_t>(rest)}
                  : SplitSum{whole, static_cast<int128_t>(rest)};
}

WideSum times_ten_to_38(int64_t times) {
  const int128_t ten_to_38 = power_of_ten(38);
  const auto low_half = static_cast<int128_t>(static_cast<uint64_t>(ten_to_38));
  const int128_t high_half = ten_to_38 >> 64;
  // Neither product leaves 128 bits: one factor has 64, the other 64 and a sign.
  int128_t low = low_half / 2 * times;
  int128_t high = high_half * times;
  WideSum wide{0, 0};
  auto add = [&wide](int128_t value) {
    if (__builtin_add_overflow(wide.low, value, &wide.low)) wide.carries += value < 0 ? -1 : 1;
  };
  add(low);
  add(low);
  // The lowest 64 bits of the upper half lie within `low`; the bits above them, as a signed number,
  // are the carry.
  auto shifted = static_cast<int128_t>(static_cast<uint128_t>(high) << 64);
  wide.carries += static_cast<int64_t>(high >> 64) + (shifted < 0 ? 1 : 0);
  add(shifted);
  return wide;
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
        if (!rows.group_rows.empty() && column.null_count == 0) {
          return sums_.add_few(rows.groups, values, rows.group_rows);
        }
        for_each_value(rows, column, sums_.sums(), [this, values](size_t group, int64_t i) {
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

  std::vector<Field> state_fields() const override {
    return {{"n", int64_type(), true, {}},
            {"sum", decimal_type(kDigits, scale_), true, {}},
            {"carry", int64_type(), true, {}}};
  }

  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    MutableBuffer counts;
    MutableBuffer sums;
    MutableBuffer carries;
    for (int64_t i = begin; i < begin + count; ++i) {
      auto group = static_cast<size_t>(i);
      SplitSum split = split_sum(
          sums_.exact(group), sizeof(Word) == sizeof(int128_t) ? sums_.carries(group) : int64_t{0});
      counts.push(sums_.values(group));
      sums.push(split.rest);
      carries.push(split.times);
    }
    return {make_column(int64_type(), count, counts.freeze()),
            make_column(decimal_type(kDigits, scale_), count, sums.freeze()),
            make_column(int64_type(), count, carries.freeze())};
  }

  void merge(const AggregateRows& states) override {
    const Column& counts = *states.columns[0];
    const Column& sums = *states.columns[1];
    const Column& carries = *states.columns[2];
    for (int64_t i = 0; i < counts.length; ++i) {
      auto group = static_cast<size_t>(states.groups[static_cast<size_t>(i)]);
      int128_t rest = sums.is_null(i) ? 0 : sums.data<int128_t>()[i];
      int64_t times = carries.is_null(i) ? 0 : carries.data<int64_t>()[i];
      sums_.merge(group, count_at(counts, i), rest, 0);
      if (times == 0) continue;
      WideSum wide = times_ten_to_38(times);
      sums_.merge(group, 0, wide.low, wide.carries);
    }
  }

  int64_t bytes() const override { return sums_.bytes(); }

 private:
  int128_t exact(size_t group) const {
    if (sizeof(Word) == sizeof(int128_t) && sums_.carries(group) != 0) throw_sum_overflow(*type_);
    return sums_.exact(group);
  }

  // A sum of more than 38 digits is sent with the number of times that 10^38 was subtracted from
  // it.
  static constexpr int32_t kDigits = 38;

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

  std::vector<Field> state_fields() const override { return {{"value", bool_type(), true, {}}}; }
  std::vector<ColumnPtr> states(int64_t begin, int64_t count) override {
    return {finish(begin, count)};
  }
  void merge(const AggregateRows& states) override { add(states); }
  int64_t bytes() const override { return vector_bytes(seen_); }

 private:
  // What has been seen, as a set: the result follows at the end, so that rows cost one `or` and no
  // branch, and null (nothing seen) needs no flag.
  static constexpr uint8_t kTrue = 1;
  static constexpr uint8_t kFalse = 2;

  bool all_;
  std::vector<uint8_t> seen_;
};

AggregateStatePtr make_exact_sum(const AggregateCall& call, bool average) {
  const Type& argument = *call.argument_types.at(0);
  if (is_float(argument.id)) return make_float_sum_state(call, average);
  if (argument.id == TypeId::kUint64) {
    return std::make_unique<ExactSum<uint64_t>>(call.type, 0, average);
  }
  if (argument.id == TypeId::kDecimal128) {
    return std::make_unique<ExactSum<int128_t>>(call.type, argument.scale, average);
  }
  return std::make_unique<ExactSum<int64_t>>(call.type, 0, average);
}

}  // namespace

AggregateStatePtr make_count_state(const AggregateCall& call) {
  return std::make_unique<Count>(call.arguments.empty());
}

AggregateStatePtr make_sum_state(const AggregateCall& call) {
  return make_exact_sum(call, false);
}

AggregateStatePtr make_average_state(const AggregateCall& call) {
  return make_exact_sum(call, true);
}

AggregateStatePtr make_all_true_state() {
  return std::make_unique<BoolFold>(true);
}

AggregateStatePtr make_any_true_state() {
  return std::make_unique<BoolFold>(false);
}

}  // namespace penstock
