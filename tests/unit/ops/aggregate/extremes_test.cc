#include "libcore/ops/aggregate/extremes.h"

#include <gtest/gtest.h>

#include "libcore/data/compare.h"
#include "libcore/data/number/one_zero.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::column;
using testing::expect_of_each_group;
using testing::Random;
using testing::table;

// The row with the least or greatest value of column `by`, the first of equals; -1 for none.
int64_t extreme_row(const Batch& rows, size_t by, bool greatest) {
  const Column& values = *rows.columns[by];
  int64_t best = -1;
  for (int64_t i = 0; i < rows.rows; ++i) {
    if (values.is_null(i)) continue;
    if (best < 0) best = i;
    auto order = compare_values(values, i, values, best);
    if (greatest ? order > 0 : order < 0) best = i;
  }
  return best;
}

std::string value_at(const Batch& rows, size_t c, int64_t row) {
  if (row < 0) return "null";
  return testing::texts_of(*rows.columns[c])[static_cast<size_t>(row)];
}

// "-0" is written as "0" by min and max, which have one zero.
std::string with_one_zero(const std::string& text) {
  return text == "-0" ? "0" : text;
}

TEST(Extremes, AreTheLeastAndGreatestValueOfEachGroup) {
  Random random(3);
  for (const TypePtr& type : testing::tried_types()) {
    for (int64_t domain : {3, 100000}) {
      for (int nulls : {0, 30, 100}) {
        Batch rows = table({{"v", testing::random_column(random, type, 150, domain, nulls)}});
        for (bool greatest : {false, true}) {
          expect_of_each_group(greatest ? "max(v)" : "min(v)", rows, random(),
                               [greatest](const Batch& group) {
                                 int64_t row = extreme_row(group, 0, greatest);
                                 return with_one_zero(value_at(group, 0, row));
                               });
        }
      }
    }
  }
}

TEST(Extremes, ByAnotherColumnTheFirstOfEqualsIsTaken) {
  Random random(4);
  for (const TypePtr& type : testing::tried_types()) {
    for (const TypePtr& by : {int32_type(), utf8_type(), float64_type()}) {
      Batch rows = table({{"x", testing::random_column(random, type, 120, 50, 20)},
                          {"y", testing::random_column(random, by, 120, 4, 20)}});
      for (bool greatest : {false, true}) {
        expect_of_each_group(greatest ? "max_by(x, y)" : "min_by(x, y)", rows, random(),
                             [greatest](const Batch& group) {
                               return value_at(group, 0, extreme_row(group, 1, greatest));
                             });
      }
    }
  }
}

TEST(Extremes, TextsTakeTheMemoryOfThoseHeldNow) {
  AggregateCall call = testing::call_of("max(v)", *table({{"v", column(utf8_type(), {})}}).schema);
  AggregateStatePtr state = make_extreme_state(call, Extreme::kGreatest);
  state->resize(1);
  int64_t before = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<int32_t> groups = {0};
    std::vector<ColumnPtr> values = {
        column(utf8_type(), {std::to_string(100000 + round) + std::string(1000, 'x')})};
    state->add({groups, values});
    if (round == 20) before = state->bytes();
  }
  // 180 more texts of a kilobyte were held for a moment each.
  EXPECT_LT(state->bytes(), before + 100000);
  EXPECT_EQ(testing::texts_of(*state->finish(0, 1))[0].substr(0, 6), "100199");
}

}  // namespace
}  // namespace penstock
