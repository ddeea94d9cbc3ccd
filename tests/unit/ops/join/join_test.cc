#include "libcore/ops/join/join.h"

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

TEST_F(Joins, RightRowsWithoutPartnerComeLastWithTheirKey) {
  EXPECT_EQ(joined(slice(left, 1, 3), right, {JoinType::kRight, {{"k", "k"}}}),
            (Rows{"2|two|x", "2|two|w", "2|zwei|x", "2|zwei|w", "null|null|y", "1|null|z"}));
  EXPECT_EQ(joined(slice(left, 1, 2), right, {JoinType::kFull, {{"k", "k"}}}),
            (Rows{"2|two|x", "2|two|w", "null|none|null", "null|null|y", "1|null|z"}));
  EXPECT_EQ(joined(slice(left, 0, 0), right, {JoinType::kRight, {{"k", "k"}}}).size(), 4U);
}

TEST_F(Joins, ConditionsDecideWhoIsAPartner) {
  auto with = [](JoinType type) {
    return JoinOptions{type, {{"k", "k"}}, "a <> 'zwei' and r.b < 'x'"};
  };
  EXPECT_EQ(joined(left, right, with(JoinType::kInner)), (Rows{"2|two|w"}));
  EXPECT_EQ(joined(left, right, with(JoinType::kLeft)),
            (Rows{"1|one|null", "2|two|w", "null|none|null", "2|zwei|null", "4|four|null"}));
  EXPECT_EQ(joined(left, right, with(JoinType::kFull)),
            (Rows{"1|one|null", "2|two|w", "null|none|null", "2|zwei|null", "4|four|null",
                  "2|null|x", "null|null|y", "1|null|z"}));
  EXPECT_EQ(joined(left, right, with(JoinType::kSemi)), (Rows{"2|two"}));
  EXPECT_EQ(joined(left, right, with(JoinType::kAnti)),
            (Rows{"1|one", "null|none", "2|zwei", "4|four"}));
}

TEST_F(Joins, ConditionsOnTheRightAloneGiveWhatTheyGiveWithTheLeft) {
  // `true or …` of a left column keeps the second from being asked of the right input first.
  for (JoinType type : {JoinType::kInner, JoinType::kLeft, JoinType::kRight, JoinType::kFull,
                        JoinType::kSemi, JoinType::kAnti}) {
    for (JoinAlgorithm algorithm :
         {JoinAlgorithm::kHash, JoinAlgorithm::kNestedLoop, JoinAlgorithm::kSymmetric}) {
      JoinOptions alone{type, {{"k", "k"}}, "b in ('x', 'z') and b < 'zz'", {"l", "r"}, algorithm};
      JoinOptions both = alone;
      both.on = "b in ('x', 'z') or l.k = -1";
      Rows one = joined(left, right, alone);
      Rows other = joined(left, right, both);
      std::sort(one.begin(), one.end());
      std::sort(other.begin(), other.end());
      EXPECT_EQ(one, other);
      EXPECT_FALSE(one.empty());
    }
  }
}

TEST_F(Joins, NullKeysMatchWhereThatIsAskedFor) {
  JoinOptions options{JoinType::kLeft, {{"k", "k"}}};
  options.nulls_match = true;
  options.algorithm = JoinAlgorithm::kHash;
  EXPECT_EQ(joined(left, right, options), (Rows{"1|one|z", "2|two|x", "2|two|w", "null|none|y",
                                                "2|zwei|x", "2|zwei|w", "4|four|null"}));
}

TEST_F(Joins, ConditionsNeedNoKey) {
  Batch other = table({{"n", column(int64_type(), {"3", "1", "null"})}});
  EXPECT_EQ(joined(left, other, {JoinType::kInner, {}, "k > n"}),
            (Rows{"2|two|1", "2|zwei|1", "4|four|3", "4|four|1"}));
  EXPECT_EQ(joined(left, other, {JoinType::kAnti, {}, "l.k > r.n"}), (Rows{"1|one", "null|none"}));
  EXPECT_EQ(joined(left, other, {JoinType::kFull, {}, "x.k = y.n and a > 'p'", {"x", "y"}}),
            (Rows{"1|one|null", "2|two|null", "null|none|null", "2|zwei|null", "4|four|null",
                  "null|null|3", "null|null|1", "null|null|null"}));
}

