#include "libcore/ops/pivot.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/data/random_column.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::run;
using testing::source;
using Rows = std::vector<std::string>;

Rows pivoted(const Batch& table, const PivotOptions& options, int64_t batch_rows = 7) {
  return run(*make_pivot(source(table, batch_rows), options)).rows;
}

TEST(Pivot, MakesColumnsOfValues) {
  const Batch table =
      testing::table({{"k", testing::column(utf8_type(), {"b", "a", "b", "c"})},
                      {"n", testing::column(int64_type(), {"10", "9", "9", "null"})},
                      {"v", testing::column(bool_type(), {"true", "false", "null", "true"})}});
  OperatorPtr rows = make_pivot(source(table), {.name = "n", .value = "v"});
  EXPECT_EQ(rows->schema()->names(), (Rows{"k", "9", "10", "null"}));
  EXPECT_EQ(run(*rows).rows, (Rows{"b|null|true|null", "a|false|null|null", "c|null|null|true"}));
}

// Sums by key and name, by maps.
Rows pivoted_by_hand(const Batch& table, int64_t names) {
  const auto* k = table.columns[0]->data<int64_t>();
  const auto* n = table.columns[1]->data<int64_t>();
  const auto* v = table.columns[2]->data<int64_t>();
  std::vector<int64_t> order;
  std::map<int64_t, std::map<int64_t, int64_t>> sums;
  for (int64_t i = 0; i < table.rows; ++i) {
    if (sums.count(k[i]) == 0) order.push_back(k[i]);
    sums[k[i]][n[i]] += v[i];
  }
  Rows rows;
  for (int64_t key : order) {
    std::string row = std::to_string(key);
    for (int64_t name = 0; name < names; ++name) {
      auto at = sums[key].find(name);
      row += "|" + (at == sums[key].end() ? "null" : std::to_string(at->second));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST(Pivot, AggregatesWhateverTheMemoryAndBatches) {
  testing::Random random(1);
  for (int64_t names : {1, 3, 300}) {
    FixedBuilder<int64_t> k, n, v;
    for (int64_t i = 0; i < 8000; ++i) {
      k.append(static_cast<int64_t>(random() % 500));
      n.append(i < names ? i : static_cast<int64_t>(random()) % names);
      v.append(i);
    }
    const auto positive = n.finish(int64_type());
    std::vector<std::string> texts = testing::rows_of(testing::table({{"n", positive}}));
    for (std::string& text : texts)
      if (text[0] == '-') text.erase(0, 1);
    const Batch table = testing::table({{"k", k.finish(int64_type())},
                                        {"n", testing::column(int64_type(), texts)},
                                        {"v", v.finish(int64_type())}});
    const Rows wanted = pivoted_by_hand(table, names);
    PivotOptions options{.keys = {"k"}, .name = "n", .value = "v", .aggregate = "sum"};
    EXPECT_EQ(pivoted(table, options, 500), wanted) << names;
    options.spill.memory = int64_t{256} << 10;
    EXPECT_EQ(pivoted(table, options, 8000), wanted) << names;
  }
}

TEST(Pivot, OfManyRowsAndColumnsComesInBatches) {
  FixedBuilder<int64_t> k, n;
  for (int64_t key = 0; key < 1000; ++key) {
    for (int64_t name = key; name < 2000; name += 100) {
      k.append(key);
      n.append(name);
    }
  }
  const ColumnPtr names = n.finish(int64_type());
  const Batch table = testing::table({{"k", k.finish(int64_type())}, {"n", names}, {"v", names}});
  OperatorPtr rows = make_pivot(source(table, 8192), {.name = "n", .value = "v"});
  int64_t given = 0;
  while (std::optional<Batch> batch = rows->next()) {
    ASSERT_EQ(batch->columns.size(), 2001U);
    for (int64_t i = 0; i < batch->rows; ++i) {
      const int64_t key = given + i;
      EXPECT_EQ(batch->columns[0]->data<int64_t>()[i], key);
      const auto own = static_cast<size_t>(key + 1);
      EXPECT_EQ(batch->columns[own]->data<int64_t>()[i], key);
      EXPECT_TRUE(batch->columns[own + 1]->is_null(i));
    }
    given += batch->rows;
  }
  EXPECT_EQ(given, 1000);
}

TEST(Pivot, OfNothingHasTheKeysAlone) {
  const Batch table = testing::table({{"k", testing::column(int64_type(), {})},
                                      {"n", testing::column(utf8_type(), {})},
                                      {"v", testing::column(int64_type(), {})}});
  OperatorPtr rows = make_pivot(source(table), {.name = "n", .value = "v"});
  EXPECT_EQ(rows->schema()->names(), Rows{"k"});
  EXPECT_FALSE(rows->next().has_value());
}

TEST(Pivot, ValuesOfEveryType) {
  testing::ColumnMaker maker(6);
  const ColumnPtr keys = testing::column(int64_type(), {"1", "1", "2", "2", "3"});
  const ColumnPtr names = testing::column(utf8_type(), {"a", "b", "a", "b", "b"});
  for (const TypePtr& type : testing::all_types()) {
    SCOPED_TRACE(type->to_string());
    const Batch table = testing::table({{"k", keys}, {"n", names}, {"v", maker.make(type, 5)}});
    Rows rows;
    const std::string error = testing::error_of(
        [&] { rows = pivoted(table, {.keys = {"k"}, .name = "n", .value = "v"}); });
    if (error == "no error") {
      EXPECT_EQ(rows.size(), 3U);
    }
  }
}

TEST(Pivot, RefusesTwoRowsForOnePlace) {
  const Batch table = testing::table({{"k", testing::column(int64_type(), {"1", "1"})},
                                      {"n", testing::column(utf8_type(), {"a", "a"})},
                                      {"v", testing::column(int64_type(), {"3", "null"})}});
  EXPECT_EQ(testing::error_of([&] { pivoted(table, {.name = "n", .value = "v"}); }),
            "2 rows have k 1, n a; say how to combine their values with --agg");
}

}  // namespace
}  // namespace penstock
