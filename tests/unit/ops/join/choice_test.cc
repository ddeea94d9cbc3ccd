#include "libcore/ops/join/choice.h"

#include <gtest/gtest.h>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::table;

SchemaPtr schema_of(const std::string& prefix, const std::string& order) {
  Metadata metadata;
  if (!order.empty()) metadata.emplace_back(kOrderKey, order);
  return table({{"a", column(int32_type(), {})},
                {"b", column(int32_type(), {})},
                {prefix, column(int32_type(), {})}},
               metadata)
      .schema;
}

struct Chosen {
  JoinAlgorithm algorithm;
  std::vector<size_t> left_keys;
  std::vector<KeyDirection> left;
  std::vector<KeyDirection> right;
};

Chosen choose(const std::string& left_order, const std::string& right_order,
              JoinAlgorithm wanted = JoinAlgorithm::kAuto) {
  SchemaPtr left = schema_of("l", left_order);
  SchemaPtr right = schema_of("r", right_order);
  JoinPlan plan = make_join_plan(left, right, {JoinType::kInner, {{"a", "a"}, {"b", "b"}}}, false);
  JoinChoice choice = choose_join(plan, *left, *right, wanted);
  EXPECT_FALSE(choice.reason.empty());
  return {choice.algorithm, plan.left_keys, choice.left, choice.right};
}

TEST(JoinChoice, InputsInOneOrderOfTheKeysAreMerged) {
  EXPECT_EQ(choose("a,b", "a,b").algorithm, JoinAlgorithm::kMerge);
  Chosen turned = choose("b:desc:nulls-first,a,l", "b:desc,a");
  EXPECT_EQ(turned.algorithm, JoinAlgorithm::kMerge);
  EXPECT_EQ(turned.left_keys, (std::vector<size_t>{1, 0}));
  ASSERT_EQ(turned.left.size(), 2U);
  EXPECT_TRUE(turned.left[0].descending && turned.right[0].descending);
  // Where nulls stand may differ: they have no partner.
  EXPECT_TRUE(turned.left[0].nulls_first);
  EXPECT_FALSE(turned.right[0].nulls_first);
}

TEST(JoinChoice, OtherwiseTheyAreHashed) {
  EXPECT_EQ(choose("", "").algorithm, JoinAlgorithm::kHash);
  EXPECT_EQ(choose("a,b", "").algorithm, JoinAlgorithm::kHash);
  EXPECT_EQ(choose("a,b", "b,a").algorithm, JoinAlgorithm::kHash);
  EXPECT_EQ(choose("a,b", "a,b:desc").algorithm, JoinAlgorithm::kHash);
  EXPECT_EQ(choose("a", "a").algorithm, JoinAlgorithm::kHash);
  EXPECT_EQ(choose("l,a,b", "r,a,b").algorithm, JoinAlgorithm::kHash);
  EXPECT_EQ(choose("no order at : all", "a,b").algorithm, JoinAlgorithm::kHash);
}

TEST(JoinChoice, WhatIsAskedForIsTaken) {
  for (JoinAlgorithm wanted : {JoinAlgorithm::kHash, JoinAlgorithm::kMerge,
                               JoinAlgorithm::kNestedLoop, JoinAlgorithm::kSymmetric}) {
    EXPECT_EQ(choose("", "", wanted).algorithm, wanted);
  }
  // An order that is asked for is ascending where none is known.
  EXPECT_EQ(choose("", "", JoinAlgorithm::kMerge).left.size(), 2U);
  EXPECT_EQ(choose("b,a", "b,a", JoinAlgorithm::kMerge).left_keys, (std::vector<size_t>{1, 0}));
}

TEST(JoinChoice, WithoutEqualKeysThereIsOneWay) {
  SchemaPtr left = table({{"l", column(int32_type(), {})}}).schema;
  SchemaPtr right = table({{"r", column(int32_type(), {})}}).schema;
  JoinPlan plan = make_join_plan(left, right, {JoinType::kInner, {}, "l < r"}, false);
  EXPECT_EQ(choose_join(plan, *left, *right, JoinAlgorithm::kAuto).algorithm,
            JoinAlgorithm::kNestedLoop);
  for (JoinAlgorithm wanted :
       {JoinAlgorithm::kHash, JoinAlgorithm::kMerge, JoinAlgorithm::kSymmetric}) {
    EXPECT_NE(error_of([&] { choose_join(plan, *left, *right, wanted); }).find("needs equal keys"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace penstock
