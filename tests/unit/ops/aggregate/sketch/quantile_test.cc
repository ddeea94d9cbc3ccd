#include "libcore/ops/aggregate/sketch/quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::Random;
using testing::table;

std::string percentile(const std::vector<double>& values, const std::string& fraction,
                       int64_t pieces) {
  auto count = static_cast<int64_t>(values.size());
  Batch rows =
      table({{"v", make_column(float64_type(), count, Buffer::copy(values.data(), count * 8))}});
  const AggregateCall call =
      testing::call_of("approx_percentile(v, " + fraction + ")", *rows.schema);
  const std::vector<int32_t> groups(values.size(), 0);
  return testing::merged_results(call, rows, groups, 1, pieces).at(0);
}

TEST(QuantileSketch, IsWithinItsErrorAndTheSameHoweverRowsAreDivided) {
  Random random(5);
  for (double spread : {0.01, 1.0, 30.0}) {
    std::vector<double> values;
    for (int i = 0; i < 20'000; ++i) {
      const double unit = static_cast<double>(random() % 1'000'000) / 1e6;
      values.push_back((i % 3 == 0 ? -1 : 1) * std::exp(spread * unit));
    }
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    for (const char* fraction : {"0", "0.01", "0.5", "0.9", "0.999", "1"}) {
      const std::string whole = percentile(values, fraction, 1);
      EXPECT_EQ(percentile(values, fraction, 9), whole);
      const double place = std::ceil(std::stod(fraction) * 20'000);
      const double exact = sorted[static_cast<size_t>(std::max(place, 1.0)) - 1];
      EXPECT_NEAR(std::stod(whole), exact, std::abs(exact) * 0.004) << fraction;
    }
    EXPECT_EQ(percentile(values, "0.5", 4), percentile(sorted, "0.5", 1));
  }
}

TEST(QuantileSketch, IsExactOfFewValues) {
  EXPECT_EQ(percentile({5, 1, 3}, "0.5", 1), "3");
  EXPECT_EQ(percentile({5, 1, 3}, "0", 1), "1");
  EXPECT_EQ(percentile({5, 1, 3}, "1", 1), "5");
  EXPECT_EQ(percentile({-0.0, 0.0}, "0.5", 1), "0");
  EXPECT_EQ(percentile({NAN, 1, INFINITY, -INFINITY}, "1", 2), "nan");
  EXPECT_EQ(percentile({NAN, 1, INFINITY, -INFINITY}, "0.75", 2), "inf");
  EXPECT_EQ(percentile({NAN, 1, INFINITY, -INFINITY}, "0", 2), "-inf");
}

ColumnPtr one_list(ColumnPtr item) {
  auto column = std::make_shared<Column>();
  column->type = list_type(item->type);
  column->length = 1;
  const std::vector<int32_t> ends = {0, 1};
  column->offsets = Buffer::copy(ends.data(), 8);
  column->children = {std::move(item)};
  return column;
}

// Buckets may come from a stranger.
TEST(QuantileSketch, RefusesWhatIsNotASketch) {
  struct Wrong {
    int64_t count;
    double least;
    double greatest;
  };
  for (const Wrong& wrong : {Wrong{0, 1, 1}, Wrong{-1, 1, 1}, Wrong{1, 1, 2}, Wrong{2, 1.002, 1}}) {
    AggregateStatePtr state = make_quantile_sketch_state(0.5);
    state->resize(1);
    FixedBuilder<int64_t> counts;
    FixedBuilder<double> least;
    FixedBuilder<double> greatest;
    counts.append(wrong.count);
    least.append(wrong.least);
    greatest.append(wrong.greatest);
    const std::vector<int32_t> groups = {0};
    const std::vector<ColumnPtr> columns = {one_list(counts.finish(int64_type())),
                                            one_list(least.finish(float64_type())),
                                            one_list(greatest.finish(float64_type()))};
    EXPECT_THROW(state->merge({groups, columns}), Error) << wrong.count;
  }
}

}  // namespace
}  // namespace penstock
