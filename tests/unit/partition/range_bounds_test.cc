#include "libcore/partition/range_bounds.h"

#include <gtest/gtest.h>

#include "libcore/data/compare.h"
#include "libcore/ops/sort/sort.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::Random;
using testing::rows_of;
using testing::source;
using testing::table;

Batch sorted_bounds(const Batch& rows, const std::vector<SortKey>& keys) {
  OperatorPtr sort = make_sort(source(rows), {keys, std::nullopt});
  std::vector<Batch> batches = {slice(rows, 0, 0)};
  while (std::optional<Batch> batch = sort->next())
    batches.push_back({rows.schema, batch->rows, batch->columns});
  return concatenate(batches);
}

int order_of(const Batch& a, int64_t i, const Batch& b, int64_t j,
             const std::vector<SortKey>& keys) {
  for (size_t c = 0; c < keys.size(); ++c) {
    const Column& x = *a.columns[c];
    const Column& y = *b.columns[c];
    auto order = compare_rows(x, i, y, j, keys[c].nulls_first);
    if (order == 0) continue;
    bool turned = keys[c].descending && x.is_valid(i) && y.is_valid(j);
    return (order < 0) != turned ? -1 : 1;
  }
  return 0;
}

TEST(RangeBounds, ARowIsBehindTheBoundsThatAreNotAfterIt) {
  Random random(1);
  std::vector<TypePtr> types = testing::tried_types();
  for (int round = 0; round < 60; ++round) {
    const TypePtr& type = types[random() % types.size()];
    std::vector<SortKey> keys = {{"a", random() % 2 == 0, random() % 2 == 0},
                                 {"b", random() % 2 == 0, random() % 2 == 0}};
    auto made = [&](int64_t rows) {
      return table({{"a", testing::random_column(random, type, rows, 20, 10)},
                    {"b", testing::random_column(random, int32_type(), rows, 5, 10)}});
    };
    // Repeated bounds, or none at all.
    Batch bounds = sorted_bounds(made(static_cast<int64_t>(random() % 12)), keys);
    Batch rows = made(200);
    RangeBounds ranges(*rows.schema, keys, bounds);
    EXPECT_EQ(ranges.size(), bounds.rows);
    std::vector<int32_t> found(200, -1);
    ranges.find(rows, found);
    for (int64_t i = 0; i < rows.rows; ++i) {
      int32_t expected = 0;
      for (int64_t bound = 0; bound < bounds.rows; ++bound)
        expected += order_of(bounds, bound, rows, i, keys) <= 0 ? 1 : 0;
      ASSERT_EQ(found[static_cast<size_t>(i)], expected) << type->to_string() << " row " << i;
    }
  }
}

TEST(RangeBounds, MustBeInTheKeysOrderAndOfTheirTypes) {
  Batch rows = table({{"a", column(int32_type(), {})}});
  std::vector<SortKey> keys = {{"a", false, false}};
  Batch turned = table({{"a", column(int32_type(), {"2", "1"})}});
  EXPECT_NE(error_of([&] { RangeBounds(*rows.schema, keys, turned); }), "no error");
  std::vector<SortKey> descending = {{"a", true, false}};
  EXPECT_EQ(error_of([&] { RangeBounds(*rows.schema, descending, turned); }), "no error");
  Batch text = table({{"a", column(utf8_type(), {"1", "2"})}});
  EXPECT_NE(error_of([&] { RangeBounds(*rows.schema, keys, text); }), "no error");
}

TEST(ParseBounds, ReadsValuesAsTheirColumnsAre) {
  Batch rows = table({{"n", column(int32_type(), {})},
                      {"t", column(utf8_type(), {})},
                      {"d", column(date_type(), {})}});
  using Rows = std::vector<std::string>;
  EXPECT_EQ(rows_of(parse_bounds("10,20,30", *rows.schema, {{"n"}})), (Rows{"10", "20", "30"}));
  EXPECT_EQ(rows_of(parse_bounds("10,a,20,b", *rows.schema, {{"n"}, {"t"}})),
            (Rows{"10|a", "20|b"}));
  EXPECT_EQ(rows_of(parse_bounds("\"a,b\",\"c\"\"d\"", *rows.schema, {{"t"}})),
            (Rows{"a,b", "c\"d"}));
  EXPECT_EQ(rows_of(parse_bounds("2024-01-01", *rows.schema, {{"d"}})), (Rows{"2024-01-01"}));
  for (const char* bad : {"10,x", "20,10", "10,20,"})
    EXPECT_NE(error_of([&] { parse_bounds(bad, *rows.schema, {{"n"}}); }), "no error") << bad;
  EXPECT_NE(error_of([&] { parse_bounds("10", *rows.schema, {{"n"}, {"t"}}); }), "no error");
}

}  // namespace
}  // namespace penstock
