// Tests, through what they give for lists of calls, libcore/ops/window/beside_rows.cc,
// libcore/ops/window/frame.cc, libcore/ops/window/moving.cc, libcore/ops/window/ranks.cc,
// libcore/ops/window/scatter.cc, libcore/ops/window/sorted_rows.cc, libcore/ops/window/tree.cc,
// libcore/ops/window/values.cc, libcore/expr/window/call.cc and libcore/expr/window/range.cc.
#include "libcore/ops/window/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/expr/window/functions.h"
#include "libcore/expr/window/list.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::Random;
using ResultTexts = std::vector<std::string>;

// The last column of what the list gives for the table.
ResultTexts last_column(const Batch& table, const std::string& list,
                        int64_t memory = int64_t{64} << 20) {
  SpillOptions spill;
  spill.memory = memory;
  OperatorPtr windows = make_ordered_windows(testing::source(table, 50), {}, list, spill);
  ResultTexts texts;
  while (std::optional<Batch> batch = windows->next()) {
    EXPECT_EQ(batch->columns.size(), batch->schema->size());
    for (int64_t row = 0; row < batch->rows; ++row) {
      std::string text;
      const Column& column = *batch->columns.back();
      if (column.is_null(row)) {
        text = "null";
      } else {
        append_text(text, column, row);
      }
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

// Rows of k (partition), o (order) and v, all of which may be null; in the order of k and o.
struct Frames {
  std::vector<std::array<int, 3>> rows;  // -1 for null
  int64_t start = 0;                     // rows, groups or distance before (negative) or after
  int64_t end = 0;
  std::string mode;
  std::string exclude;

  // Places by k and o, nulls last; stable.
  std::vector<size_t> order() const {
    std::vector<size_t> places(rows.size());
    std::iota(places.begin(), places.end(), 0);
    auto rank = [](int key) { return key < 0 ? 1 << 30 : key; };
    std::stable_sort(places.begin(), places.end(), [&](size_t a, size_t b) {
      return std::pair(rank(rows[a][0]), rank(rows[a][1])) <
             std::pair(rank(rows[b][0]), rank(rows[b][1]));
    });
    return places;
  }

  bool is_in(const std::vector<size_t>& places, size_t at, size_t other) const {
    const auto& row = rows[places[at]];
    const auto& seen = rows[places[other]];
    if (row[0] != seen[0]) return false;
    const bool peers = row[1] == seen[1];
    if (exclude == "current row" && at == other) return false;
    if (exclude == "group" && peers) return false;
    if (exclude == "ties" && peers && at != other) return false;
    if (mode == "rows") {
      const int64_t distance = static_cast<int64_t>(other) - static_cast<int64_t>(at);
      return distance >= start && distance <= end;
    }
    if (mode == "range") {
      if (row[1] < 0 || seen[1] < 0) return peers;
      return seen[1] - row[1] >= start && seen[1] - row[1] <= end;
    }
    int64_t groups = 0;
    for (size_t i = std::min(at, other); i < std::max(at, other); ++i)
      groups += rows[places[i]][1] != rows[places[i + 1]][1] ? 1 : 0;
    if (other < at) groups = -groups;
    return groups >= start && groups <= end;
  }
};

std::string bound_of(int64_t by) {
  if (by == 0) return "current row";
  return std::to_string(by < 0 ? -by : by) + (by < 0 ? " preceding" : " following");
}

Batch table_of(const Frames& frames) {
  std::vector<testing::NamedColumn> columns;
  for (size_t c = 0; c < 3; ++c) {
    ResultTexts texts;
    for (const auto& row : frames.rows)
      texts.push_back(row[c] < 0 ? "null" : std::to_string(row[c]));
    columns.push_back({std::string(1, "kov"[c]), testing::column(int64_type(), texts)});
  }
  return testing::table(columns);
}

// The result of each row from the values that its frame has, in order.
template <typename Of>
ResultTexts by_hand(const Frames& frames, const Of& of) {
  const std::vector<size_t> places = frames.order();
  ResultTexts results(frames.rows.size());
  for (size_t at = 0; at < places.size(); ++at) {
    std::vector<int> values;
    for (size_t other = 0; other < places.size(); ++other)
      if (frames.is_in(places, at, other)) values.push_back(frames.rows[places[other]][2]);
    results[places[at]] = of(values);
  }
  return results;
}

std::vector<int> not_null(std::vector<int> values) {
  std::erase(values, -1);
  return values;
}

std::string text_or_null(bool is_null, int64_t value) {
  return is_null ? "null" : std::to_string(value);
}

Frames random_frames(Random& random) {
  Frames frames;
  const auto count = random() % 400;
  for (size_t i = 0; i < count; ++i) {
    auto value = [&](uint64_t most) {
      return random() % 8 == 0 ? -1 : static_cast<int>(random() % most);
    };
    frames.rows.push_back({value(3), value(40), value(50)});
  }
  frames.start = static_cast<int64_t>(random() % 12) - 8;
  frames.end = frames.start + static_cast<int64_t>(random() % 9);
  frames.mode = std::array<const char*, 3>{"rows", "range", "groups"}[random() % 3];
  frames.exclude = std::array<const char*, 5>{"no others", "no others", "current row", "group",
                                              "ties"}[random() % 5];
  return frames;
}

TEST(OrderedWindow, FramesAreWhatTheirDefinitionSays) {
  Random random(3);
  for (int round = 0; round < 60; ++round) {
    const Frames frames = random_frames(random);
    const Batch table = table_of(frames);
    const std::string over = " over (partition by k order by o " + frames.mode + " between " +
                             bound_of(frames.start) + " and " + bound_of(frames.end) + " exclude " +
                             frames.exclude + ") as r";
    SCOPED_TRACE(over);
    const int64_t memory = round % 2 == 0 ? kLeastMemory : int64_t{64} << 20;
    EXPECT_EQ(last_column(table, "count(*)" + over, memory),
              by_hand(frames, [](const auto& v) { return std::to_string(v.size()); }));
    EXPECT_EQ(last_column(table, "sum(v)" + over, memory), by_hand(frames, [](const auto& all) {
                const std::vector<int> v = not_null(all);
                return text_or_null(v.empty(), std::accumulate(v.begin(), v.end(), int64_t{0}));
              }));
    EXPECT_EQ(last_column(table, "sum(v::float64)" + over, memory),
              by_hand(frames, [](const auto& all) {
                const std::vector<int> v = not_null(all);
                return text_or_null(v.empty(), std::accumulate(v.begin(), v.end(), int64_t{0}));
              }));
    EXPECT_EQ(last_column(table, "max(v) filter (where v > 5)" + over, memory),
              by_hand(frames, [](const auto& all) {
                const int most = all.empty() ? -1 : *std::max_element(all.begin(), all.end());
                return text_or_null(most <= 5, most);
              }));
    EXPECT_EQ(last_column(table, "bit_xor(v)" + over, memory), by_hand(frames, [](const auto& all) {
                const std::vector<int> v = not_null(all);
                int bits = 0;
                for (int value : v)
                  bits ^= value;
                return text_or_null(v.empty(), bits);
              }));
    if (frames.mode == "rows" || frames.exclude == "no others") {
      EXPECT_EQ(last_column(table, "string_agg(v::text, ' ')" + over, memory),
                by_hand(frames, [](const auto& all) {
                  std::string text;
                  for (int value : not_null(all))
                    text += (text.empty() ? "" : " ") + std::to_string(value);
                  return text.empty() ? "null" : text;
                }));
    }
    EXPECT_EQ(last_column(table, "nth_value(v, 2)" + over, memory),
              by_hand(frames, [](const auto& v) {
                return text_or_null(v.size() < 2 || v[1] < 0, v.size() < 2 ? 0 : v[1]);
              }));
    EXPECT_EQ(last_column(table, "last_value(v)" + over, memory),
              by_hand(frames, [](const auto& v) {
                return text_or_null(v.empty() || v.back() < 0, v.empty() ? 0 : v.back());
              }));
  }
}

// "x: 20, 10" and "3, 1" in the examples of the table.
TEST(OrderedWindow, EachExampleGivesItsResult) {
  for (const WindowFunction& function : window_functions()) {
    const std::string example(function.example);
    const size_t of = example.find(" of x: ");
    const size_t arrow = example.find(" → ");
    auto split = [](std::string list) {
      ResultTexts values;
      for (size_t end = 0; (end = list.find(", ")) != std::string::npos; list.erase(0, end + 2))
        values.push_back(list.substr(0, end));
      values.push_back(list);
      return values;
    };
    const Batch table = testing::table(
        {{"x", testing::column(int64_type(), split(example.substr(of + 7, arrow - of - 7)))}});
    EXPECT_EQ(last_column(table, example.substr(0, of) + " as r"), split(example.substr(arrow + 5)))
        << example;
    EXPECT_EQ(find_window_function(function.name), &function);
  }
}

// Values of every type move, and rows are divided and ordered by every type with an order.
TEST(OrderedWindow, EveryTypeHasWindows) {
  Random random(11);
  constexpr int64_t kRows = 900;
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < kRows; ++i)
    numbers.push_back(std::to_string(i));
  for (const TypePtr& type : testing::tried_types()) {
    SCOPED_TRACE(type->to_string());
    const Batch table =
        testing::table({{"row", testing::column(int64_type(), numbers)},
                        {"x", testing::random_column(random, type, kRows, 40, 20)}});
    const ResultTexts values =
        last_column(table, "first_value(x) over (order by row rows current row)");
    ResultTexts before(values.begin() + 1, values.end());
    before.push_back("null");
    for (int64_t memory : {kLeastMemory, int64_t{64} << 20}) {
      EXPECT_EQ(last_column(table, "lag(x) over (order by row desc)", memory), before);
      EXPECT_EQ(last_column(table, "nth_value(x, 1) over (order by row rows 0 preceding)", memory),
                values);
    }
    if (!is_orderable(*plain(type))) continue;
    const ResultTexts numbered =
        last_column(table, "row_number() over (partition by x order by row)");
    std::map<std::string, int> seen;
    for (size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(numbered[i], std::to_string(++seen[values[i] == "-0" ? "0" : values[i]]))
          << values[i];
    EXPECT_EQ(last_column(table, "dense_rank() over (order by x)", kLeastMemory),
              last_column(table, "dense_rank() over (order by x)"));
    EXPECT_EQ(
        last_column(table, "max(x) over (order by row rows 1 preceding)", kLeastMemory).size(),
        values.size());
  }
}

TEST(OrderedWindow, OneSortServesCallsThatNeedNoOrder) {
  const Schema schema({{"k", int64_type(), true, {}}, {"v", int64_type(), true, {}}});
  auto windows = [&](const std::string& list) {
    return bind_windows(list, schema, {"k"}).windows.size();
  };
  EXPECT_EQ(windows("sum(v) as a, rank() over (partition by k order by v) as b"), 1U);
  EXPECT_EQ(windows("rank() over (partition by k order by v), max(v) over (partition by k)"), 1U);
  EXPECT_EQ(windows("rank() over (order by v), max(v) over (partition by k)"), 2U);
  EXPECT_EQ(windows("rank() over (partition by k order by v), first(v)"), 2U);
  EXPECT_EQ(windows("rank() over (partition by k order by v), rank() over (partition by k) as r"),
            2U);
  EXPECT_EQ(windows("rank() over (order by v), rank() over (order by v desc) as r, sum(v) over ()"),
            2U);
}

TEST(OrderedWindow, TraitsSayWhichRowsMustComeTogether) {
  using Names = std::vector<std::string>;
  auto traits = [](const std::string& list) { return traits_of_windows(list, {"k"}); };
  EXPECT_FALSE(traits("sum(x)").needs_rows);
  EXPECT_EQ(traits("sum(x)").common_keys, Names{"k"});
  EXPECT_TRUE(traits("x / sum(x)").needs_rows);
  EXPECT_EQ(traits("rank() over (partition by a, k order by t) + sum(x)").common_keys, Names{"k"});
  EXPECT_EQ(traits("rank() over (partition by a, b order by t), sum(x) over (partition by b, c)")
                .common_keys,
            Names{"b"});
  EXPECT_EQ(traits("rank() over (partition by a order by t), sum(x) over ()").common_keys, Names{});
  EXPECT_FALSE(traits("row_number() over (partition by a order by t)").depends_on_order);
  EXPECT_TRUE(traits("row_number() over (partition by a)").depends_on_order);
  EXPECT_TRUE(traits("sum(x) over (partition by a rows 1 preceding)").depends_on_order);
  EXPECT_FALSE(traits("sum(x) over (partition by a)").depends_on_order);
}

TEST(OrderedWindow, NothingInGivesNothing) {
  Batch table = testing::table({{"x", testing::column(int64_type(), {})}});
  EXPECT_TRUE(last_column(table, "row_number() over () as r, sum(x) over () as s").empty());
}

TEST(OrderedWindow, RangesOverTimesOfDayEndWithTheDay) {
  Batch table =
      testing::table({{"t", testing::column(time_type(TimeUnit::kSecond),
                                            {"23:30:00", "00:00:00", "01:00:00", "null"})}});
  auto count = [&](const std::string& frame) {
    return last_column(table, "count(*) over (order by t range between " + frame + ") as r");
  };
  EXPECT_EQ(count("interval '1 hour' preceding and current row"),
            (ResultTexts{"1", "1", "2", "1"}));
  EXPECT_EQ(count("current row and '22:30' following"), (ResultTexts{"1", "2", "2", "1"}));
  EXPECT_EQ(count("'1 month' preceding and '40 hours' following"),
            (ResultTexts{"1", "3", "2", "1"}));
  EXPECT_EQ(last_column(table, "count(*) over (order by t desc range '1 hour' preceding) as r"),
            (ResultTexts{"1", "2", "1", "1"}));
}

TEST(OrderedWindow, InfiniteRangesReachAllNumbers) {
  Batch table =
      testing::table({{"x", testing::column(float64_type(), {"1", "inf", "-inf", "nan", "null"})}});
  auto count = [&](const std::string& frame) {
    return last_column(table, "count(*) over (order by x range between " + frame + ") as r");
  };
  EXPECT_EQ(count("'inf' preceding and current row"), (ResultTexts{"2", "3", "1", "1", "1"}));
  EXPECT_EQ(count("current row and 'inf' following"), (ResultTexts{"2", "1", "3", "1", "1"}));
  EXPECT_EQ(count("1 preceding and 1 following"), (ResultTexts{"1", "1", "1", "1", "1"}));
}

// Infinities and NaN that leave a frame leave its sum.
TEST(OrderedWindow, SumsOfFloatsAreExactWhateverLeavesTheFrame) {
  Batch table = testing::table(
      {{"x", testing::column(float64_type(), {"1", "inf", "2", "1e300", "-inf", "nan", "0.1", "0.2",
                                              "1e-300", "-1e300", "3"})}});
  EXPECT_EQ(last_column(table, "sum(x) over (rows 1 preceding) as r"),
            (ResultTexts{"1", "inf", "inf", "1e+300", "-inf", "nan", "nan", "0.30000000000000004",
                         "0.2", "-1e+300", "-1e+300"}));
  EXPECT_EQ(last_column(table, "avg(x) over (rows current row) as r"),
            (ResultTexts{"1", "inf", "2", "1e+300", "-inf", "nan", "0.1", "0.2", "1e-300",
                         "-1e+300", "3"}));
}

}  // namespace
}  // namespace penstock
