#include "libcore/ops/aggregate/sketch/distinct.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::Random;
using testing::table;

int64_t estimate(const std::vector<int64_t>& values, int64_t pieces) {
  auto count = static_cast<int64_t>(values.size());
  Batch rows =
      table({{"v", make_column(int64_type(), count, Buffer::copy(values.data(), count * 8))}});
  const AggregateCall call = testing::call_of("approx_count_distinct(v)", *rows.schema);
  const std::vector<int32_t> groups(values.size(), 0);
  return std::stoll(testing::merged_results(call, rows, groups, 1, pieces).at(0));
}

TEST(DistinctSketch, IsWithinItsErrorWhateverTheNumber) {
  for (int64_t count : {1, 10, 100, 500, 1000, 5000, 30'000, 300'000}) {
    std::vector<int64_t> values;
    for (int64_t i = 0; i < count; ++i) {
      values.push_back(i * 7919);
      if (i % 3 == 0) values.push_back(i * 7919);
    }
    const auto got = static_cast<double>(estimate(values, 1));
    const auto exact = static_cast<double>(count);
    EXPECT_LT(std::abs(got - exact), std::max(0.06 * exact, 0.5)) << count;  // four errors
  }
}

TEST(DistinctSketch, IsTheSameHoweverRowsAreDivided) {
  Random random(3);
  for (size_t count : {10U, 400U, 3000U, 40'000U}) {
    std::vector<int64_t> values;
    for (size_t i = 0; i < count; ++i)
      values.push_back(static_cast<int64_t>(random() % (count / 2 + 1)));
    const int64_t whole = estimate(values, 1);
    EXPECT_EQ(estimate(values, 7), whole);
    std::shuffle(values.begin(), values.end(), random);
    EXPECT_EQ(estimate(values, 3), whole);
  }
}

TEST(DistinctSketch, CountsNoNulls) {
  Batch rows = table({{"v", make_null_column(int64_type(), 5)}});
  const AggregateCall call = testing::call_of("approx_count_distinct(v)", *rows.schema);
  AggregateStatePtr state = testing::state_of(call, rows, {0, 0, 0, 0, 0}, 2);
  EXPECT_EQ(testing::results_of(*state, 2), (std::vector<std::string>{"0", "0"}));
}

// A sketch may come from a stranger.
TEST(DistinctSketch, RefusesWhatIsNotASketch) {
  const std::vector<std::string> wrong = {
      "abc", std::string(4096, '\x7f'), std::string(size_t{4} * 513, '\0'),
      std::string("\x00\x00\x00\x00", 4), std::string("\x01\x00\x10\x00", 4)};
  for (const std::string& bytes : wrong) {
    AggregateStatePtr state = make_distinct_sketch_state();
    state->resize(1);
    const std::vector<int32_t> groups = {0};
    const std::vector<ColumnPtr> columns = {testing::column(binary_type(), {bytes})};
    EXPECT_THROW(state->merge({groups, columns}), Error) << bytes.size();
  }
}

}  // namespace
}  // namespace penstock
