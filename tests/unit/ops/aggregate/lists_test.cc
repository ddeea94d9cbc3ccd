#include "libcore/ops/aggregate/lists.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "libcore/data/compare.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::expect_of_each_group;
using testing::Random;
using testing::table;

// Numbers of the rows with a value in column `c`, in the order of column `by`, or as they are.
std::vector<int64_t> rows_in_order(const Batch& rows, size_t c, std::optional<size_t> by,
                                   bool descending, bool nulls_first) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < rows.rows; ++i) {
    if (rows.columns[c]->is_valid(i)) numbers.push_back(i);
  }
  if (!by) return numbers;
  const Column& keys = *rows.columns[*by];
  std::stable_sort(numbers.begin(), numbers.end(), [&](int64_t a, int64_t b) {
    auto order = compare_rows(keys, a, keys, b, nulls_first);
    return descending && keys.is_valid(a) && keys.is_valid(b) ? order > 0 : order < 0;
  });
  return numbers;
}

TEST(Lists, StringsAreJoinedInTheirOrder) {
  Random random(1);
  for (const TypePtr& by : {int32_type(), utf8_type(), float64_type()}) {
    Batch rows = table({{"t", testing::random_column(random, utf8_type(), 200, 1000, 20)},
                        {"k", testing::random_column(random, by, 200, 5, 20)}});
    auto joined = [](const Batch& group, std::optional<size_t> key, bool desc, bool first) {
      std::vector<std::string> texts = testing::texts_of(*group.columns[0]);
      std::string all;
      std::vector<int64_t> order = rows_in_order(group, 0, key, desc, first);
      for (int64_t row : order) {
        if (row != order.front()) all += "; ";
        all += texts[static_cast<size_t>(row)];
      }
      return order.empty() ? "null" : all;
    };
    expect_of_each_group("string_agg(t, '; ')", rows, random(), [&](const Batch& group) {
      return joined(group, std::nullopt, false, false);
    });
    expect_of_each_group("string_agg(t, '; ' order by k)", rows, random(),
                         [&](const Batch& group) { return joined(group, 1, false, false); });
    expect_of_each_group("string_agg(t, '; ' order by k desc nulls first)", rows, random(),
                         [&](const Batch& group) { return joined(group, 1, true, true); });
  }
}

TEST(Lists, PercentilesLieBetweenTheirNeighboursInProportion) {
  Random random(2);
  for (double fraction : {0.0, 0.25, 0.5, 0.9, 1.0}) {
    Batch rows = table({{"v", testing::random_column(random, int32_type(), 150, 1000, 20)}});
    std::string text =
        "percentile_cont(" + std::to_string(fraction) + ") within group (order by v)";
    expect_of_each_group(text, rows, random(), [fraction](const Batch& group) {
      std::vector<double> values;
      for (const std::string& value : testing::texts_of(*group.columns[0])) {
        if (value != "null") values.push_back(std::stod(value));
      }
      if (values.empty()) return std::string("null");
      std::sort(values.begin(), values.end());
      double place = fraction * static_cast<double>(values.size() - 1);
      double low = values[static_cast<size_t>(std::floor(place))];
      double high = values[static_cast<size_t>(std::ceil(place))];
      FixedBuilder<double> builder;
      builder.append(low + (high - low) * (place - std::floor(place)));
      return testing::texts_of(*builder.finish(float64_type()))[0];
    });
  }
}

TEST(Lists, SpilledPercentilesAreTheSameAndLeaveMemory) {
  Random random(3);
  Batch rows = table({{"v", testing::random_column(random, float64_type(), 20000, 100000, 5)}});
  std::vector<int32_t> groups;
  for (int64_t i = 0; i < rows.rows; ++i)
    groups.push_back(static_cast<int32_t>(random() % 3));
  AggregateCall call = testing::call_of("median(v)", *rows.schema);
  std::vector<std::string> expected =
      testing::results_of(*testing::state_of(call, rows, groups, 3), 3);
  SpillOptions options;
  options.memory = kLeastMemory;
  SpillFile file;
  AggregateStatePtr state = make_percentile_state(0.5);
  state->resize(3);
  for (int64_t at = 0; at < rows.rows; at += 500) {
    std::vector<ColumnPtr> columns = testing::arguments_of(call, slice(rows, at, 500));
    state->add({std::span(groups).subspan(static_cast<size_t>(at), 500), columns});
    state->spill(file, options);
    EXPECT_LE(state->bytes(), options.memory);
  }
  EXPECT_EQ(testing::results_of(*state, 3), expected);
  EXPECT_GT(file.written_bytes(), 0);
}

}  // namespace
}  // namespace penstock
