// Its states keep their rows in libcore/ops/aggregate/rows_by_group.cc, which no other test has.
#include "libcore/ops/aggregate/values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "libcore/data/compare.h"
#include "tests/unit/ops/aggregate/state_testing.h"

namespace penstock {
namespace {

using testing::expect_of_each_group;
using testing::Random;
using testing::table;

// Rows with a value in the first column, in its order.
std::vector<int64_t> ordered_rows(const Batch& group, bool descending) {
  const Column& values = *group.columns[0];
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < group.rows; ++i) {
    if (values.is_valid(i)) rows.push_back(i);
  }
  std::stable_sort(rows.begin(), rows.end(), [&](int64_t a, int64_t b) {
    auto order = compare_values(values, a, values, b);
    return descending ? order > 0 : order < 0;
  });
  return rows;
}

std::string text_of(const Batch& group, int64_t row) {
  std::string text = testing::texts_of(*group.columns[0])[static_cast<size_t>(row)];
  return text == "-0" ? "0" : text;
}

TEST(Values, PercentilesAreValuesOfTheGroup) {
  Random random(1);
  for (const TypePtr& type : testing::tried_types()) {
    Batch rows = table({{"v", testing::random_column(random, type, 120, 40, 20)}});
    for (bool descending : {false, true}) {
      for (double fraction : {0.0, 0.3, 0.5, 1.0}) {
        std::string text = "percentile_disc(" + std::to_string(fraction) +
                           ") within group (order by v" + (descending ? " desc)" : ")");
        expect_of_each_group(text, rows, random(), [&](const Batch& group) {
          std::vector<int64_t> order = ordered_rows(group, descending);
          if (order.empty()) return std::string("null");
          // The first whose share of the values before it and itself reaches the fraction.
          auto place =
              static_cast<int64_t>(std::ceil(fraction * static_cast<double>(order.size())));
          return text_of(group, order[static_cast<size_t>(std::max<int64_t>(place, 1) - 1)]);
        });
      }
    }
  }
}

TEST(Values, TheModeIsTheMostFrequentAndOfEqualsTheFirstInOrder) {
  Random random(2);
  for (const TypePtr& type : testing::tried_types()) {
    Batch rows = table({{"v", testing::random_column(random, type, 120, 5, 20)}});
    expect_of_each_group(
        "mode() within group (order by v)", rows, random(), [](const Batch& group) {
          std::vector<int64_t> order = ordered_rows(group, false);
          std::string best = "null";
          size_t most = 0;
          const Column& values = *group.columns[0];
          for (size_t at = 0; at < order.size();) {
            size_t end = at;
            while (end < order.size() && compare_values(values, order[at], values, order[end]) == 0)
              ++end;
            if (end - at > most) {
              most = end - at;
              best = text_of(group, order[at]);
            }
            at = end;
          }
          return best;
        });
  }
}

TEST(Values, ListsHaveNullsAndTheRowsOrder) {
  Random random(3);
  Batch rows = table({{"v", testing::random_column(random, int32_type(), 100, 9, 20)}});
  expect_of_each_group("array_agg(v)", rows, random(), [](const Batch& group) {
    if (group.rows == 0) return std::string("null");
    std::string list;
    for (const std::string& value : testing::texts_of(*group.columns[0]))
      list += (list.empty() ? "[" : ",") + value;
    return list + "]";
  });
}

}  // namespace
}  // namespace penstock
