#include "libcore/ops/summary/column_summary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;

ColumnFigures figures_of(const ColumnPtr& values) {
  ColumnSummary summary({"a", values->type, true, {}});
  summary.add(values);
  return summary.figures();
}

TEST(ColumnSummary, OfDecimalsThatHaveNoSumOfTheirType) {
  const std::string most(38, '9');
  const ColumnFigures figures =
      figures_of(column(decimal_type(38, 0), {most, most, most, "-1", "null"}));
  EXPECT_EQ(figures.least, "-1");
  EXPECT_EQ(figures.greatest, most);
  EXPECT_NEAR(*figures.mean, 7.5e37, 1e30);
  EXPECT_EQ(figures.frequency, 3);
}

TEST(ColumnSummary, CountsCharactersAndNotBytes) {
  const ColumnFigures figures =
      figures_of(column(utf8_type(), {"\xC3\xA4\xC3\xB6", "abc", "null", "\xE2\x82\xAC"}));
  EXPECT_EQ(figures.shortest, 1);
  EXPECT_EQ(figures.longest, 3);
  EXPECT_FALSE(figures.mean.has_value());
}

TEST(ColumnSummary, OfTypesWithoutAnOrderSaysWhatItCan) {
  const TypePtr map = parse_type("map<utf8, int64>");
  const ColumnFigures figures = figures_of(make_null_column(map, 3));
  EXPECT_EQ(figures.rows, 3);
  EXPECT_EQ(figures.nulls, 3);
  EXPECT_FALSE(figures.distinct.has_value());
  EXPECT_FALSE(figures.least.has_value());
}

TEST(ColumnSummary, MergesStatesOfOneRowEach) {
  const ColumnPtr values = column(float64_type(), {"1", "2", "null", "2", "8"});
  ColumnSummary all({"a", float64_type(), true, {}});
  for (int64_t i = 0; i < values->length; ++i) {
    ColumnSummary one({"a", float64_type(), true, {}});
    one.add(slice(values, i, 1));
    const std::vector<ColumnPtr> state = one.state();
    ASSERT_EQ(state.size(), one.state_fields().size());
    all.merge(state, 0);
  }
  const ColumnFigures merged = all.figures();
  const ColumnFigures whole = figures_of(values);
  EXPECT_EQ(merged.mean, whole.mean);
  EXPECT_EQ(merged.quartiles[1], whole.quartiles[1]);
  EXPECT_EQ(merged.most_frequent, "2");
  EXPECT_EQ(merged.nulls, 1);
}

}  // namespace
}  // namespace penstock
