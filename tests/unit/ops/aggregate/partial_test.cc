#include "libcore/ops/aggregate/partial.h"

#include <gtest/gtest.h>

#include "libcore/ops/aggregate/aggregate.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::Random;
using testing::source;
using testing::table;
using Rows = std::vector<std::string>;
using Keys = std::vector<std::string>;

AggregateOptions stage(bool partial, bool final) {
  AggregateOptions options;
  options.partial = partial;
  options.final = final;
  return options;
}
const AggregateOptions kPartial = stage(true, false);
const AggregateOptions kFinal = stage(false, true);
const AggregateOptions kCombine = stage(true, true);

std::vector<Batch> batches_of(Operator& input) {
  std::vector<Batch> batches;
  while (std::optional<Batch> batch = input.next()) {
    for (const ColumnPtr& values : batch->columns)
      validate(*values);
    batches.push_back(*batch);
  }
  return batches;
}

// All that has a partial stage; r is different in each row, so that it is certain where it is
// least.
const char* const kAll =
    "count(*), count(v) as c1, min(v), max(v), sum(n), avg(n), sum(x) as c6, avg(x) as c7, "
    "stddev(x), var_pop(n), "
    "sum(d) as c10, avg(d) as c11, bool_and(n > 0), bool_or(n > 40), min_by(v, r), max_by(t, r), "
    "min(t) as c16, "
    "count(*) filter (where n > 10) as c17, sum(u) as c18, string_agg(t, '+') filter (where "
    "false), "
    "any_value(v) filter (where r = 13)";

TEST(PartialAggregates, AnySplitGivesTheWhole) {
  Random random(31);
  std::vector<TypePtr> types = testing::tried_types();
  for (int round = 0; round < 60; ++round) {
    auto rows = static_cast<int64_t>(random() % 500);
    auto made = [&](const TypePtr& type) {
      return testing::random_column(random, type, rows, 50, 20);
    };
    std::vector<std::string> numbers;
    for (int64_t i = 0; i < rows; ++i)
      numbers.push_back(std::to_string((i * 7919 + 13) % 100003));
    Batch input = table({{"r", column(int64_type(), numbers)},
                         {"k", testing::random_column(random, int64_type(), rows, 5, 10)},
                         {"k2", made(int32_type())},
                         {"v", made(types[random() % types.size()])},
                         {"n", made(make_type(TypeId::kInt16))},
                         {"x", made(float64_type())},
                         {"t", made(utf8_type())},
                         {"u", made(make_type(TypeId::kUint32))},
                         {"d", made(decimal_type(20, 2))}});
    Keys keys = std::vector<Keys>{{}, {"k"}, {"k2", "k"}}[random() % 3];
    OperatorPtr whole = make_aggregate(source(input, 1000), keys, kAll);
    Rows expected = testing::run(*whole).rows;

    std::vector<Batch> states;
    SchemaPtr schema;
    for (int64_t at = 0; at < std::max<int64_t>(rows, 1);) {
      int64_t part = std::min<int64_t>(rows - at, 1 + static_cast<int64_t>(random() % 300));
      Keys finer = keys.size() == 1 ? Keys{"k", "k2"} : keys;
      OperatorPtr partial =
          make_aggregate(source(slice(input, at, part), 50), finer, kAll, kPartial);
      schema = partial->schema();
      std::vector<Batch> made_here = batches_of(*partial);
      if (random() % 2 == 0) {
        OperatorPtr combined = make_aggregate(source(schema, made_here), finer, kAll, kCombine);
        EXPECT_TRUE(equals(*combined->schema(), *schema));
        made_here = batches_of(*combined);
      }
      states.insert(states.end(), made_here.begin(), made_here.end());
      at += std::max<int64_t>(part, 1);
    }
    OperatorPtr final = make_aggregate(source(schema, states), keys, kAll, kFinal);
    EXPECT_TRUE(equals(*final->schema(), *whole->schema()));
    ASSERT_EQ(testing::run(*final).rows, expected) << round;
  }
}

