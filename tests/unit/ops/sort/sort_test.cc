#include "libcore/ops/sort/sort.h"

#include <gtest/gtest.h>

#include <numeric>

#include "libcore/base/limits.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::Random;

std::vector<std::string> naive_sort(const Batch& table, const std::vector<SortKey>& keys) {
  std::vector<RowIndex> rows(static_cast<size_t>(table.rows));
  std::iota(rows.begin(), rows.end(), 0);
  std::stable_sort(rows.begin(), rows.end(), [&](RowIndex a, RowIndex b) {
    for (const SortKey& key : keys) {
      const Column& column = *table.columns[table.schema->index_of(key.name)];
      auto order = compare_rows(column, a, column, b, key.nulls_first);
      if (order == 0) continue;
      bool turn = key.descending && column.is_valid(a) && column.is_valid(b);
      return turn ? order > 0 : order < 0;
    }
    return false;
  });
  return testing::rows_of(take(table, rows));
}

Batch random_table(Random& random, int64_t rows, std::vector<SortKey>& keys) {
  std::vector<TypePtr> types = testing::tried_types();
  std::vector<testing::NamedColumn> columns;
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < rows; ++i)
    numbers.push_back(std::to_string(i));
  columns.push_back({"row", testing::column(int64_type(), numbers)});
  auto count = random() % 3 + 1;
  for (size_t c = 0; c < count; ++c) {
    std::string name = "k" + std::to_string(c);
    columns.push_back(
        {name, testing::random_column(random, types[random() % types.size()], rows,
                                      random() % 2 == 0 ? 3 : 100000, random() % 2 == 0 ? 0 : 20)});
    keys.push_back({name, random() % 2 == 0, random() % 2 == 0});
  }
  return testing::table(columns);
}

TEST(Sort, AgreesWithAStableSortByCompareRows) {
  Random random(7);
  for (int round = 0; round < 150; ++round) {
    std::vector<SortKey> keys;
    Batch table = random_table(random, static_cast<int64_t>(random() % 2000), keys);
    std::vector<std::string> expected = naive_sort(table, keys);
    OperatorPtr sort = make_sort(testing::source(table, 50), {keys});
    EXPECT_EQ(testing::run(*sort).rows, expected) << to_string(keys) << " round " << round;
  }
}

TEST(Sort, LimitGivesTheFirstRows) {
  Random random(8);
  for (int64_t limit : {0, 1, 10, 500, 3000, 100000}) {
    std::vector<SortKey> keys;
    Batch table = random_table(random, 2000, keys);
    std::vector<std::string> expected = naive_sort(table, keys);
    expected.resize(std::min<size_t>(expected.size(), static_cast<size_t>(limit)));
    OperatorPtr sort = make_sort(testing::source(table, 50), {keys, limit});
    EXPECT_EQ(testing::run(*sort).rows, expected) << to_string(keys) << " limit " << limit;
  }
}

TEST(Sort, LimitCutsAsRowsCome) {
  // Enough rows for several cuts, with ties across the bound.
  std::vector<std::string> values;
  std::vector<std::string> numbers;
  Random random(9);
  for (int i = 0; i < 300000; ++i) {
    values.push_back(std::to_string(random() % 1000));
    numbers.push_back(std::to_string(i));
  }
  Batch table = testing::table({{"v", testing::column(int32_type(), values)},
                                {"row", testing::column(int64_type(), numbers)}});
  std::vector<SortKey> keys = {{"v", false, false}};
  std::vector<std::string> expected = naive_sort(table, keys);
  expected.resize(700);
  OperatorPtr sort = make_sort(testing::source(table, 9000), {keys, 700});
  EXPECT_EQ(testing::run(*sort).rows, expected);
}

TEST(Sort, SaysItsOrderAndKeepsBatchesSmall) {
  std::vector<std::string> values(20000, "1");
  values[10] = "0";
  Batch table = testing::table({{"a", testing::column(int32_type(), values)}},
                               {{"penstock.order", "b"}, {"other", "kept"}});
  OperatorPtr sort = make_sort(testing::source(table, 20000), {{{"a", true, true}}});
  EXPECT_EQ(sort->schema()->metadata_value(kOrderKey), "a:desc:nulls-first");
  EXPECT_EQ(sort->schema()->metadata_value("other"), "kept");
  testing::Result result = testing::run(*sort);
  EXPECT_EQ(result.rows.size(), 20000U);
  EXPECT_EQ(result.rows.back(), "0");
  EXPECT_EQ(result.largest_batch, kBatchRows);
}

TEST(Sort, LongTextsThatDifferLateAndEqualOnes) {
  std::vector<std::string> values;
  for (int i = 0; i < 400; ++i) {
    values.push_back(std::string(static_cast<size_t>(50 + i % 40), 'x') + std::to_string(i % 7));
  }
  values.push_back(std::string(200000, 'y'));
  values.push_back(std::string(200000, 'y'));
  Batch table = testing::table({{"a", testing::column(utf8_type(), values)}});
  for (bool descending : {false, true}) {
    std::vector<SortKey> keys = {{"a", descending, false}};
    OperatorPtr sort = make_sort(testing::source(table), {keys});
    EXPECT_EQ(testing::run(*sort).rows, naive_sort(table, keys));
  }
}

TEST(Sort, RefusesUnknownAndNestedKeys) {
  Batch table = testing::table({{"price", testing::column(int32_type(), {"1"})}});
  EXPECT_EQ(testing::error_of([&] {
              make_sort(testing::source(table), {{{"prize", false, false}}});
            }),
            "unknown column 'prize'; did you mean 'price'?");
  TypePtr list = list_type(int32_type());
  Batch nested = testing::table({{"l", make_null_column(list, 1)}});
  EXPECT_EQ(testing::error_of([&] {
              make_sort(testing::source(nested), {{{"l", false, false}}});
            }),
            "column 'l' of type list<int32> cannot be a key; take a part of it, or cast it to "
            "text");
}

TEST(Sort, NothingFromNothing) {
  Batch table = testing::table({{"a", testing::column(int32_type(), {})}});
  OperatorPtr sort = make_sort(testing::source(table), {{{"a", false, false}}, 5});
  EXPECT_TRUE(testing::run(*sort).rows.empty());
}

}  // namespace
}  // namespace penstock
