#include "libcore/ops/join/spill/hash.h"

#include <gtest/gtest.h>

#include "libcore/ops/join/hash.h"
#include "tests/unit/ops/join/join_testing.h"

namespace penstock {
namespace {

using testing::memory_of;
using testing::plan_of;
using testing::Random;
using testing::side;
using testing::source;
using Rows = std::vector<std::string>;

Rows hash_joined(const Batch& left, const Batch& right, const JoinPlan& plan) {
  OperatorPtr join = make_memory_hash_join(source(left), source(right), plan, nullptr);
  return testing::run(*join).rows;
}

Rows hash_joined_on_disk(const Batch& left, const Batch& right, const JoinPlan& plan,
                         int64_t memory) {
  OperatorPtr gathered = std::make_unique<GatheredRight>(source(right, 50), plan);
  OperatorPtr join =
      make_spilled_hash_join(source(left, 30), std::move(gathered), plan, memory_of(memory));
  return testing::run(*join).rows;
}

// Of libcore/ops/join/spill/plan.cc and libcore/ops/join/spill/chunks.cc as well: partitions that
// fit, that are dealt out again, and that never become smaller.
TEST(SpilledHashJoin, GivesTheRowsOfOneInMemoryInTheirOrder) {
  Random random(1);
  for (int64_t domain : {1, 5, 3000}) {
    // One key's pairs are as many as the product of the rows.
    int64_t rows = domain == 1 ? 40 : domain == 5 ? 100 : 700;
    Batch left = side(random, "l", rows, domain, 3);
    Batch right = side(random, "r", rows, domain, 40);
    for (JoinType type : testing::kJoinTypes) {
      JoinPlan plan = plan_of(left, right, type);
      Rows expected = hash_joined(left, right, plan);
      for (int64_t memory : {int64_t{1} << 30, int64_t{64} << 10, int64_t{2000}}) {
        ASSERT_EQ(hash_joined_on_disk(left, right, plan, memory), expected)
            << "type " << static_cast<int>(type) << ", " << domain << " keys, " << memory
            << " bytes";
      }
    }
  }
}

TEST(SpilledHashJoin, NullsThatMatchAreOneKey) {
  Random random(2);
  Batch left = side(random, "l", 200, 20, 3);
  Batch right = side(random, "r", 200, 20, 40);
  for (JoinType type : testing::kJoinTypes) {
    JoinPlan plan = plan_of(left, right, type);
    plan.nulls_match = true;
    Rows expected = hash_joined(left, right, plan);
    EXPECT_EQ(hash_joined_on_disk(left, right, plan, 2000), expected) << static_cast<int>(type);
    plan.nulls_match = false;
    EXPECT_NE(hash_joined(left, right, plan), expected) << static_cast<int>(type);
  }
}

TEST(SpilledHashJoin, EmptySides) {
  Random random(3);
  Batch rows = side(random, "l", 100, 20, 3);
  Batch right = side(random, "r", 100, 20, 40);
  for (JoinType type : testing::kJoinTypes) {
    JoinPlan plan = plan_of(rows, right, type);
    Batch no_left = slice(rows, 0, 0);
    Batch no_right = slice(right, 0, 0);
    EXPECT_EQ(hash_joined_on_disk(no_left, right, plan, 2000), hash_joined(no_left, right, plan));
    EXPECT_EQ(hash_joined_on_disk(rows, no_right, plan, 2000), hash_joined(rows, no_right, plan));
    EXPECT_EQ(hash_joined_on_disk(no_left, no_right, plan, 2000), Rows{});
  }
}

}  // namespace
}  // namespace penstock
