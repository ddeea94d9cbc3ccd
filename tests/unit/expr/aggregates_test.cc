#include "libcore/expr/aggregates.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/expr/expression.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

Schema sales() {
  return Schema({{"City", utf8_type(), true, {}},
                 {"n", int32_type(), true, {}},
                 {"price", decimal_type(15, 2), true, {}},
                 {"x", float64_type(), true, {}},
                 {"ok", bool_type(), true, {}},
                 {"u", uint64_type(), true, {}}});
}

// "function(types):type …" of each call, then "name:type …" of the outputs.
std::string describe(std::string_view text, const std::vector<std::string>& keys = {}) {
  try {
    Schema schema = sales();
    AggregateList list = bind_aggregates(text, schema, keys);
    std::string shown;
    for (const AggregateCall& call : list.calls) {
      if (!shown.empty()) shown += ' ';
      shown += std::string(call.function->name) + "(";
      if (call.distinct) shown += "distinct ";
      for (const TypePtr& type : call.argument_types)
        shown += type->to_string() + ",";
      for (const auto& order : call.order_by) {
        shown += "by " + order.expression->type()->to_string();
        shown += order.descending ? " desc" : "";
        shown += order.nulls_first ? " first" : "";
      }
      if (call.function->form == AggregateFunction::Form::kFraction)
        shown += std::to_string(call.fraction).substr(0, 4) + (call.descending ? " desc" : "");
      shown += call.separator.empty() ? "" : "'" + call.separator + "'";
      shown += call.filter == nullptr ? ")" : ") filter";
      shown += ":" + call.type->to_string();
    }
    shown += " ->";
    for (const Field& field : list.outputs->schema()->fields()) {
      shown += " " + field.name + ":" + field.type->to_string();
    }
    return shown;
  } catch (const Error& error) {
    return error.message();
  }
}

TEST(Aggregates, TypesAndNames) {
  EXPECT_EQ(describe("count(*), count(n) as n, sum(n) as s, avg(n)"),
            "count():int64 count(int32,):int64 sum(int32,):int64 avg(int32,):float64 -> "
            "count:int64 n:int64 s:int64 avg:float64");
  EXPECT_EQ(describe("sum(price), sum(x) as x, sum(u) as u"),
            "sum(decimal128(15,2),):decimal128(38,2) sum(float64,):float64 sum(uint64,):uint64 -> "
            "sum:decimal128(38,2) x:float64 u:uint64");
  EXPECT_EQ(describe("min(city), max(price), bool_and(ok), every(ok), bool_or(n > 1)"),
            "min(utf8,):utf8 max(decimal128(15,2),):decimal128(15,2) bool_and(bool,):bool "
            "every(bool,):bool bool_or(bool,):bool -> min:utf8 max:decimal128(15,2) "
            "bool_and:bool every:bool bool_or:bool");
  EXPECT_EQ(describe("stddev(n), var_pop(price), median(n)"),
            "stddev(float64,):float64 var_pop(float64,):float64 "
            "median(float64,):float64 -> stddev:float64 var_pop:float64 "
            "median:float64");
  EXPECT_EQ(describe("percentile_cont(0.9) within group (order by n desc)"),
            "percentile_cont(float64,0.90 desc):float64 -> percentile_cont:float64");
  EXPECT_EQ(describe("string_agg(city, ', ' order by n desc nulls first)"),
            "string_agg(utf8,by int32 desc first', '):utf8 -> string_agg:utf8");
  EXPECT_EQ(describe("min_by(city, price), count(distinct n), sum(n) filter (where ok) as f"),
            "min_by(utf8,decimal128(15,2),):utf8 count(distinct int32,):int64 "
            "sum(int32,) filter:int64 -> min_by:utf8 count:int64 f:int64");
}

TEST(Aggregates, EqualCallsAreComputedOnce) {
  EXPECT_EQ(describe("sum(n), sum(n) + 1 as m, 100.0 * sum( n ) / count(*) as share, sum(N) as o"),
            "sum(int32,):int64 count():int64 sum(int32,):int64 -> sum:int64 m:int64 "
            "share:float64 o:int64");
}

TEST(Aggregates, CallsThatDifferInATypeAloneAreTwo) {
  EXPECT_EQ(describe("sum(n::numeric(9,1)) as a, sum(n::numeric(9,2)) as b"),
            "sum(decimal128(9,1),):decimal128(38,1) sum(decimal128(9,2),):decimal128(38,2) -> "
            "a:decimal128(38,1) b:decimal128(38,2)");
}

