#include "libcore/ops/aggregate/regression.h"

#include <gtest/gtest.h>

#include <cmath>

#include "libcore/ops/aggregate/float_terms.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::Random;
using testing::table;

const std::vector<std::string> kCalls = {
    "covar_pop(y, x)",      "covar_samp(y, x)", "corr(y, x)",      "regr_slope(y, x)",
    "regr_intercept(y, x)", "regr_r2(y, x)",    "regr_count(y, x)"};

ColumnPtr floats_of(const std::vector<double>& values) {
  auto count = static_cast<int64_t>(values.size());
  return make_column(float64_type(), count, Buffer::copy(values.data(), count * 8));
}

TEST(Regression, IsTheSameToTheLastBitHoweverRowsAreDivided) {
  Random random(11);
  for (int round = 0; round < 10; ++round) {
    std::vector<double> y;
    std::vector<double> x;
    std::vector<int32_t> groups;
    for (int i = 0; i < 900; ++i) {
      x.push_back(std::ldexp(static_cast<double>(random() % 2001) - 1000, round * 3));
      y.push_back(3 * x.back() + static_cast<double>(random() % 1000) / 7);
      groups.push_back(static_cast<int32_t>(random() % 5));
    }
    Batch rows = table({{"y", floats_of(y)}, {"x", floats_of(x)}});
    for (const std::string& text : kCalls) {
      const AggregateCall call = testing::call_of(text, *rows.schema);
      const auto whole = testing::merged_results(call, rows, groups, 5, 1);
      EXPECT_EQ(testing::merged_results(call, rows, groups, 5, 8), whole) << text;
    }
  }
}

TEST(Regression, NothingCancelsFarFromZero) {
  const double far = 1e9;
  Batch rows = table({{"y", floats_of({far + 1, far + 2, far + 3})},
                      {"x", floats_of({far + 1, far + 2, far + 3})}});
  auto one = [&](const std::string& text) {
    const AggregateCall call = testing::call_of(text, *rows.schema);
    return testing::merged_results(call, rows, {0, 0, 0}, 1, 1).at(0);
  };
  EXPECT_EQ(one("covar_samp(y, x)"), "1");
  EXPECT_EQ(one("corr(y, x)"), "1");
  EXPECT_EQ(one("regr_slope(y, x)"), "1");
  EXPECT_EQ(one("regr_intercept(y, x)"), "0");
}

TEST(Regression, IsNullWhereItIsNotDefined) {
  Batch rows = table({{"y", floats_of({1, 2})}, {"x", floats_of({5, 5})}});
  for (const char* text : {"corr(y, x)", "regr_slope(y, x)", "regr_r2(y, x)"}) {
    const AggregateCall call = testing::call_of(text, *rows.schema);
    EXPECT_EQ(testing::merged_results(call, rows, {0, 0}, 1, 1).at(0), "null") << text;
  }
  const AggregateCall sample = testing::call_of("covar_samp(y, x)", *rows.schema);
  EXPECT_EQ(testing::merged_results(sample, rows, {0, 1}, 2, 1),
            (std::vector<std::string>{"null", "null"}));
}

}  // namespace
}  // namespace penstock
