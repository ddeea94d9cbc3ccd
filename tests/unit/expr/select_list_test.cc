#include <gtest/gtest.h>

#include <thread>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "tests/unit/expr/evaluate.h"

namespace penstock {
namespace {

// All rows that come out of a batch's.
Batch computed(const SelectList& list, const Batch& batch) {
  if (list.is_row_by_row()) return list.evaluate(batch);
  std::vector<Batch> batches = {{list.schema(), 0, std::vector<ColumnPtr>{}}};
  for (const Field& field : list.schema()->fields())
    batches[0].columns.push_back(make_null_column(field.type, 0));
  std::unique_ptr<MadeRows> made = list.make_rows(batch);
  while (std::optional<Batch> some = made->next()) {
    EXPECT_GT(some->rows, 0);
    EXPECT_LE(some->rows, kBatchRows);
    batches.push_back(*std::move(some));
  }
  return concatenate(batches);
}

// "name=rows; name=rows", or the Error's first line.
std::string select(std::string_view text, const Batch& batch) {
  try {
    auto list = bind_select_list(text, batch.schema);
    Batch result = computed(*list, batch);
    EXPECT_EQ(result.columns.size(), list->schema()->size());
    std::string shown;
    for (size_t i = 0; i < result.columns.size(); ++i) {
      validate(*result.columns[i]);
      EXPECT_EQ(result.columns[i]->length, result.rows);
      EXPECT_TRUE(equals(*result.columns[i]->type, *(*list->schema())[i].type));
      if (i > 0) shown += "; ";
      shown += (*list->schema())[i].name + "=" + show(*result.columns[i]);
    }
    return shown;
  } catch (const Error& error) {
    return "error: " + error.message().substr(0, error.message().find('\n'));
  }
}

Batch people() {
  return make_batch({{"Name", "text", {"Ann", "Bob"}},
                     {"age", "int32", {"30", "null"}},
                     {"tags", "text", {"a,b", "c"}}});
}

TEST(SelectList, NamesOfColumns) {
  Batch batch = people();
  EXPECT_EQ(select("*", batch), "Name='Ann' 'Bob'; age=30 null; tags='a,b' 'c'");
  EXPECT_EQ(select("name, AGE as Years, age + 1, upper(name), age::text, 1 as \"a b\"", batch),
            "Name='Ann' 'Bob'; Years=30 null; ?column?=31 null; upper='ANN' 'BOB'; age='30' null; "
            "a b=1 1");
  EXPECT_EQ(select("case when age > 1 then 1 end, coalesce(age, 0), 'x', null as n", batch),
            "case=1 null; coalesce=30 0; ?column?='x' 'x'; n=null null");
  EXPECT_EQ(select("age years, age as \"Years\"", batch), "years=30 null; Years=30 null");
  std::string longest(200, 'x');
  EXPECT_EQ(select("age as " + longest, batch), longest + "=30 null");
}

TEST(SelectList, NamesStandOnce) {
  Batch batch = people();
  auto refused = [&](std::string_view list) { return select(list, batch); };
  EXPECT_EQ(refused("*, age as tags"),
            "error: two columns would be named 'tags'; name this one: … as tags_2");
  EXPECT_EQ(refused("*, age as tags, 1 as tags_2"), refused("*, age as tags"));
  EXPECT_EQ(refused("tags, age as tags_2, name as tags"),
            "error: two columns would be named 'tags'; name this one: … as tags_3");
  EXPECT_EQ(refused("*, name"),
            "error: two columns would be named 'Name'; name this one: … as Name_2");
  EXPECT_EQ(refused("*, *"),
            "error: two columns would be named 'Name'; name this one: … as Name_2");
  EXPECT_EQ(refused("age + 1, age + 2"),
            "error: two columns have no name; name this one: … as column_2");
  EXPECT_EQ(refused("age as \"a \"\"b\", 1 as \"a \"\"b\""),
            "error: two columns would be named 'a \"b'; name this one: … as \"a \"\"b_2\"");
  // What a stranger's stream has twice is handed on by *.
  batch.schema = make_schema({{"x", utf8_type(), true, {}},
                              {"x", make_type(TypeId::kInt32), true, {}},
                              {"y", utf8_type(), true, {}}});
  EXPECT_EQ(select("*, y as z", batch), "x='Ann' 'Bob'; x=30 null; y='a,b' 'c'; z='a,b' 'c'");
  EXPECT_EQ(refused("*, y"), "error: two columns would be named 'y'; name this one: … as y_2");
}

TEST(SelectList, PassedColumnsKeepTheirFields) {
  auto schema = make_schema({{"d", dictionary_type(int32_type(), utf8_type()), false, {{"k", "v"}}},
                             {"x", int64_type(), true, {}}},
                            {{"m", "n"}});
  auto list = bind_select_list("x as y, d, x + 1", schema);
  EXPECT_EQ(list->passed_columns(), (std::vector<std::optional<size_t>>{1, 0, std::nullopt}));
  EXPECT_TRUE(list->is_row_by_row());
  EXPECT_EQ((*list->schema())[1].type->id, TypeId::kDictionary);
  EXPECT_FALSE((*list->schema())[1].nullable);
  EXPECT_EQ((*list->schema())[0].name, "y");
}

TEST(SelectList, RowMakingFunctions) {
  Batch batch = people();
  EXPECT_EQ(select("name, string_to_table(tags, ',') as tag", batch),
            "Name='Ann' 'Ann' 'Bob'; tag='a' 'b' 'c'");
  EXPECT_EQ(select("upper(string_to_table(tags, ',')) || name as t", batch),
            "t='AAnn' 'BAnn' 'CBob'");
  EXPECT_EQ(select("generate_series(1, 3) as a, string_to_table(tags, ',') as b", batch),
            "a=1 2 3 1 2 3; b='a' 'b' null 'c' null null");
  EXPECT_EQ(select("generate_series(3, 1, -2) as a", batch), "a=3 1 3 1");
  EXPECT_EQ(select("name, generate_series(1, 0)", batch), "Name=; generate_series=");
  EXPECT_EQ(select("generate_series(1, age - 28)", batch), "generate_series=1 2");
  EXPECT_EQ(select("regexp_split_to_table(tags, '[,;]') as t", batch), "t='a' 'b' 'c'");
  EXPECT_EQ(select("string_to_table('a-x-b', '-', 'x') as t", people()),
            "t='a' null 'b' 'a' null 'b'");
  EXPECT_EQ(select("json_array_elements('[1, \"x\", null, {\"a\": [1]}]') as t",
                   make_batch({{"x", "int64", {"1"}}})),
            "t='1' '\"x\"' 'null' '{\"a\": [1]}'");
  EXPECT_EQ(select("json_array_elements_text('[1, \"x\\n\", null]') as t",
                   make_batch({{"x", "int64", {"1"}}})),
            "t='1' 'x\n' null");
  EXPECT_EQ(select("unnest(array[1, 2]) as u", batch), "u=1 2 1 2");
  EXPECT_EQ(select("generate_series('2024-01-31'::date, '2024-03-31', '1 month') as m",
                   make_batch({{"x", "int64", {"1"}}})),
            "m=2024-01-31T00:00:00 2024-02-29T00:00:00 2024-03-29T00:00:00");
  EXPECT_FALSE(bind_select_list("unnest(array[1])", batch.schema)->is_row_by_row());
}

TEST(SelectList, RowMakingFunctionsGoWrong) {
  Batch batch = people();
  EXPECT_EQ(select("generate_series(1, 5, 0)", batch),
            "error: the step of a series must not be zero");
  EXPECT_EQ(select("unnest(age)", batch), "error: unnest takes a list, not int32");
  EXPECT_EQ(select("unnest(unnest(array[1]))", batch),
            "error: a row-making function inside another");
  EXPECT_EQ(select("json_array_elements(name)", batch), "error: 'Ann' is not valid JSON");
  EXPECT_EQ(select("json_array_elements('{}')", batch), "error: '{}' is not a JSON array");
  EXPECT_THROW(bind_predicate("unnest(array[true])", *batch.schema), Error);
  EXPECT_EQ(select("case when age > 100 then generate_series(1, 2) end as c", batch),
            "c=null null null null");
}

TEST(SelectList, ListsAndTheirFunctions) {
  Batch batch = people();
  EXPECT_EQ(select("string_to_array(tags, ',') as l", batch), "l=[\"a\",\"b\"] [\"c\"]");
  EXPECT_EQ(select("(string_to_array(tags, ','))[2] as x", batch), "x='b' null");
  EXPECT_EQ(select("cardinality(string_to_array(tags, ',')) as n", batch), "n=2 1");
  EXPECT_EQ(select("array_length(string_to_array('', ','), 1) as n", batch), "n=null null");
  EXPECT_EQ(select("array_to_string(array[name, null, 'z'], '+', '?') as s", batch),
            "s='Ann+?+z' 'Bob+?+z'");
  EXPECT_EQ(select("'a' = any(string_to_array(tags, ',')) as s", batch), "s=true false");
  EXPECT_EQ(select("age > all(array[1, 2]) as s, 2 = any(array[1, null]) as n", batch),
            "s=true null; n=null null");
  EXPECT_EQ(select("string_to_array('čx', null) as s", batch), "s=[\"č\",\"x\"] [\"č\",\"x\"]");
  // A null of a column is one as a null that was typed is.
  EXPECT_EQ(select("string_to_array(tags, nullif(name, 'Ann')) as s", batch),
            "s=[\"a\",\",\",\"b\"] [\"c\"]");
  EXPECT_EQ(select("string_to_array(tags, ',', case when age > 1 then 'a' end) as s", batch),
            "s=[null,\"b\"] [\"c\"]");
}

// What pandas and Spark call nested columns.
Batch nested() {
  TypePtr address = struct_type({{"City", utf8_type(), true, {}}, {"zip", int64_type(), true, {}}});
  auto column = std::make_shared<Column>();
  column->type = address;
  column->length = 3;
  column->children = {make_test_column(utf8_type(), {"Brno", "Praha", "null"}),
                      make_test_column(int64_type(), {"1", "2", "3"})};
  MutableBuffer bits = make_bitmap(3, true);
  clear_bit(bits.data(), 1);
  column->validity = bits.freeze();
  column->null_count = 1;
  auto list = std::make_shared<Column>();
  list->type = list_type(int64_type());
  list->length = 3;
  MutableBuffer offsets;
  for (int32_t end : {0, 2, 2, 3})
    offsets.push(end);
  list->offsets = offsets.freeze();
  list->children = {make_test_column(int64_type(), {"7", "8", "9"})};
  return Batch{make_schema({{"address", address, true, {}}, {"l", list->type, true, {}}}),
               3,
               {column, list}};
}

TEST(SelectList, NestedValues) {
  Batch batch = nested();
  EXPECT_EQ(select("address.city", batch), "city='Brno' null null");
  EXPECT_EQ(select("(address).zip + 1 as z", batch), "z=2 null 4");
  EXPECT_EQ(select("l[1], l[2] as b, l[0] as c, l[-1] as d", batch),
            "l=7 null 9; b=8 null null; c=null null null; d=null null null");
  EXPECT_EQ(select("unnest(l) as u, address.zip", batch), "u=7 8 9; zip=1 1 3");
  EXPECT_EQ(select("address.town", batch), "error: unknown field 'town'");
  EXPECT_EQ(select("address.zap", batch), "error: unknown field 'zap'; did you mean 'zip'?");
  EXPECT_EQ(select("l.x", batch), "error: list<int64> has no field 'x'");
  EXPECT_EQ(select("address[1]", batch),
            "error: struct<City: utf8, zip: int64> is not a list and has no elements");
  EXPECT_EQ(select("l = array[7, 8] as e", batch), "e=true false false");
}

TEST(SelectList, SeriesThatStandsStillFails) {
  Batch batch = make_batch({{"t", "timestamp[s, Pacific/Apia]", {"2012-01-01T22:00:00Z"}}});
  EXPECT_EQ(
      select("cardinality(generate_series(t, t - interval '26 hours', interval '-1 day')) as n",
             batch)
          .substr(0, 6),
      "error:");
  EXPECT_EQ(select("generate_series(t, t - interval '5 days', interval '-1 day') as n", batch),
            "error: a step of the series does not advance the time");
}

std::string json_type(const std::string& json) {
  Batch batch = make_batch({{"j", "text", {json}}});
  return select("json_typeof(j) as v", batch);
}

TEST(SelectList, JsonIsReadWhole) {
  EXPECT_EQ(json_type(" [1, {\"a\": -0.5e+1}] "), "v='array'");
  std::string deepest = std::string(1024, '[') + std::string(1024, ']');
  EXPECT_EQ(json_type(deepest), "v='array'");
  EXPECT_TRUE(json_type("[" + deepest + "]").ends_with("' is JSON nested deeper than 1024 levels"));
  std::string object = "{";
  for (int i = 0; i < 100; ++i)
    object += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  EXPECT_EQ(json_type(object + "\"k\":0}"), "v='object'");
  EXPECT_TRUE(json_type(object + "\"k7\":0}").ends_with("' is JSON that has the key \"k7\" twice"));
  EXPECT_EQ(json_type("[{\"a\":1,\"\\u0061\":1}]"),
            "error: '[{\"a\":1,\"\\u0061\":1}]' is JSON that has the key \"a\" twice");
  for (const char* wrong : {"",           "{",         "{\"a\":1", "{\"a\":1}garbage",
                            "{\"a\":01}", "[1,2",      "[1,]",     "{\"a\"}",
                            "tru",        "nulll",     "1.",       "-",
                            "\"\\x\"",    "\"\\u12\"", "\"",       "'a'",
                            "[1 2]",      "\"\t\"",    "NaN",      "+1",
                            "{a:1}"}) {
    EXPECT_TRUE(json_type(wrong).ends_with("' is not valid JSON")) << wrong;
  }
  for (const char* half : {"\"\\ud800\"", "\"\\ud800x\"", "\"\\udc00\"", "\"\\ud800\\u0041\""}) {
    EXPECT_TRUE(json_type(half).ends_with("' is JSON that holds half a surrogate pair")) << half;
  }
  EXPECT_TRUE(json_type("\"\\u0000\"").ends_with("' is JSON that holds a NUL character"));
}

TEST(SelectList, Json) {
  Batch batch = make_batch(
      {{"j",
        "text",
        {"{\"a\": {\"b\": [1, 2.50, \"x\\u00e9\"]}, \"n\": null, \"t\": true}", "null", "[10]"}}});
  EXPECT_EQ(select("j -> 'a' -> 'b' as v", batch), "v='[1, 2.50, \"x\\u00e9\"]' null null");
  EXPECT_EQ(select("j -> 'a' -> 'b' -> 1 as v", batch), "v='2.50' null null");
  EXPECT_EQ(select("j -> 'a' -> 'b' ->> -1 as v", batch), "v='xé' null null");
  EXPECT_EQ(select("j #>> '{a,b,0}' as v", batch), "v='1' null null");
  EXPECT_EQ(select("j ->> 'n' as v, j -> 'n' as w", batch), "v=null null null; w='null' null null");
  EXPECT_EQ(select("json_extract_path_text(j, 't') as v", batch), "v='true' null null");
  EXPECT_EQ(select("j ->> 0 as v", batch), "v=null null '10'");
  EXPECT_EQ(select("json_typeof(j) as v", batch), "v='object' null 'array'");
  EXPECT_EQ(select("json_array_length(j -> 'a' -> 'b') as v", batch), "v=3 null null");
  EXPECT_EQ(select("'{\"a\": ' -> 'a' as v", batch).substr(0, 6), "error:");
  EXPECT_EQ(select("'x' ->> 'a' as v", batch), "error: 'x' is not valid JSON");
}

TEST(SelectList, EvaluatesFromSeveralThreadsAtOnce) {
  Batch batch = people();
  auto list = bind_select_list(
      "upper(name) || age as a, name ~ '^A', name like '%n' as n, string_to_table(tags, ',') as t, "
      "case when age > 1 then 10 / age else 0 end as c",
      batch.schema);
  std::string expected = show(*computed(*list, batch).columns[0]);
  std::vector<std::thread> threads;
  std::vector<int> equal(4, 0);
  for (size_t t = 0; t < equal.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i)
        equal[t] += show(*computed(*list, batch).columns[0]) == expected;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (int count : equal)
    EXPECT_EQ(count, 200);
}

TEST(SelectList, BatchesWithoutRowsOrColumns) {
  Batch empty = make_batch({{"x", "int64", {}}, {"s", "text", {}}});
  EXPECT_EQ(select("x + 1 as a, s || 'x' as b, x > 1 as c, x in (1,2,3) as d, coalesce(x, 1) as e, "
                   "case when x > 1 then s end as f, x::text as g, round(x / 2) as h",
                   empty),
            "a=; b=; c=; d=; e=; f=; g=; h=");
  EXPECT_EQ(select("unnest(array[x]) as u, greatest(x, 1) as g", empty), "u=; g=");
  Batch rows{make_schema({}), 2, {}};
  EXPECT_EQ(select("1 as a, 'x' as b, true as c", rows), "a=1 1; b='x' 'x'; c=true true");
}

}  // namespace
}  // namespace penstock
