#include "libcore/ops/group_head.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "libcore/keys/value.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/ops/sort/top_by_group.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::Random;

// A table of columns k0, k1, … that can be keys, and the number of each row.
Batch grouped_table(Random& random, int64_t rows, std::vector<std::string>& keys) {
  std::vector<TypePtr> types;
  for (const TypePtr& type : testing::tried_types())
    if (is_key_type(*plain(type))) types.push_back(type);
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < rows; ++i)
    numbers.push_back(std::to_string(i));
  std::vector<testing::NamedColumn> columns{{"row", testing::column(int64_type(), numbers)}};
  for (size_t c = 0; c <= random() % 2; ++c) {
    keys.push_back("k" + std::to_string(c));
    columns.push_back({keys.back(), testing::random_column(random, types[random() % types.size()],
                                                           rows, random() % 2 == 0 ? 3 : 1000,
                                                           random() % 2 == 0 ? 0 : 20)});
  }
  return testing::table(columns);
}

// The first `limit` rows of each group, by comparing each row with those before.
std::vector<std::string> naive_head(const Batch& table, const std::vector<std::string>& keys,
                                    int64_t limit) {
  std::vector<RowIndex> kept;
  for (RowIndex i = 0; i < table.rows; ++i) {
    auto is_same = [&](RowIndex other) {
      return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
        const Column& column = *table.columns[table.schema->index_of(key)];
        return compare_rows(column, i, column, other) == 0;
      });
    };
    if (std::count_if(kept.begin(), kept.end(), is_same) < limit) kept.push_back(i);
  }
  return testing::rows_of(take(table, kept));
}

TEST(GroupHead, GivesTheFirstRowsOfEachGroupInOrder) {
  Random random(5);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> keys;
    Batch table = grouped_table(random, static_cast<int64_t>(random() % 300), keys);
    const auto limit = static_cast<int64_t>(random() % 4);
    OperatorPtr head = make_group_head(testing::source(table, 50), keys, limit, {});
    EXPECT_EQ(testing::run(*head).rows, naive_head(table, keys, limit)) << "round " << round;
    // The same of rows whose order is known.
    std::vector<SortKey> order;
    for (const std::string& key : keys)
      order.push_back({key, random() % 2 == 0, random() % 2 == 0});
    OperatorPtr all = make_sort(testing::source(table, 50), {order});
    OperatorPtr by_hand = make_sort(testing::source(table, 50), {order});
    std::vector<Batch> sorted;
    while (std::optional<Batch> batch = by_hand->next())
      sorted.push_back(*batch);
    head = make_group_head(std::move(all), keys, limit, {});
    EXPECT_EQ(testing::run(*head).rows, sorted.empty()
                                            ? std::vector<std::string>()
                                            : naive_head(concatenate(sorted), keys, limit))
        << "round " << round;
  }
}

// More keys than the memory holds: the first rows come as they were read, the others at the end.
TEST(GroupHead, SpilledOrNotTheSame) {
  Random random(9);
  Batch table =
      testing::table({{"k", testing::random_column(random, int64_type(), 40000, 15000, 5)},
                      {"v", testing::random_column(random, utf8_type(), 40000, 1000, 5)}});
  OperatorPtr head = make_group_head(testing::source(table, 1000), {"k"}, 2, {});
  const std::vector<std::string> expected = testing::run(*head).rows;
  EXPECT_GT(expected.size(), 20000U);
  SpillOptions spill;
  spill.memory = kLeastMemory;
  head = make_group_head(testing::source(table, 1000), {"k"}, 2, spill);
  EXPECT_EQ(testing::run(*head).rows, expected);
}

TEST(GroupHead, RefusesKeysThatAreUnknownOrTwice) {
  Batch table = testing::table({{"a", testing::column(int32_type(), {"1"})}});
  EXPECT_THROW(make_group_head(testing::source(table), {"b"}, 1, {}), Error);
  EXPECT_THROW(make_group_head(testing::source(table), {"a", "a"}, 1, {}), Error);
}

// Whatever the memory: with the least, hardly any row is left out before the sort.
TEST(GroupTop, IsTheHeadOfEachGroupBehindASort) {
  Random random(6);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> per;
    Batch table = grouped_table(random, static_cast<int64_t>(random() % 4000), per);
    SortOptions options;
    options.keys = {{per.back(), random() % 2 == 0, random() % 2 == 0}};
    if (random() % 2 == 0) options.keys.push_back({"row", random() % 2 == 0, false});
    per.resize(1);
    const auto limit = static_cast<int64_t>(random() % 4);
    OperatorPtr expected =
        make_group_head(make_sort(testing::source(table, 500), options), per, limit, {});
    options.limit = limit;
    if (round % 3 == 0) options.spill.memory = kLeastMemory;
    OperatorPtr top = make_group_top(testing::source(table, 500), options, per);
    EXPECT_EQ(testing::run(*top).rows, testing::run(*expected).rows) << "round " << round;
  }
}

// So many rows that the first ones are cut several times.
TEST(GroupTop, DropsRowsBeyondTheLimit) {
  Random random(8);
  constexpr int64_t kManyRows = 300000;
  Batch table =
      testing::table({{"k", testing::random_column(random, int64_type(), kManyRows, 50, 1)},
                      {"v", testing::random_column(random, int64_type(), kManyRows, 1000000, 1)}});
  SortOptions options;
  options.keys = {{"v", true, false}};
  OperatorPtr heads =
      make_group_head(make_sort(testing::source(table, 8192), options), {"k"}, 3, {});
  const std::vector<std::string> expected = testing::run(*heads).rows;
  options.limit = 3;
  for (int64_t memory : {kLeastMemory, int64_t{1} << 20, int64_t{256} << 20}) {
    options.spill.memory = memory;
    OperatorPtr top = make_group_top(testing::source(table, 8192), options, {"k"});
    EXPECT_EQ(testing::run(*top).rows, expected) << memory;
  }
}

}  // namespace
}  // namespace penstock
