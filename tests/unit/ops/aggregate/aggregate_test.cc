// What libcore/ops/aggregate/call.cc does around every state, filter and distinct, is tested here.
#include "libcore/ops/aggregate/aggregate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "libcore/base/limits.h"
#include "libcore/data/compare.h"
#include "libcore/data/number/one_zero.h"
#include "libcore/ops/aggregate/groups.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;

Rows aggregated(const Batch& input, const std::vector<std::string>& keys, const std::string& list) {
  OperatorPtr aggregate = make_aggregate(source(input, 3), keys, list);
  return testing::run(*aggregate).rows;
}

class Aggregates : public ::testing::Test {
 protected:
  Batch sales = table({
      {"city", column(utf8_type(), {"Rome", "Oslo", "Rome", "null", "Oslo", "null", "Bern"})},
      {"n", column(int64_type(), {"1", "2", "3", "4", "null", "6", "null"})},
      {"x", column(float64_type(), {"1.5", "2", "-0", "nan", "null", "0", "null"})},
      {"d", column(decimal_type(10, 2), {"0.10", "0.20", "1.00", "2.00", "0.05", "null", "null"})},
      {"t", column(utf8_type(), {"b", "x", "a", "q", "x", "null", "null"})},
      {"ok", column(bool_type(), {"true", "true", "false", "null", "true", "true", "null"})},
  });
};

TEST_F(Aggregates, GroupsComeInTheOrderOfTheirFirstRows) {
  EXPECT_EQ(aggregated(sales, {"city"}, "count(*), count(n) as c1, sum(n), avg(n), min(n), max(n)"),
            (Rows{"Rome|2|2|4|2|1|3", "Oslo|2|1|2|2|2|2", "null|2|2|10|5|4|6",
                  "Bern|1|0|null|null|null|null"}));
}

TEST_F(Aggregates, FloatsDecimalsTextsAndTruth) {
  EXPECT_EQ(aggregated(sales, {"city"}, "sum(x), min(x), max(x)"),
            (Rows{"Rome|1.5|0|1.5", "Oslo|2|2|2", "null|nan|0|nan", "Bern|null|null|null"}));
  EXPECT_EQ(
      aggregated(sales, {"city"}, "sum(d), avg(d), min(d), max(t), bool_and(ok), bool_or(ok)"),
      (Rows{"Rome|1.10|0.55|0.10|b|false|true", "Oslo|0.25|0.125|0.05|x|true|true",
            "null|2.00|2|2.00|q|true|true", "Bern|null|null|null|null|null|null"}));
}

TEST_F(Aggregates, WithoutKeysThereIsOneRow) {
  EXPECT_EQ(aggregated(sales, {}, "count(*), sum(n)"), Rows{"7|16"});
  Batch none = slice(sales, 0, 0);
  EXPECT_EQ(
      aggregated(none, {},
                 "count(*), sum(n), string_agg(t, ','), median(n), min_by(t, n), any_value(t)"),
      Rows{"0|null|null|null|null|null"});
  EXPECT_EQ(aggregated(none, {"city"}, "count(*)"), Rows{});
}

TEST_F(Aggregates, Filter) {
  EXPECT_EQ(aggregated(sales, {"city"}, "sum(n) filter (where n > 1), count(*)"),
            (Rows{"Rome|3|2", "Oslo|2|2", "null|10|2", "Bern|null|1"}));
  // What the filter keeps out is not computed.
  EXPECT_EQ(aggregated(sales, {}, "sum(10 % (n - 1)) filter (where n <> 1)"), Rows{"1"});
}

TEST_F(Aggregates, Distinct) {
  EXPECT_EQ(aggregated(sales, {"city"}, "count(distinct t), string_agg(distinct t, '+')"),
            (Rows{"Rome|2|b+a", "Oslo|1|x", "null|1|q", "Bern|0|null"}));
  Batch floats = table({{"x", column(float64_type(), {"0", "-0", "nan", "-nan", "1", "null"})}});
  EXPECT_EQ(aggregated(floats, {}, "count(distinct x)"), Rows{"3"});
  EXPECT_EQ(aggregated(floats, {"x"}, "count(*)"), (Rows{"0|2", "nan|2", "1|1", "null|1"}));
}

