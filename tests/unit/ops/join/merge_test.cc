#include "libcore/ops/join/merge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "libcore/ops/join/hash.h"
#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/join/join_testing.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::memory_of;
using testing::plan_of;
using testing::Random;
using testing::side;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;

Batch sorted_by(const Batch& rows, const SortKey& key) {
  OperatorPtr sort = make_sort(source(rows), {{key}, std::nullopt});
  std::vector<Batch> batches = {slice(rows, 0, 0)};
  while (std::optional<Batch> batch = sort->next())
    batches.push_back(*batch);
  return concatenate(batches);
}

MergeJoinOptions merge_options(KeyDirection left, KeyDirection right, int64_t memory) {
  return {{left}, {right}, "left.csv", "right.csv", memory_of(memory)};
}

TEST(MergeJoin, HasTheRowsOfTheHashJoinInTheLeftsOrder) {
  Random random(1);
  for (int round = 0; round < 24; ++round) {
    int64_t domain = round % 3 == 0 ? 3 : 200;
    bool descending = random() % 2 == 0;
    // Nulls may stand at different ends of the two.
    KeyDirection left_order{descending, random() % 2 == 0};
    KeyDirection right_order{descending, random() % 2 == 0};
    Batch left =
        sorted_by(side(random, "l", 150, domain, 2), {"k", descending, left_order.nulls_first});
    Batch right =
        sorted_by(side(random, "r", 150, domain, 30), {"k", descending, right_order.nulls_first});
    for (JoinType type : testing::kJoinTypes) {
      JoinPlan plan = plan_of(left, right, type);
      OperatorPtr hash = make_memory_hash_join(source(left), source(right), plan, nullptr);
      Rows expected = testing::run(*hash).rows;
      for (int64_t memory : {int64_t{1} << 30, int64_t{500}}) {
        OperatorPtr merge = make_merge_join(source(left, 13), source(right, 9), plan,
                                            merge_options(left_order, right_order, memory));
        Rows rows = testing::run(*merge).rows;
        if (plan.keeps_right()) {
          std::sort(rows.begin(), rows.end());
          std::sort(expected.begin(), expected.end());
        }
        ASSERT_EQ(rows, expected) << "type " << static_cast<int>(type) << ", " << memory
                                  << " bytes, descending " << descending;
      }
    }
  }
}

TEST(MergeJoin, RightRowsWithoutPartnerComeAboutWhereTheirKeysBelong) {
  std::vector<std::string> odd;
  std::vector<std::string> even;
  for (int i = 0; i < 2000; i += 2) {
    even.push_back(std::to_string(i));
    odd.push_back(std::to_string(i + 1));
  }
  Batch left = table({{"k", column(int32_type(), odd)}});
  Batch right = table({{"k", column(int32_type(), even)}});
  OperatorPtr merge =
      make_merge_join(source(left, 10), source(right, 10), plan_of(left, right, JoinType::kFull),
                      merge_options({}, {}, 1 << 20));
  Rows rows = testing::run(*merge).rows;
  ASSERT_EQ(rows.size(), 2000U);
  // They wait until the batches of a window, eight of ten rows on each side, have been looked at.
  for (int i = 0; i < 2000; ++i)
    ASSERT_LE(std::abs(std::stoi(rows[static_cast<size_t>(i)]) - i), 200) << "row " << i;
}

TEST(MergeJoin, AnInputOutOfOrderIsNamedWithItsRow) {
  Batch good = table({{"k", column(int32_type(), {"1", "2", "3", "4"})}});
  Batch bad = table({{"k", column(int32_type(), {"1", "2", "4", "3"})}});
  auto error = [](const Batch& left, const Batch& right) {
    return error_of([&] {
      OperatorPtr merge =
          make_merge_join(source(left, 3), source(right, 3), plan_of(left, right, JoinType::kFull),
                          merge_options({}, {}, 1 << 20));
      while (merge->next()) {
      }
    });
  };
  EXPECT_EQ(error(good, good), "no error");
  EXPECT_EQ(error(bad, good).find("left.csv: row 4 is not in the order of the key"), 0U);
  EXPECT_EQ(error(good, bad).find("right.csv: row 4 is not in the order of the key"), 0U);
}

}  // namespace
}  // namespace penstock
