#include "libcore/ops/aggregate/numbers.h"

#include <gtest/gtest.h>

#include "libcore/data/number/decimal.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::expect_of_each_group;
using testing::Random;
using testing::table;

std::string with_point(int128_t value, int32_t scale) {
  std::string digits;
  bool negative = value < 0;
  auto rest = negative ? -static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
  for (int32_t place = 0; rest != 0 || place <= scale; ++place) {
    if (place == scale && scale > 0) digits += '.';
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (negative) digits += '-';
  return {digits.rbegin(), digits.rend()};
}

// "12.25" with two places as 1225.
int128_t without_point(const std::string& text) {
  int128_t value = 0;
  for (char c : text) {
    if (c >= '0' && c <= '9') value = value * 10 + (c - '0');
  }
  return text[0] == '-' ? -value : value;
}

TEST(Numbers, CountIsOfRowsAndOfValues) {
  Random random(1);
  for (const TypePtr& type : testing::tried_types()) {
    Batch rows = table({{"v", testing::random_column(random, type, 200, 10, 30)}});
    expect_of_each_group("count(*)", rows, random(),
                         [](const Batch& group) { return std::to_string(group.rows); });
    expect_of_each_group("count(v)", rows, random(), [](const Batch& group) {
      return std::to_string(group.rows - group.columns[0]->null_count);
    });
  }
}

TEST(Numbers, SumsAreExact) {
  Random random(2);
  std::vector<std::pair<TypePtr, int32_t>> types = {
      {make_type(TypeId::kInt8), 0},  {make_type(TypeId::kInt16), 0},  {int32_type(), 0},
      {make_type(TypeId::kUint8), 0}, {make_type(TypeId::kUint32), 0}, {decimal_type(20, 2), 2}};
  for (const auto& [type, scale] : types) {
    for (int nulls : {0, 40, 100}) {
      Batch rows = table({{"v", testing::random_column(random, type, 300, 1000, nulls)}});
      expect_of_each_group("sum(v)", rows, random(), [places = scale](const Batch& group) {
        int128_t sum = 0;
        for (const std::string& value : testing::texts_of(*group.columns[0]))
          sum += value == "null" ? 0 : without_point(value);
        bool any = group.columns[0]->null_count < group.rows;
        return any ? with_point(sum, places) : "null";
      });
    }
  }
}

TEST(Numbers, AverageOfWholeNumbersIsTheRoundedQuotient) {
  Random random(3);
  Batch rows = table({{"v", testing::random_column(random, int32_type(), 300, 1000, 20)}});
  expect_of_each_group("avg(v)", rows, random(), [](const Batch& group) {
    double sum = 0;  // of so few numbers it is exact
    int64_t count = 0;
    for (const std::string& value : testing::texts_of(*group.columns[0])) {
      if (value == "null") continue;
      sum += std::stod(value);
      ++count;
    }
    if (count == 0) return std::string("null");
    FixedBuilder<double> builder;
    builder.append(sum / static_cast<double>(count));
    return testing::texts_of(*builder.finish(float64_type()))[0];
  });
}

// Sums of int64 pass beyond 64 bits on the way, and only what is left at the end must fit.
TEST(Numbers, ASumMayLeaveItsTypeOnTheWayAndNotAtTheEnd) {
  const std::string most = "9223372036854775807";
  const std::string least = "-9223372036854775808";
  auto sum = [](const std::vector<std::string>& values) {
    Batch rows = table({{"v", column(int64_type(), values)}});
    AggregateCall call = testing::call_of("sum(v)", *rows.schema);
    std::vector<int32_t> groups(values.size(), 0);
    std::string whole = testing::results_of(*testing::state_of(call, rows, groups, 1), 1)[0];
    EXPECT_EQ(testing::merged_results(call, rows, groups, 1, 3)[0], whole);
    return whole;
  };
  EXPECT_EQ(sum({most, most, least, least}), "-2");
  EXPECT_EQ(sum({most, "0"}), most);
  EXPECT_EQ(sum({least, "0"}), least);
  EXPECT_NE(error_of([&] { sum({most, "1"}); }), "no error");
  EXPECT_NE(error_of([&] { sum({least, "-1"}); }), "no error");
}

TEST(Numbers, BoolsAreThreeValued) {
  Random random(5);
  for (int nulls : {0, 30, 100}) {
    Batch rows = table({{"v", testing::random_column(random, bool_type(), 40, 2, nulls)}});
    for (bool is_and : {true, false}) {
      expect_of_each_group(is_and ? "bool_and(v)" : "bool_or(v)", rows, random(),
                           [is_and](const Batch& group) -> std::string {
                             std::string result = "null";
                             for (const std::string& v : testing::texts_of(*group.columns[0])) {
                               if (v == "null") continue;
                               if (result == "null" || (v == "true") != is_and) result = v;
                             }
                             return result;
                           });
    }
  }
}

TEST(Numbers, StatesOfStrangersAreChecked) {
  Batch rows = table({{"v", column(int32_type(), {"1"})}});
  std::vector<int32_t> groups = {0};
  AggregateStatePtr count = make_count_state(testing::call_of("count(v)", *rows.schema));
  count->resize(1);
  std::vector<ColumnPtr> negative = {column(int64_type(), {"-1"})};
  EXPECT_EQ(error_of([&] {
              count->merge({groups, negative});
            }),
            "a partial state has a count below 0");
  std::vector<ColumnPtr> most = {column(int64_type(), {"9223372036854775807"})};
  count->merge({groups, most});
  EXPECT_EQ(error_of([&] {
              count->merge({groups, most});
            }),
            "partial states have counts beyond 2^63 - 1 together");
}

}  // namespace
}  // namespace penstock