TEST_F(Aggregates, StringsInOrder) {
  EXPECT_EQ(aggregated(sales, {"city"}, "string_agg(t, ', ' order by t)"),
            (Rows{"Rome|a, b", "Oslo|x, x", "null|q", "Bern|null"}));
  EXPECT_EQ(aggregated(sales, {}, "string_agg(t, '' order by n desc nulls first)"), Rows{"xqaxb"});
}

TEST_F(Aggregates, RowsOfExtremes) {
  EXPECT_EQ(
      aggregated(sales, {"city"},
                 "min_by(t, n), max_by(t, n), max_by(n, t) as c2, min_by(x, d) as c3"),
      (Rows{"Rome|b|a|1|1.5", "Oslo|x|x|2|null", "null|q|null|4|nan", "Bern|null|null|null|null"}));
}

TEST_F(Aggregates, Percentiles) {
  Batch numbers =
      table({{"k", column(int32_type(), {"1", "1", "1", "1", "2", "2", "3"})},
             {"v", column(float64_type(), {"4", "1", "3", "2", "inf", "inf", "null"})}});
  EXPECT_EQ(aggregated(numbers, {"k"},
                       "median(v), percentile_cont(0.25) within group (order by v) as q1, "
                       "percentile_cont(0.25) within group (order by v desc) as q3"),
            (Rows{"1|2.5|1.75|3.25", "2|inf|inf|inf", "3|null|null|null"}));
}

TEST_F(Aggregates, VarianceDoesNotCancel) {
  Batch numbers = table(
      {{"v", column(float64_type(), {"1000000004", "1000000007", "1000000013", "1000000016"})}});
  EXPECT_EQ(aggregated(numbers, {}, "variance(v), var_pop(v)"), Rows{"30|22.5"});
  EXPECT_EQ(aggregated(slice(numbers, 0, 1), {}, "stddev(v), stddev_pop(v)"), Rows{"null|0"});
}

TEST_F(Aggregates, ExpressionsOverCallsAndKeys) {
  EXPECT_EQ(aggregated(sales, {"city"}, "sum(n) + count(*) as a, city || '!' as b"),
            (Rows{"Rome|6|Rome!", "Oslo|4|Oslo!", "null|12|null", "Bern|null|Bern!"}));
}

TEST(AggregateSums, IntegersAreExactInBetweenAndAnErrorPastTheirType) {
  Batch large =
      table({{"n", column(int64_type(), {"9223372036854775807", "9223372036854775807",
                                         "-9223372036854775807", "-9223372036854775807", "5"})}});
  EXPECT_EQ(aggregated(large, {}, "sum(n)"), Rows{"5"});
  EXPECT_EQ(testing::error_of([&] { aggregated(slice(large, 0, 2), {}, "sum(n)"); }),
            "sum: a sum does not fit int64; cast what is summed to decimal(38,0)");
  EXPECT_EQ(aggregated(slice(large, 0, 2), {}, "avg(n)"), Rows{"9.223372036854776e+18"});
  Batch unsigned_large = table({{"n", column(uint64_type(), {"18446744073709551615", "1"})}});
  EXPECT_EQ(aggregated(slice(unsigned_large, 0, 1), {}, "sum(n)"), Rows{"18446744073709551615"});
  EXPECT_THROW(aggregated(unsigned_large, {}, "sum(n)"), Error);
}

TEST(AggregateSums, DecimalsAreExactAndAnErrorPast38Digits) {
  std::string nines(38, '9');
  Batch large = table({{"d", column(decimal_type(38, 0), {nines, nines, "-" + nines})}});
  EXPECT_EQ(aggregated(large, {}, "sum(d)"), Rows{nines});
  EXPECT_EQ(testing::error_of([&] { aggregated(slice(large, 0, 2), {}, "sum(d)"); }),
            "sum: a sum does not fit decimal128(38,0); cast what is summed to double precision");
}

TEST(AggregateKeys, UnknownTwiceAndNestedAreErrors) {
  Batch input = table({{"price", column(int32_type(), {"1"})},
                       {"l", make_null_column(list_type(int32_type()), 1)}});
  EXPECT_EQ(testing::error_of([&] { aggregated(input, {"prise"}, "count(*)"); }),
            "unknown column 'prise'; did you mean 'price'?");
  EXPECT_EQ(testing::error_of([&] {
              aggregated(input, {"price", "price"}, "count(*)");
            }),
            "key 'price' is named twice");
  EXPECT_EQ(testing::error_of([&] { aggregated(input, {"l"}, "count(*)"); }),
            "column 'l' of type list<int32> cannot be a key; take a part of it, or cast it to "
            "text");
}