// A number in quotes is a number where float64 alone can be meant, and null any number.
TEST(Aggregates, LiteralsTakeTheTypeThatIsNeeded) {
  EXPECT_EQ(describe("stddev('5') as a, median('5') as b, sum(null) as c, min(null) as d"),
            "stddev(float64,):float64 median(float64,):float64 sum(float64,):float64 "
            "min(utf8,):utf8 -> a:float64 b:float64 c:float64 d:utf8");
  EXPECT_EQ(describe("sum('5')").substr(0, 28), "sum takes numbers, not text;");
  EXPECT_EQ(
      describe("median(city)"),
      "median takes numbers, not text; cast it, as in x::float64\n  median(city)\n         ^");
}

// What the binder does follows from the rows alone: a signature states no other types.
TEST(Aggregates, RowsAgreeWithTheirSignatures) {
  using Row = AggregateFunction;
  for (const Row& row : aggregate_functions()) {
    SCOPED_TRACE(row.name);
    std::string_view gives = row.signature.substr(row.signature.find("-> ") + 3);
    const std::map<Row::Gives, std::string_view> texts = {
        {Row::Gives::kInt64, "int64"}, {Row::Gives::kFloat64, "float64"},
        {Row::Gives::kBool, "bool"},   {Row::Gives::kText, "text"},
        {Row::Gives::kValue, "any"},   {Row::Gives::kValues, "list"},
        {Row::Gives::kSum, "number"},  {Row::Gives::kCounts, "list"}};
    EXPECT_EQ(gives, texts.at(row.gives));
    const bool has_order = row.signature.find("order by") != std::string_view::npos;
    EXPECT_EQ(has_order, row.form == Row::Form::kFraction || row.form == Row::Form::kValues ||
                             row.form == Row::Form::kJoined);
    EXPECT_EQ(find_aggregate(row.name), &row);
    EXPECT_EQ(traits_of_aggregates(std::string(row.name) + "(x)").holistic,
              row.needs == Row::Needs::kWholeGroup);
    EXPECT_EQ(traits_of_aggregates(std::string(row.name) + "(x)").depends_on_order,
              row.order != Row::Order::kAny);
  }
  EXPECT_EQ(find_aggregate("upper"), nullptr);
}

TEST(Aggregates, OutputsComputeFromKeysAndCalls) {
  Schema schema = sales();
  AggregateList list = bind_aggregates(
      "upper(city) || count(*) as a, case when sum(n) > 5 then sum(n) / count(*) end as b, city",
      schema, {"City"});
  Batch results = make_batch({{"City", "text", {"Brno", "null"}},
                              {"#0", "int64", {"2", "3"}},
                              {"#1", "int64", {"9", "null"}}});
  Batch out = list.outputs->evaluate(results);
  EXPECT_EQ(show(*out.columns[0]), "'BRNO2' null");
  EXPECT_EQ(show(*out.columns[1]), "4.5 null");
  EXPECT_EQ(show(*out.columns[2]), "'Brno' null");
}

TEST(Aggregates, Errors) {
  EXPECT_EQ(describe("sum(n) + x"),
            "column 'x' is neither a key nor inside an aggregate; add it to -k or wrap it, as in "
            "min(x)\n  sum(n) + x\n           ^");
  EXPECT_EQ(describe("sum(nn)"), "unknown column 'nn'; did you mean 'n'?\n  sum(nn)\n      ^");
  EXPECT_EQ(describe("coutn(1)").substr(0, 48),
            "unknown function 'coutn'; did you mean 'count'?\n");
  EXPECT_EQ(describe("sum(count(*))"), "an aggregate inside another\n  sum(count(*))\n      ^");
  EXPECT_EQ(describe("sum(city)"),
            "sum takes numbers, not text; cast it, as in x::float64\n  sum(city)\n      ^");
  EXPECT_EQ(describe("sum(ok)"),
            "sum takes numbers, not bool; count(*) filter (where …) counts what is true\n  sum(ok)"
            "\n      ^");
  EXPECT_EQ(describe("sum(*)"), "only count takes *\n  sum(*)\n  ^");
  EXPECT_EQ(describe("sum()").substr(0, 16), "sum is used as s");
  EXPECT_EQ(describe("sum(n order by x)").substr(0, 33), "sum does not depend on an order\n ");
  EXPECT_EQ(describe("percentile_cont(2) within group (order by n)").substr(0, 39),
            "the fraction must be between 0 and 1\n  ");
  EXPECT_EQ(describe("percentile_cont(0.5)").substr(0, 30), "percentile_cont is used as per");
  EXPECT_EQ(describe("string_agg(city, city)").substr(0, 40),
            "the separator of string_agg must be a co");
  EXPECT_EQ(describe("upper(distinct city)", {"City"}).substr(0, 26), "upper is not an aggregate:");
  EXPECT_EQ(describe("*").substr(0, 12), "* stands for");
  EXPECT_THROW(bind_predicate("sum(n) > 1", sales()), Error);
}

}  // namespace
}  // namespace penstock
