#include "libcore/ops/join.h"

#include <gtest/gtest.h>

#include "libcore/base/limits.h"
#include "libcore/data/compare.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::Random;
using testing::source;
using testing::table;

std::vector<std::string> joined(const Batch& left, const Batch& right, JoinOptions options) {
  OperatorPtr join = make_join(source(left), source(right), std::move(options));
  return testing::run(*join).rows;
}

using Rows = std::vector<std::string>;

class Joins : public ::testing::Test {
 protected:
  Batch left = table({{"k", column(int64_type(), {"1", "2", "null", "2", "4"})},
                      {"a", column(utf8_type(), {"one", "two", "none", "zwei", "four"})}});
  Batch right = table({{"k", column(int64_type(), {"2", "null", "1", "2"})},
                       {"b", column(utf8_type(), {"x", "y", "z", "w"})}});
};

TEST_F(Joins, Inner) {
  EXPECT_EQ(joined(left, right, {JoinType::kInner, {{"k", "k"}}}),
            (Rows{"1|one|z", "2|two|x", "2|two|w", "2|zwei|x", "2|zwei|w"}));
}

TEST_F(Joins, Left) {
  EXPECT_EQ(joined(left, right, {JoinType::kLeft, {{"k", "k"}}}),
            (Rows{"1|one|z", "2|two|x", "2|two|w", "null|none|null", "2|zwei|x", "2|zwei|w",
                  "4|four|null"}));
}

TEST_F(Joins, SemiAndAntiGiveTheLeftColumnsAlone) {
  EXPECT_EQ(joined(left, right, {JoinType::kSemi, {{"k", "k"}}}),
            (Rows{"1|one", "2|two", "2|zwei"}));
  EXPECT_EQ(joined(left, right, {JoinType::kAnti, {{"k", "k"}}}), (Rows{"null|none", "4|four"}));
}

TEST_F(Joins, WithNothingOnTheRight) {
  Batch empty = slice(right, 0, 0);
  EXPECT_EQ(joined(left, empty, {JoinType::kInner, {{"k", "k"}}}), Rows{});
  EXPECT_EQ(joined(left, empty, {JoinType::kSemi, {{"k", "k"}}}), Rows{});
  EXPECT_EQ(joined(left, empty, {JoinType::kAnti, {{"k", "k"}}}).size(), 5U);
  EXPECT_EQ(joined(slice(left, 0, 1), empty, {JoinType::kLeft, {{"k", "k"}}}), Rows{"1|one|null"});
}

TEST_F(Joins, KeysOfOtherNamesComeOut) {
  Batch other = table({{"id", column(int64_type(), {"2"})}, {"b", column(utf8_type(), {"x"})}});
  EXPECT_EQ(joined(left, other, {JoinType::kInner, {{"k", "id"}}}),
            (Rows{"2|two|2|x", "2|zwei|2|x"}));
}

TEST_F(Joins, ClashingNamesAreAnError) {
  Batch other = table({{"k", column(int64_type(), {"2"})}, {"a", column(utf8_type(), {"x"})}});
  EXPECT_EQ(testing::error_of([&] {
              joined(left, other, {JoinType::kInner, {{"k", "k"}}});
            }),
            "join: column 'a' is in both inputs; rename or drop one with pproject");
  EXPECT_EQ(joined(left, other, {JoinType::kSemi, {{"k", "k"}}}), (Rows{"2|two", "2|zwei"}));
}

TEST_F(Joins, KeepTheOrderOfTheLeft) {
  Batch ordered = table({{"k", left.columns[0]}}, {{"penstock.order", "k"}});
  OperatorPtr join = make_join(source(ordered), source(right), {JoinType::kLeft, {{"k", "k"}}});
  EXPECT_EQ(join->schema()->metadata_value(kOrderKey), "k");
}

TEST(Join, AgreesWithNestedLoops) {
  Random random(5);
  std::vector<TypePtr> types = testing::tried_types();
  for (int round = 0; round < 150; ++round) {
    std::vector<testing::NamedColumn> l;
    std::vector<testing::NamedColumn> r;
    std::vector<std::pair<std::string, std::string>> names;
    auto rows = static_cast<int64_t>(random() % 200);
    int64_t domain = random() % 2 == 0 ? 5 : 300;
    for (size_t c = 0; c <= random() % 2; ++c) {
      TypePtr type = types[random() % types.size()];
      l.push_back(
          {"l" + std::to_string(c), testing::random_column(random, type, rows, domain, 10)});
      r.push_back({"r" + std::to_string(c), testing::random_column(random, type, 150, domain, 10)});
      names.emplace_back(l.back().name, r.back().name);
    }
    l.push_back({"left", testing::random_column(random, int64_type(), rows, 1000, 0)});
    r.push_back({"right", testing::random_column(random, utf8_type(), 150, 1000, 5)});
    Batch left = table(l);
    Batch right = table(r);
    for (JoinType type : {JoinType::kInner, JoinType::kLeft, JoinType::kSemi, JoinType::kAnti}) {
      Rows left_rows = testing::rows_of(left);
      Rows right_rows = testing::rows_of(right);
      Rows expected;
      for (int64_t i = 0; i < left.rows; ++i) {
        bool found = false;
        for (int64_t j = 0; j < right.rows; ++j) {
          bool equal = true;
          for (size_t c = 0; c < names.size(); ++c) {
            const Column& a = *left.columns[c];
            const Column& b = *right.columns[c];
            equal = equal && a.is_valid(i) && b.is_valid(j) && compare_values(a, i, b, j) == 0;
          }
          if (!equal) continue;
          found = true;
          if (type != JoinType::kInner && type != JoinType::kLeft) continue;
          expected.push_back(left_rows[static_cast<size_t>(i)] + "|" +
                             right_rows[static_cast<size_t>(j)]);
        }
        const std::string& row = left_rows[static_cast<size_t>(i)];
        if (type == JoinType::kLeft && !found) {
          expected.push_back(row);
          for (size_t c = 0; c < r.size(); ++c)
            expected.back() += "|null";
        }
        if (type == JoinType::kSemi && found) expected.push_back(row);
        if (type == JoinType::kAnti && !found) expected.push_back(row);
      }
      ASSERT_EQ(joined(left, right, {type, names}), expected) << "round " << round;
    }
  }
}

