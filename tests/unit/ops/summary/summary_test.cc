#include "libcore/ops/summary/summary.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/data/random_column.h"
#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::run;
using testing::source;
using Rows = std::vector<std::string>;

Rows summary_of(OperatorPtr input, const SummaryOptions& options = {}) {
  return run(*make_summary(std::move(input), options)).rows;
}

// The summary by way of pieces, each summarized by itself, in an order of their own.
Rows in_pieces(const Batch& table, int64_t pieces) {
  std::vector<Batch> states;
  SchemaPtr schema;
  for (int64_t i = 0; i < pieces; ++i) {
    const int64_t begin = table.rows * i / pieces;
    const int64_t end = table.rows * (i + 1) / pieces;
    OperatorPtr partial = make_summary(source(slice(table, begin, end - begin)), {.partial = true});
    schema = partial->schema();
    states.push_back(*partial->next());
    for (size_t c = 0; c < schema->size(); ++c) {
      validate(*states.back().columns[c]);
      EXPECT_TRUE(equals(*states.back().columns[c]->type, *(*schema)[c].type));
    }
    EXPECT_FALSE(partial->next().has_value());
  }
  std::reverse(states.begin(), states.end());
  return summary_of(source(schema, states), {.final = true});
}

Batch small_table() {
  return testing::table(
      {{"n", testing::column(int64_type(), {"4", "null", "1", "2", "3", "4"})},
       {"x", testing::column(float64_type(), {"0.5", "nan", "null", "null", "null", "-1"})},
       {"t", testing::column(utf8_type(), {"b", "\xC3\xA4\xC3\xB6\xC3\xBC", "", "b", "b", "null"})},
       {"d", testing::column(date_type(), {"2020-01-02", "2020-01-02", "1999-12-31", "2020-01-01",
                                           "2020-01-01", "null"})},
       {"none", make_null_column(bool_type(), 6)}});
}

TEST(Summary, SaysWhatColumnsHave) {
  const Rows wanted = {
      "n|int64|6|1|4|1|2|3|4|4|2.8|4|2|null|null",
      "x|float64|6|3|3|-1|-1|0.5|nan|nan|nan|-1|1|null|null",
      "t|utf8|6|1|3||null|null|null|\xC3\xA4\xC3\xB6\xC3\xBC|null|b|3|0|3",
      "d|date32|6|1|3|1999-12-31|null|null|null|2020-01-02|null|2020-01-01|2|null|null",
      "none|bool|6|6|0|null|null|null|null|null|null|null|null|null|null"};
  EXPECT_EQ(summary_of(source(small_table())), wanted);
  EXPECT_EQ(summary_of(source(small_table(), 1)), wanted);
  EXPECT_EQ(in_pieces(small_table(), 1), wanted);
  EXPECT_EQ(in_pieces(small_table(), 4), wanted);
}

TEST(Summary, OfSomeColumnsAndOfNoRows) {
  const SummaryOptions some{.columns = ColumnList::parse("t,n..x")};
  const Rows rows = summary_of(source(small_table()), some);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].substr(0, 2), "t|");
  const Batch none = slice(small_table(), 0, 0);
  const Rows nothing = summary_of(source(none));
  EXPECT_EQ(nothing[0], "n|int64|0|0|0|null|null|null|null|null|null|null|null|null|null");
  EXPECT_EQ(in_pieces(none, 2), nothing);
  EXPECT_TRUE(summary_of(source(make_schema({}), {})).empty());
}

TEST(Summary, IsTheSameInPiecesForColumnsOfEveryType) {
  testing::ColumnMaker maker(5);
  for (const TypePtr& type : testing::all_types()) {
    SCOPED_TRACE(type->to_string());
    const Batch table = testing::table({{"a", maker.make(type, 50)}});
    const Rows whole = summary_of(source(table));
    EXPECT_EQ(summary_of(source(table, 50)), whole);
    EXPECT_EQ(in_pieces(table, 3), whole);
  }
}

TEST(Summary, IsTheSameInPiecesForManyValues) {
  testing::Random random(6);
  const Batch table =
      testing::table({{"i", testing::random_column(random, int64_type(), 20'000, 9000, 5)},
                      {"x", testing::random_column(random, float64_type(), 20'000, 9000, 5)},
                      {"t", testing::random_column(random, utf8_type(), 20'000, 9000, 5)}});
  const Rows whole = summary_of(source(table, 1000));
  EXPECT_EQ(summary_of(source(table, 7777)), whole);
  EXPECT_EQ(in_pieces(table, 3), whole);
}

TEST(Summary, RefusesWhatIsNotPartial) {
  EXPECT_EQ(testing::error_of([] { summary_of(source(small_table()), {.final = true}); }),
            "the input is not what psummary --partial writes; leave --final out");
  OperatorPtr partial = make_summary(source(small_table()), {.partial = true});
  Batch state = *partial->next();
  std::vector<Field> fields = partial->schema()->fields();
  // A column is missing, or of another type.
  std::vector<Field> fewer(fields.begin(), fields.end() - 1);
  Batch cut{make_schema(fewer, partial->schema()->metadata()),
            1,
            {state.columns.begin(), state.columns.end() - 1}};
  EXPECT_THROW(summary_of(source(cut), {.final = true}), Error);
  fields[1].type = utf8_type();
  Batch changed{make_schema(fields, partial->schema()->metadata()), 1, state.columns};
  EXPECT_THROW(summary_of(source(changed), {.final = true}), Error);
  // More nulls than rows.
  Batch wrong = state;
  std::swap(wrong.columns[1], wrong.columns[2]);
  EXPECT_THROW(summary_of(source(wrong), {.final = true}), Error);
}

}  // namespace
}  // namespace penstock