TEST_F(Joins, CrossPairsAll) {
  Batch other = table({{"n", column(int64_type(), {"3", "null"})}});
  EXPECT_EQ(joined(slice(left, 0, 2), other, {JoinType::kCross}),
            (Rows{"1|one|3", "1|one|null", "2|two|3", "2|two|null"}));
  EXPECT_EQ(joined(left, slice(other, 0, 0), {JoinType::kCross}), Rows{});
}

TEST_F(Joins, OptionsThatDoNotGoTogether) {
  EXPECT_THROW(require_valid({JoinType::kCross, {{"k", "k"}}}), Error);
  EXPECT_THROW(require_valid({JoinType::kCross, {}, "true"}), Error);
  EXPECT_THROW(require_valid({JoinType::kLeft}), Error);
  EXPECT_NO_THROW(require_valid({JoinType::kLeft, {}, "true"}));
}

TEST_F(Joins, KeysOfBothSidesComeOutInOneType) {
  Batch narrow = table({{"k", column(int32_type(), {"2", "7"})}});
  EXPECT_EQ(joined(left, narrow, {JoinType::kRight, {{"k", "k"}}}),
            (Rows{"2|two", "2|zwei", "7|null"}));
  Batch exact = table({{"k", column(decimal_type(5, 2), {"2.00", "7.50"})}});
  EXPECT_EQ(joined(left, exact, {JoinType::kInner, {{"k", "k"}}}), (Rows{"2|two", "2|zwei"}));
  EXPECT_EQ(testing::error_of([&] {
              joined(left, exact, {JoinType::kFull, {{"k", "k"}}});
            }),
            "column 'k' is int64 in the left input and decimal128(5,2) in the right one, and comes "
            "out with the values of both: cast one of them with pproject");
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
            "column 'a' is in both inputs; --left-prefix and --right-prefix put a text before such "
            "names, as in --right-prefix r_, and pproject renames or drops one");
  EXPECT_EQ(joined(left, other, {JoinType::kSemi, {{"k", "k"}}}), (Rows{"2|two", "2|zwei"}));
}

TEST_F(Joins, KeepTheOrderOfTheLeft) {
  Batch ordered = table({{"k", left.columns[0]}}, {{"penstock.order", "k"}});
  OperatorPtr join = make_join(source(ordered), source(right), {JoinType::kLeft, {{"k", "k"}}});
  EXPECT_EQ(join->schema()->metadata_value(kOrderKey), "k");
  // But for right rows that come last.
  join = make_join(source(ordered), source(right), {JoinType::kRight, {{"k", "k"}}});
  EXPECT_FALSE(join->schema()->metadata_value(kOrderKey).has_value());
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
            "'l' of the left input is int64, 'r' of the right one is utf8: cast one of them "
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

TEST(JoinSides, Parse) {
  EXPECT_EQ(parse_side_names("old,new_2"), (std::pair<std::string, std::string>{"old", "new_2"}));
  for (const char* bad : {"", "a", "a,a", "a,", ",b", "a,b,c", "a b,c", "1,2", "a.b,c"}) {
    EXPECT_THROW(parse_side_names(bad), Error) << bad;
  }
}

TEST(JoinTypes, Parse) {
  EXPECT_EQ(parse_join_type("anti"), JoinType::kAnti);
  EXPECT_EQ(testing::error_of([] { parse_join_type("lefft"); }),
            "unknown join type 'lefft'; did you mean 'left'?; the types are inner, left, right, "
            "full, semi, "
            "anti, cross");
}

}  // namespace
}  // namespace penstock
