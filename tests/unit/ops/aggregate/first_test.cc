#include "libcore/ops/aggregate/first.h"

#include <gtest/gtest.h>

#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::column;
using testing::expect_of_each_group;
using testing::Random;
using testing::table;

TEST(First, IsTheFirstValueOfEachGroupThatIsNotNull) {
  Random random(6);
  for (const TypePtr& type : testing::tried_types()) {
    for (int nulls : {0, 30, 95, 100}) {
      Batch rows = table({{"v", testing::random_column(random, type, 150, 40, nulls)}});
      expect_of_each_group("any_value(v)", rows, random(), [](const Batch& group) {
        for (const std::string& value : testing::texts_of(*group.columns[0])) {
          if (value != "null") return value;
        }
        return std::string("null");
      });
    }
  }
}

TEST(Last, IsTheLastValueOfEachGroupThatIsNotNull) {
  Random random(7);
  for (const TypePtr& type : testing::tried_types()) {
    for (int nulls : {0, 30, 95, 100}) {
      Batch rows = table({{"v", testing::random_column(random, type, 150, 40, nulls)}});
      expect_of_each_group("last(v)", rows, random(), [](const Batch& group) {
        std::string last = "null";
        for (const std::string& value : testing::texts_of(*group.columns[0])) {
          if (value != "null") last = value;
        }
        return last;
      });
    }
  }
}

// Values that are not the last any more are left out.
TEST(Last, HoldsFewValuesOfEachGroup) {
  AggregateStatePtr state =
      make_last_state(testing::call_of("last(v)", *table({{"v", column(utf8_type(), {})}}).schema));
  state->resize(2);
  const std::vector<int32_t> groups = {0};
  for (int round = 0; round < 20'000; ++round) {
    const std::vector<ColumnPtr> values = {column(utf8_type(), {std::to_string(round)})};
    state->add({groups, values});
  }
  EXPECT_LT(state->bytes(), 4'000'000);
  EXPECT_EQ(testing::results_of(*state, 2), (std::vector<std::string>{"19999", "null"}));
}

// Rows of groups that have their value are not held.
TEST(First, HoldsOneValueOfEachGroup) {
  AggregateStatePtr state = make_first_state(
      testing::call_of("any_value(v)", *table({{"v", column(utf8_type(), {})}}).schema));
  state->resize(2);
  std::vector<int32_t> groups = {0};
  std::vector<ColumnPtr> values = {column(utf8_type(), {std::string(1000, 'x')})};
  state->add({groups, values});
  const int64_t before = state->bytes();
  for (int round = 0; round < 100; ++round)
    state->add({groups, values});
  EXPECT_EQ(state->bytes(), before);
  EXPECT_LT(before, 4000);
}

}  // namespace
}  // namespace penstock
