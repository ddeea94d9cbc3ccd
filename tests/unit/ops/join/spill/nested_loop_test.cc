#include "libcore/ops/join/spill/nested_loop.h"

#include <gtest/gtest.h>

#include "libcore/ops/join/nested_loop.h"
#include "tests/unit/ops/join/join_testing.h"

namespace penstock {
namespace {

using testing::memory_of;
using testing::plan_of;
using testing::Random;
using testing::side;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;

Rows nested_loop_joined(const Batch& left, const Batch& right, const JoinPlan& plan) {
  OperatorPtr join = make_memory_nested_loop_join(source(left), source(right), plan, nullptr);
  return testing::run(*join).rows;
}

OperatorPtr gathered_right_of(const Batch& right, const JoinPlan& plan) {
  return std::make_unique<GatheredRight>(source(right, 20), plan);
}

TEST(SpilledNestedLoopJoin, GivesTheRowsOfOneInMemoryInTheirOrder) {
  Random random(1);
  Batch left = side(random, "a", 150, 50, 3);
  Batch right = side(random, "b", 120, 50, 60);
  left = {make_schema({{"a_key", int64_type(), true, {}}, (*left.schema)[1], (*left.schema)[2]}),
          left.rows, left.columns};
  right = {make_schema({{"b_key", int64_type(), true, {}}, (*right.schema)[1], (*right.schema)[2]}),
           right.rows, right.columns};
  for (JoinType type : testing::kJoinTypes) {
    JoinPlan plan = plan_of(left, right, type, "a_key < b_key and a % 3 = 0");
    plan.left_keys.clear();
    plan.right_keys.clear();
    plan.key_types.clear();
    Rows expected = nested_loop_joined(left, right, plan);
    ASSERT_FALSE(expected.empty());
    for (int64_t memory : {int64_t{1} << 30, int64_t{8000}, int64_t{500}}) {
      OperatorPtr join = make_spilled_nested_loop_join(
          source(left, 40), gathered_right_of(right, plan), plan, memory_of(memory));
      EXPECT_EQ(testing::run(*join).rows, expected)
          << "type " << static_cast<int>(type) << ", " << memory << " bytes";
    }
  }
}

TEST(SpilledCrossJoin, PairsEveryLeftRowWithEveryRightOne) {
  Random random(2);
  Batch left = table({{"a", testing::random_column(random, int32_type(), 37, 100, 10)}});
  Batch right = table({{"b", testing::random_column(random, utf8_type(), 90, 100, 10)}});
  JoinPlan plan = plan_of(left, right, JoinType::kCross);
  Rows expected;
  for (const std::string& a : testing::rows_of(left)) {
    for (const std::string& b : testing::rows_of(right))
      expected.push_back(a + "|" + b);
  }
  EXPECT_EQ(nested_loop_joined(left, right, plan), expected);
  for (int64_t memory : {int64_t{1} << 30, int64_t{500}}) {
    OperatorPtr join = make_spilled_cross_join(source(left, 5), gathered_right_of(right, plan),
                                               plan, memory_of(memory));
    EXPECT_EQ(testing::run(*join).rows, expected) << memory;
  }
  Batch none = slice(right, 0, 0);
  OperatorPtr join =
      make_spilled_cross_join(source(left), gathered_right_of(none, plan), plan, memory_of(500));
  EXPECT_EQ(testing::run(*join).rows, Rows{});
}

}  // namespace
}  // namespace penstock
