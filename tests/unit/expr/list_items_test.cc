#include "libcore/expr/list_items.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/expr/expression.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

const std::vector<TestColumn> kTable{{"id", "int64", {"1", "2"}},
                                     {"x_a", "int64", {"10", "20"}},
                                     {"x_b", "int64", {"5", "6"}},
                                     {"Name", "text", {"ann", "bob"}}};

// "name=rows; …", or all lines of the Error.
std::string list(const ExpressionText& text) {
  try {
    Batch batch = make_batch(kTable);
    auto bound = bind_select_list(text, batch.schema);
    Batch result = bound->evaluate(batch);
    std::string shown;
    for (size_t i = 0; i < result.columns.size(); ++i) {
      shown += (i > 0 ? "; " : "") + (*bound->schema())[i].name + "=" + show(*result.columns[i]);
    }
    return shown;
  } catch (const Error& error) {
    return error.message();
  }
}

std::string message(const ExpressionText& text) {
  std::string all = list(text);
  return all.substr(0, all.find('\n'));
}

// The names of pagg's columns behind the keys.
std::string aggregate_names(const std::string& text, const std::vector<std::string>& keys) {
  try {
    std::string names;
    AggregateList bound = bind_aggregates(text, *make_batch(kTable).schema, keys);
    for (const std::string& name : bound.outputs->schema()->names())
      names += (names.empty() ? "" : " ") + name;
    return names;
  } catch (const Error& error) {
    return error.message().substr(0, error.message().find('\n'));
  }
}

TEST(ListItems, AStarLeavesColumnsOut) {
  EXPECT_EQ(list("* except (x_a, name)"), "id=1 2; x_b=5 6");
  EXPECT_EQ(list("* EXCLUDE (\"x_a\") , x_b + 1 as y"), "id=1 2; x_b=5 6; Name='ann' 'bob'; y=6 7");
  EXPECT_EQ(list("* except (zz)"),
            "unknown column 'zz'; the columns are id, x_a, x_b, Name\n  * except (zz)\n"
            "            ^");
  EXPECT_EQ(message("* except (\"name\")").substr(0, 21), "unknown column 'name'");
  EXPECT_EQ(message("* except (id, id)"), "column 'id' is changed twice");
  EXPECT_EQ(message("* except ()"), "a name is missing, as in * except (a, b)");
  EXPECT_EQ(message("* except id"), "a list in brackets follows except, as in * except (a, b)");
  EXPECT_EQ(message("* except (id + 1)"), "only names are expected here, as in * except (a, b)");
  EXPECT_EQ(message("* except (id"), "this bracket is not closed");
}

TEST(ListItems, AStarReplacesAndRenames) {
  EXPECT_EQ(list("* replace (upper(name) as name, x_a * 2 as x_a) except (x_b)"),
            "id=1 2; x_a=20 40; Name='ANN' 'BOB'");
  EXPECT_EQ(list("* rename (x_a as a, name \"the name\")"),
            "id=1 2; a=10 20; x_b=5 6; the name='ann' 'bob'");
  EXPECT_EQ(message("* replace (upper(name))"),
            "the column to replace is missing, as in upper(a) as a");
  EXPECT_EQ(message("* replace (1 as zz)").substr(0, 19), "unknown column 'zz'");
  EXPECT_EQ(message("* rename (x_a as x_b)"),
            "two columns would be named 'x_b'; name this one: … as x_b_2");
  EXPECT_EQ(message("* except (id) rename (id as b)"), "column 'id' is changed twice");
  EXPECT_EQ(list("* replace (nope as id)"),
            "unknown column 'nope'; the columns are id, x_a, x_b, Name\n  * replace (nope as id)\n"
            "             ^");
}

TEST(ListItems, AnOperatorIsNotAStar) {
  EXPECT_EQ(list("x_a * length(replace(name, 'n', '')) as y"), "y=10 60");
  EXPECT_EQ(message("count(* except (id))"), "only a * that stands for columns can have changes");
}

TEST(ListItems, TheTextBehindAStarKeepsItsPlaces) {
  EXPECT_EQ(list("* except (id), 'é', -5 as \"n\", nope"),
            "unknown column 'nope'; the columns are id, x_a, x_b, Name\n"
            "  * except (id), 'é', -5 as \"n\", nope\n"
            "                                 ^");
}