TEST(PartialAggregates, SumsBeyondTheirTypeInBetween) {
  std::string nines(38, '9');
  std::vector<std::string> many(9, nines);
  many.insert(many.end(), 9, "-" + nines);
  many.push_back("7");
  Batch large = table({{"d", column(decimal_type(38, 0), many)}});
  std::vector<Batch> states;
  SchemaPtr schema;
  for (int64_t at = 0; at < large.rows; at += 8) {
    OperatorPtr partial = make_aggregate(
        source(slice(large, at, std::min<int64_t>(8, large.rows - at))), {}, "sum(d)", kPartial);
    schema = partial->schema();
    states.push_back(*partial->next());
  }
  OperatorPtr final = make_aggregate(source(schema, states), {}, "sum(d)", kFinal);
  EXPECT_EQ(testing::run(*final).rows, Rows{"7"});
  states.pop_back();
  final = make_aggregate(source(schema, states), {}, "sum(d)", kFinal);
  EXPECT_EQ(error_of([&] { final->next(); }),
            "sum: a sum does not fit decimal128(38,0); cast what is summed to double precision");
}

class FinalErrors : public ::testing::Test {
 protected:
  std::string error(const Batch& input, const Keys& keys, const std::string& list) {
    return error_of([&] { make_aggregate(source(input), keys, list, kFinal)->next(); });
  }
  Batch states_of(const std::string& list) {
    OperatorPtr partial = make_aggregate(source(rows), {"k"}, list, kPartial);
    return *partial->next();
  }
  Batch rows = table(
      {{"k", column(int64_type(), {"1", "2"})}, {"x", column(float64_type(), {"1.5", "null"})}});
};

TEST_F(FinalErrors, WhatIsNoPartialState) {
  EXPECT_EQ(error(rows, {"k"}, "sum(x)"),
            "--final: the input holds no partial aggregates; make them with pagg --partial");
  Batch states = states_of("sum(x)");
  EXPECT_EQ(error(states, {"k"}, "avg(x)"),
            "--final: the input holds partial aggregates of 'sum(x)'; give the same list");
  EXPECT_EQ(error(states, {"x"}, "sum(x)"),
            "--final: the input's partial aggregates are not by 'x'; their keys are k");
  states.schema = make_schema({states.schema->fields()[0], states.schema->fields()[1]},
                              states.schema->metadata());
  states.columns.pop_back();
  EXPECT_EQ(error(states, {"k"}, "sum(x)"),
            "--final: the input's partial aggregates have no column '#0.sum' of type "
            "list<float64>; they are damaged");
  states = states_of("sum(x)");
  Metadata metadata = states.schema->metadata();
  metadata[0].second = "9";
  states.schema = make_schema(states.schema->fields(), metadata);
  EXPECT_EQ(error(states, {"k"}, "sum(x)"),
            "--final: the input's partial aggregates are of another version of pagg (9); make them "
            "with this one");
}

TEST_F(FinalErrors, StatesThatCannotBe) {
  Batch states = states_of("sum(x)");
  states.columns[1] = column(int64_type(), {"-1", "1"});
  EXPECT_EQ(error(states, {"k"}, "sum(x)"), "a partial state has a count below 0");
  states = states_of("sum(x)");
  auto list = std::make_shared<Column>(*states.columns[2]);
  list->children = {make_null_column(float64_type(), list->children[0]->length)};
  states.columns[2] = list;
  EXPECT_EQ(error(states, {"k"}, "sum(x)"), "a partial state has a null among its terms");
  // Nulls stand for nothing seen.
  states.columns[1] = make_null_column(int64_type(), 2);
  states.columns[2] = make_null_column(list_type(float64_type()), 2);
  EXPECT_EQ(testing::run(*make_aggregate(source(states), {"k"}, "sum(x)", kFinal)).rows,
            (Rows{"1|null", "2|null"}));
}

TEST_F(FinalErrors, WhatHasNoPartialStage) {
  auto refused = [&](const std::string& list) {
    return error_of([&] { make_aggregate(source(rows), {"k"}, list, kPartial); });
  };
  EXPECT_EQ(refused("count(distinct x)"),
            "--partial: count with distinct needs all its rows at once and has no partial stage; "
            "bring the rows of a group to one place by the hash of the keys instead");
  EXPECT_EQ(refused("median(x)").substr(0, 32), "--partial: median needs all its ");
  EXPECT_EQ(refused("string_agg(x::text, ',' order by x)").substr(0, 36),
            "--partial: string_agg in order needs");
}

}  // namespace
}  // namespace penstock
