#include "libcore/ops/aggregate/sorted.h"

#include <gtest/gtest.h>

#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::Random;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;

const char* const kList = "count(*), sum(v), min(v), string_agg(v::text, ',')";

OperatorPtr sorted_aggregate(const Batch& rows, const std::vector<std::string>& keys,
                             const std::vector<SortKey>& order, int64_t batch_rows) {
  AggregatePlan plan(*rows.schema, keys, kList, {});
  return make_sorted_aggregate(source(rows, batch_rows), std::move(plan), order);
}

TEST(SortedGroups, HasTheGroupsOfAnyOtherInTheirOrder) {
  Random random(1);
  for (const TypePtr& type : testing::tried_types()) {
    for (int64_t domain : {2, 60}) {
      std::vector<SortKey> order = {{"b", random() % 2 == 0, random() % 2 == 0},
                                    {"a", random() % 2 == 0, random() % 2 == 0}};
      Batch rows = table({{"a", testing::random_column(random, type, 300, domain, 10)},
                          {"b", testing::random_column(random, int32_type(), 300, 4, 10)},
                          {"v", testing::random_column(random, int32_type(), 300, 50, 10)}});
      OperatorPtr sort = make_sort(source(rows), {order, std::nullopt});
      std::vector<Batch> batches;
      while (std::optional<Batch> batch = sort->next())
        batches.push_back({rows.schema, batch->rows, batch->columns});
      Batch in_order = concatenate(batches);
      Rows expected = testing::run(*make_aggregate(source(in_order), {"a", "b"}, kList)).rows;
      for (int64_t batch_rows : {1, 7, 1000}) {
        EXPECT_EQ(testing::run(*sorted_aggregate(in_order, {"a", "b"}, order, batch_rows)).rows,
                  expected)
            << type->to_string();
      }
    }
  }
}

TEST(SortedGroups, ARowOutOfOrderIsNamed) {
  Batch rows = table({{"k", column(int32_type(), {"1", "1", "3", "2"})},
                      {"v", column(int32_type(), {"1", "2", "3", "4"})}});
  for (int64_t batch_rows : {1, 3, 10}) {
    std::string error = error_of([&] {
      OperatorPtr aggregate = sorted_aggregate(rows, {"k"}, {{"k", false, false}}, batch_rows);
      while (aggregate->next()) {
      }
    });
    EXPECT_NE(error.find("row 4"), std::string::npos) << error;
  }
}

TEST(SortedGroups, TheKnownOrderMustBeginWithTheKeys) {
  auto order_of = [](const std::string& order, const std::vector<std::string>& keys) {
    Batch rows = table({{"a", column(int32_type(), {})},
                        {"b", column(int32_type(), {})},
                        {"c", column(int32_type(), {})}},
                       {{std::string(kOrderKey), order}});
    std::optional<std::vector<SortKey>> known = known_key_order(*rows.schema, keys);
    return known ? to_string(*known) : "unknown";
  };
  EXPECT_EQ(order_of("a,b", {"a"}), "a");
  EXPECT_EQ(order_of("a:desc,b", {"b", "a"}), "a:desc,b");
  EXPECT_EQ(order_of("a,b:desc:nulls-first,c", {"b", "a"}), "a,b:desc:nulls-first");
  EXPECT_EQ(order_of("a,b", {"b"}), "unknown");
  EXPECT_EQ(order_of("a", {"a", "b"}), "unknown");
  EXPECT_EQ(order_of("not : an order :", {"a"}), "unknown");
}

}  // namespace
}  // namespace penstock