TEST(ListItems, ColumnsOfARegularExpression) {
  EXPECT_EQ(list("columns('^x_')"), "x_a=10 20; x_b=5 6");
  EXPECT_EQ(list("columns('^x_') + columns('^x_')"), "x_a=20 40; x_b=10 12");
  EXPECT_EQ(list("id, columns('^x_(.)') * 2 as \"double_\\1\""),
            "id=1 2; double_a=20 40; double_b=10 12");
  EXPECT_EQ(list("columns(* except (name, id))"), "x_a=10 20; x_b=5 6");
  EXPECT_EQ(message("columns('q')"), "no column has a name that matches this");
  EXPECT_EQ(message("columns('^x_') as x").substr(0, 77),
            "columns(…) stands for 2 columns here, which cannot all be named 'x'; \\0 sta");
  EXPECT_EQ(message("columns('x_a') + columns('x_b')"),
            "an item can have columns(…) twice, but not two different ones");
  EXPECT_EQ(message("columns(name)"), "a regular expression must be a constant");
  EXPECT_THROW(bind_predicate("columns('x') > 1", *make_batch(kTable).schema), Error);
}

TEST(ListItems, UnnamedCallsGetNamesOfTheirOwn) {
  EXPECT_EQ(aggregate_names("sum(x_a)", {}), "sum");
  EXPECT_EQ(aggregate_names("sum(x_a), sum(x_b), avg(id)", {}), "sum_x_a sum_x_b avg");
  EXPECT_EQ(aggregate_names("count(*), count(name)", {}), "count count_name");
  EXPECT_EQ(aggregate_names("sum(x_a)::text, sum(x_b), 1 as sum", {}), "sum_x_a sum_x_b sum");
  EXPECT_EQ(aggregate_names("max(columns('^x_')), min(columns('^x_a'))", {"id"}),
            "max_x_a max_x_b min_x_a");
  EXPECT_EQ(aggregate_names("sum(x_a), sum(x_a + 1)", {}),
            "two columns would be named 'sum_x_a'; name this one: … as sum_x_a_2");
  EXPECT_EQ(list("upper(name), upper(name || 'x') as u, lower(name), upper('y') as v"),
            "upper='ANN' 'BOB'; u='ANNX' 'BOBX'; lower='ann' 'bob'; v='Y' 'Y'");
  EXPECT_EQ(list("abs(x_a), abs(x_b)"), "abs_x_a=10 20; abs_x_b=5 6");
}

TEST(ListItems, ColumnsThatAreReferredTo) {
  const Batch batch = make_batch(kTable);
  const Schema& schema = *batch.schema;
  using Names = std::vector<std::string>;
  EXPECT_EQ(referenced_columns("sum(columns('^x_'))", schema), (Names{"x_a", "x_b"}));
  EXPECT_EQ(referenced_columns("columns(* except (x_a, x_b))", schema),
            (Names{"id", "x_a", "x_b", "Name"}));
  EXPECT_EQ(referenced_columns("* except (id)", schema), (Names{"id", "x_a", "x_b", "Name"}));
}

ExpressionText with(const std::string& text, std::vector<Parameter> values) {
  Parameters parameters;
  for (Parameter& value : values)
    parameters.add(std::move(value));
  return {text, parameters};
}

TEST(ListItems, Parameters) {
  EXPECT_EQ(list(with("x_a > :n as y", {{"n", "15", int64_type()}})), "y=false true");
  EXPECT_EQ(list(with("x_a * :n as y", {{"n", "1.5", float64_type()}})), "y=15.0 30.0");
  EXPECT_EQ(list(with("name = :who as y", {{"who", "bob", utf8_type()}})), "y=false true");
  EXPECT_EQ(list(with(":d + 1 as y", {{"d", "2024-02-28", date_type()}})),
            "y=2024-02-29 2024-02-29");
  EXPECT_EQ(list(with("* replace (:é as id) except (x_b)", {{"é", "é'\"", utf8_type()}})),
            "id='é'\"' 'é'\"'; x_a=10 20; Name='ann' 'bob'");
  EXPECT_EQ(list(with("(array[7, 8])[(:n)]::text as y", {{"n", "2", int64_type()}})), "y='8' '8'");
  EXPECT_NE(message(with("x_a > :n", {{"n", "15", utf8_type(), true}})).find("cast one"),
            std::string::npos);
}

TEST(ListItems, ParametersGoWrong) {
  EXPECT_EQ(list("id > :n"),
            "unknown parameter ':n'; give its value with --set n=VALUE\n  id > :n\n       ^");
  EXPECT_EQ(message(with("id > :lmit", {{"limit", "1", int64_type()}})),
            "unknown parameter ':lmit'; did you mean 'limit'?");
  EXPECT_EQ(message("id > $1"), "a parameter has a name here: :name, with --set name=value");
  Parameters all;
  EXPECT_THROW(all.add({"n", "x", int64_type(), true}), Error);
}

}  // namespace
}  // namespace penstock