TEST(AggregateKeys, KeepTheirOrderInTheSchema) {
  Batch input = table({{"a", column(int32_type(), {"1"})}, {"b", column(int32_type(), {"1"})}},
                      {{"penstock.order", "a,b:desc"}, {"penstock.partitioning", "a,b"}});
  OperatorPtr aggregate = make_aggregate(source(input), {"a"}, "count(*)");
  EXPECT_EQ(aggregate->schema()->metadata_value(kOrderKey), "a");
  EXPECT_FALSE(aggregate->schema()->metadata_value(kPartitioningKey).has_value());
}

struct Naive {
  std::vector<int64_t> rows;
};

TEST(AggregateProperty, AgreesWithGroupsOfRows) {
  Random random(21);
  std::vector<TypePtr> types = testing::tried_types();
  for (int round = 0; round < 80; ++round) {
    auto rows = static_cast<int64_t>(random() % 3000);
    TypePtr key_type = types[random() % types.size()];
    TypePtr value_type = types[random() % types.size()];
    std::string name = key_type->to_string() + ", " + value_type->to_string();
    bool float_key = is_float(key_type->id);
    ColumnPtr key = testing::random_column(random, float_key ? int64_type() : key_type, rows,
                                           random() % 2 == 0 ? 4 : 1000, 10);
    ColumnPtr value = testing::random_column(random, value_type, rows, 50, 20);
    ColumnPtr number = testing::random_column(random, make_type(TypeId::kInt16), rows, 50, 20);
    Batch input = table({{"k", key}, {"v", value}, {"n", number}});
    std::map<std::string, size_t> places;
    std::vector<std::pair<std::string, Naive>> groups;
    for (int64_t i = 0; i < rows; ++i) {
      std::string text = key->is_null(i) ? "null" : "";
      append_text(text, *key, i);
      auto [at, is_new] = places.emplace(text, groups.size());
      if (is_new) groups.push_back({text, {}});
      groups[at->second].second.rows.push_back(i);
    }
    Rows expected;
    for (const auto& [text, group] : groups) {
      int64_t least = -1;
      int64_t greatest = -1;
      int64_t count = 0;
      int64_t sum = 0;
      int64_t summed = 0;
      for (int64_t i : group.rows) {
        if (number->is_valid(i)) {
          sum += number->data<int16_t>()[i];
          ++summed;
        }
        if (value->is_null(i)) continue;
        ++count;
        if (least < 0 || compare_values(*value, i, *value, least) < 0) least = i;
        if (greatest < 0 || compare_values(*value, i, *value, greatest) > 0) greatest = i;
      }
      std::string row = text + "|" + std::to_string(group.rows.size()) + "|" +
                        std::to_string(count) + "|" + (summed == 0 ? "null" : std::to_string(sum));
      for (int64_t at : {least, greatest}) {
        row += at < 0 ? "|null" : "|";
        // An extreme is written as 0, whichever zero came first.
        if (at >= 0) append_text(row, *with_one_zero(value), at);
      }
      row += least < 0 || number->is_null(least) ? "|null" : "|";
      if (least >= 0) append_text(row, *number, least);
      expected.push_back(row);
    }
    OperatorPtr aggregate =
        make_aggregate(source(input, 200), {"k"},
                       "count(*), count(v) as c1, sum(n), min(v), max(v), min_by(n, v)");
    ASSERT_EQ(testing::run(*aggregate).rows, expected) << name << " round " << round;
  }
}

TEST(AggregateMany, GroupsComeInBatches) {
  std::vector<std::string> values;
  for (int i = 0; i < 20000; ++i)
    values.push_back(std::to_string(i));
  Batch input = table({{"k", column(int32_type(), values)}, {"t", column(utf8_type(), values)}});
  OperatorPtr aggregate = make_aggregate(source(input, 1000), {"k"}, "max(t), string_agg(t, '')");
  testing::Result result = testing::run(*aggregate);
  ASSERT_EQ(result.rows.size(), 20000U);
  EXPECT_EQ(result.rows[12345], "12345|12345|12345");
  EXPECT_EQ(result.largest_batch, kBatchRows);
}

}  // namespace
}  // namespace penstock