TEST(Join, KeysOfDifferentTypesMeetWhereTheyAreEqual) {
  struct Case {
    TypePtr left;
    std::vector<std::string> values;
    TypePtr right;
    std::vector<std::string> partners;
    Rows expected;
  };
  std::vector<Case> cases = {
      {make_type(TypeId::kInt8), {"-1", "5"}, int64_type(), {"255", "-1", "5"}, {"-1|-1", "5|5"}},
      {int64_type(), {"-1", "7"}, uint64_type(), {"18446744073709551615", "7"}, {"7|7"}},
      {uint64_type(), {"18446744073709551615"}, make_type(TypeId::kUint8), {"255"}, {}},
      {int64_type(), {"3", "4"}, decimal_type(5, 2), {"3.00", "4.01"}, {"3|3.00"}},
      {decimal_type(5, 1), {"1.5"}, decimal_type(5, 2), {"1.50", "1.51"}, {"1.5|1.50"}},
      {decimal_type(38, 0),
       {"10000000000000000000000000000000000000"},
       decimal_type(5, 3),
       {"1.000"},
       {}},
      {make_type(TypeId::kFloat32),
       {"0.5", "-0"},
       float64_type(),
       {"0.5", "0"},
       {"0.5|0.5", "-0|0"}},
      {int64_type(),
       {"9007199254740993", "2"},
       float64_type(),
       {"9007199254740992", "2", "2.5", "nan"},
       {"2|2"}},
      {uint64_type(),
       {"18446744073709551615", "1"},
       float64_type(),
       {"18446744073709551616", "1", "-1"},
       {"1|1"}},
      {timestamp_type(TimeUnit::kSecond),
       {"2020-01-01T00:00:00"},
       timestamp_type(TimeUnit::kNano),
       {"2020-01-01T00:00:00", "2020-01-01T00:00:00.000000001"},
       {"2020-01-01T00:00:00|2020-01-01T00:00:00"}},
  };
  for (const Case& c : cases) {
    Batch left = table({{"l", column(c.left, c.values)}});
    Batch right = table({{"r", column(c.right, c.partners)}});
    EXPECT_EQ(joined(left, right, {JoinType::kInner, {{"l", "r"}}}), c.expected)
        << c.left->to_string() << " and " << c.right->to_string();
  }
}

TEST(Join, KeysThatCannotMeetAreAnErrorThatNamesBoth) {
  Batch left = table({{"l", column(int64_type(), {"1"})}});
  Batch right = table({{"r", column(utf8_type(), {"1"})}});
  EXPECT_EQ(testing::error_of([&] {
              joined(left, right, {JoinType::kInner, {{"l", "r"}}});
            }),
            "join: 'l' of the left input is int64, 'r' of the right one is utf8: cast one of them "
            "with pproject");
}

TEST(Join, ManyPartnersComeInSmallBatches) {
  std::vector<std::string> ones(50000, "1");
  Batch left = table({{"k", column(int64_type(), {"1", "1", "2"})}});
  Batch right = table({{"k", column(int64_type(), ones)}, {"b", column(int64_type(), ones)}});
  OperatorPtr join = make_join(source(left), source(right, 9000), {JoinType::kInner, {{"k", "k"}}});
  testing::Result result = testing::run(*join);
  EXPECT_EQ(result.rows.size(), 100000U);
  EXPECT_EQ(result.largest_batch, kBatchRows);
}

TEST(JoinKeys, Parse) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(parse_join_keys("a=b,c"), (Pairs{{"a", "b"}, {"c", "c"}}));
  EXPECT_EQ(parse_join_keys("\"a=,\"=\"b\"\"\""), (Pairs{{"a=,", "b\""}}));
  for (const char* bad : {"", ",", "a,", "=b", "a=", "a=b=c", "\"a", "\"a\"b"}) {
    EXPECT_THROW(parse_join_keys(bad), Error) << bad;
  }
}

TEST(JoinTypes, Parse) {
  EXPECT_EQ(parse_join_type("anti"), JoinType::kAnti);
  EXPECT_EQ(
      testing::error_of([] { parse_join_type("lefft"); }),
      "unknown join type 'lefft'; did you mean 'left'?; the types are inner, left, semi, anti");
}

}  // namespace
}  // namespace penstock
