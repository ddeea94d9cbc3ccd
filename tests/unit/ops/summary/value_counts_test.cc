#include "libcore/ops/summary/value_counts.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/ops/spill_tables.h"

namespace penstock {
namespace {

using testing::Random;
using Texts = std::vector<std::string>;

struct Said {
  int64_t distinct = 0;
  std::string value;
  int64_t count = 0;
  bool operator==(const Said&) const = default;
};

Said said_of(const ValueCounts& counts) {
  Said said{counts.distinct(), "", 0};
  if (auto most = counts.most_frequent()) {
    append_text(said.value, *most->value, 0);
    said.count = most->count;
  }
  return said;
}

void count_all(ValueCounts& counts, const ColumnPtr& column, int64_t rows = 1000) {
  for (int64_t at = 0; at < column->length; at += rows)
    counts.add(slice(column, at, std::min(rows, column->length - at)));
}

// The same by a map, without an estimate.
Said exactly(const ColumnPtr& column) {
  std::map<std::string, int64_t> counts;
  for (int64_t i = 0; i < column->length; ++i) {
    std::string text;
    append_text(text, *column, i);
    if (column->is_valid(i)) ++counts[text];
  }
  Said said{std::ssize(counts), "", 0};
  for (const auto& [text, count] : counts) {
    if (count > said.count) said = {said.distinct, text, count};
  }
  return said;
}

TEST(ValueCounts, AreExactForFewValues) {
  Random random(1);
  for (int64_t domain : {1, 7, 4000}) {
    ColumnPtr column = testing::random_column(random, utf8_type(), 20000, domain, 10);
    ValueCounts counts(utf8_type());
    count_all(counts, column);
    EXPECT_EQ(said_of(counts), exactly(column));
  }
}

TEST(ValueCounts, OfNothing) {
  ValueCounts counts(int64_type());
  counts.add(make_null_column(int64_type(), 5));
  EXPECT_EQ(said_of(counts), Said());
}

TEST(ValueCounts, GiveTheLeastOfEquallyFrequentValues) {
  ValueCounts counts(int64_type());
  counts.add(testing::column(int64_type(), {"30", "4", "null", "4", "30", "5", "null", "null"}));
  EXPECT_EQ(said_of(counts), (Said{3, "4", 2}));
}

// One value in ten is 7; the others are all different.
ColumnPtr mostly_different(int64_t rows, int64_t first) {
  FixedBuilder<int64_t> values;
  for (int64_t i = 0; i < rows; ++i)
    values.append(i % 10 == 3 ? 7 : first + i);
  return values.finish(int64_type());
}

TEST(ValueCounts, FindAFrequentValueAmongMany) {
  ValueCounts counts(int64_type());
  count_all(counts, mostly_different(100'000, 1000));
  const Said said = said_of(counts);
  EXPECT_EQ(said.value, "7");
  EXPECT_GE(said.count, 10'000);
  EXPECT_LE(said.count, 10'100);
  EXPECT_NEAR(static_cast<double>(said.distinct), 90'001, 0.06 * 90'001);
}

TEST(ValueCounts, NameNoValueWhereAllAreRare) {
  FixedBuilder<int64_t> values;
  for (int64_t i = 0; i < 100'000; ++i)
    values.append(i);
  ValueCounts counts(int64_type());
  count_all(counts, values.finish(int64_type()));
  EXPECT_FALSE(counts.most_frequent().has_value());
}

TEST(ValueCounts, LongTextsEndBeingCountedEach) {
  Texts texts;
  for (int i = 0; i < 300; ++i)
    texts.push_back(std::to_string(i) + std::string(5000, 'x'));
  ValueCounts counts(utf8_type());
  counts.add(testing::column(utf8_type(), texts));
  const std::vector<ColumnPtr> state = counts.state();
  EXPECT_TRUE(state[3]->is_valid(0));
}

// The counts of pieces, put together in an order of their own.
Said merged(const ColumnPtr& column, const std::vector<int64_t>& bounds,
            const std::vector<size_t>& order) {
  ValueCounts all(column->type);
  for (size_t i : order) {
    ValueCounts piece(column->type);
    count_all(piece, slice(column, bounds[i], bounds[i + 1] - bounds[i]), 777);
    std::vector<ColumnPtr> state = piece.state();
    const std::vector<Field> fields = ValueCounts::state_fields(column->type);
    for (size_t c = 0; c < state.size(); ++c) {
      validate(*state[c]);
      EXPECT_TRUE(equals(*state[c]->type, *fields[c].type));
    }
    all.merge(state, 0);
  }
  return said_of(all);
}

TEST(ValueCounts, AreTheSameHoweverValuesAreDivided) {
  Random random(2);
  for (testing::Skew skew : testing::kSkews) {
    for (const TypePtr& type : {int64_type(), utf8_type(), float64_type()}) {
      const ColumnPtr column = testing::skewed_column(random, type, 30'000, skew);
      ValueCounts counts(type);
      count_all(counts, column);
      const Said whole = said_of(counts);
      // Some pieces have few values, others many.
      const std::vector<int64_t> bounds = {0, 100, 100, 15'000, 30'000};
      EXPECT_EQ(merged(column, bounds, {0, 1, 2, 3}), whole) << type->to_string();
      EXPECT_EQ(merged(column, bounds, {3, 0, 2, 1}), whole) << type->to_string();
      EXPECT_EQ(merged(column, {0, 3000, 30'000}, {1, 0}), whole) << type->to_string();
    }
  }
  const ColumnPtr column = mostly_different(60'000, 10);
  ValueCounts counts(int64_type());
  count_all(counts, column);
  EXPECT_EQ(merged(column, {0, 3000, 30'000, 60'000}, {2, 0, 1}), said_of(counts));
}

// A state may come from a stranger.
TEST(ValueCounts, RefuseWhatIsNotAState) {
  ValueCounts many(int64_type());
  count_all(many, mostly_different(20'000, 10));
  ValueCounts few(int64_type());
  few.add(testing::column(int64_type(), {"1", "2"}));
  auto refuses = [&](std::vector<ColumnPtr> state) {
    for (bool is_hashed : {false, true}) {
      ValueCounts counts(int64_type());
      if (is_hashed) count_all(counts, mostly_different(20'000, 10));
      EXPECT_THROW(counts.merge(state, 0), Error);
    }
  };
  std::vector<ColumnPtr> state = many.state();
  for (size_t c : {0U, 2U}) {
    std::vector<ColumnPtr> wrong = state;
    wrong[c] = make_null_column(state[c]->type, 1);
    refuses(wrong);
  }
  std::string cells(state[3]->bytes_at(0));
  state[3] = testing::column(binary_type(), {cells.substr(1)});
  refuses(state);
  cells[7] = '\xff';
  state[3] = testing::column(binary_type(), {cells});
  refuses(state);
  std::vector<ColumnPtr> small = few.state();
  std::vector<ColumnPtr> wrong = small;
  wrong[1] = make_null_column(small[1]->type, 1);
  refuses(wrong);
  ValueCounts other(int64_type());
  other.add(testing::column(int64_type(), {"1"}));
  wrong[1] = other.state()[1];
  refuses(wrong);
}

}  // namespace
}  // namespace penstock
