#include "libcore/data/type.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "tests/unit/data/random_column.h"

namespace penstock {
namespace {

std::string canonical(std::string_view name) {
  return parse_type(name)->to_string();
}

std::string refusal(std::string_view name) {
  try {
    parse_type(name);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST(TypeName, ReadsBackForEveryTypeButUnions) {
  for (const TypePtr& type : testing::all_types()) {
    std::string name = type->to_string();
    if (name.find("union") != std::string::npos) continue;
    EXPECT_EQ(canonical(name), name);
    EXPECT_TRUE(equals(*parse_type(name), *type)) << name;
  }
  for (const char* name : {"map<utf8, list<int8>, sorted>", "dictionary<int32, utf8, ordered>",
                           "struct<\"a b\": int32, \"say \"\"x\"\"\": utf8, \"\": bool>",
                           "timestamp[us, America/New_York]"}) {
    EXPECT_EQ(canonical(name), name);
  }
}

TEST(TypeName, TakesSqlNamesInAnyCase) {
  EXPECT_EQ(canonical("boolean"), "bool");
  EXPECT_EQ(canonical("SMALLINT"), "int16");
  EXPECT_EQ(canonical("int"), "int32");
  EXPECT_EQ(canonical("Integer"), "int32");
  EXPECT_EQ(canonical("bigint"), "int64");
  EXPECT_EQ(canonical("real"), "float32");
  EXPECT_EQ(canonical("float"), "float64");
  EXPECT_EQ(canonical("double"), "float64");
  EXPECT_EQ(canonical("double precision"), "float64");
  EXPECT_EQ(canonical("decimal(15, 2)"), "decimal128(15,2)");
  EXPECT_EQ(canonical("numeric(9)"), "decimal128(9,0)");
  EXPECT_EQ(canonical("text"), "utf8");
  EXPECT_EQ(canonical("varchar"), "utf8");
  EXPECT_EQ(canonical("string"), "utf8");
  EXPECT_EQ(canonical("date"), "date32");
  EXPECT_EQ(canonical("time"), "time64[us]");
  EXPECT_EQ(canonical("timestamp"), "timestamp[us]");
  EXPECT_EQ(canonical("timestamp without time zone"), "timestamp[us]");
  EXPECT_EQ(canonical("timestamptz"), "timestamp[us, UTC]");
  EXPECT_EQ(canonical("timestamp with time zone"), "timestamp[us, UTC]");
  EXPECT_EQ(canonical("bytea"), "binary");
  EXPECT_EQ(canonical(" list < int > "), "list<int32>");
}

TEST(TypeName, RefusesAllElseWithAHint) {
  EXPECT_EQ(refusal("flaot64"), "'flaot64' is not a type; did you mean 'float64'?");
  EXPECT_EQ(refusal("decimal"),
            "'decimal' is not a type; give precision and scale, as in decimal(15,2)");
  EXPECT_EQ(refusal("decimal(39,2)"),
            "'decimal(39,2)' is not a type; a number from 1 to 38 is expected");
  EXPECT_EQ(refusal("decimal(5,6)"),
            "'decimal(5,6)' is not a type; a number from 0 to 5 is expected");
  EXPECT_EQ(refusal("time32[us]"),
            "'time32[us]' is not a type; time32 has the units s and ms, time64 us and ns");
  EXPECT_EQ(refusal("timestamp[m]"), "'timestamp[m]' is not a type; units are s, ms, us and ns");
  for (const char* bad :
       {"", "int64 x", "list<", "list<int64", "list<>", "struct<a>", "struct<a:>", "map<utf8>",
        "dictionary<utf8, utf8>", "decimal(", "timestamp[us,]", "timestamp[us, ]", "xyzzy",
        "fixed_size_list<int8>", "fixed_size_list<int8, -1>", "struct<\"a: int8>", "varchar(10)"}) {
    EXPECT_EQ(refusal(bad).find("'" + std::string(bad) + "' is not a type"), 0U) << bad;
  }
}

TEST(TypeName, NestsUpToTheLimit) {
  auto nested = [](int depth) {
    std::string name = "int8";
    for (int i = 1; i < depth; ++i)
      name = "list<" + name + ">";
    return name;
  };
  EXPECT_EQ(canonical(nested(kMaxNesting)), nested(kMaxNesting));
  EXPECT_NE(refusal(nested(kMaxNesting + 1)).find("nests too deep"), std::string::npos);
  EXPECT_NE(refusal(std::string(1 << 20, 'x')).size(), 0U);
}

TEST(TypeEquality, CountsAllButItemNamesAndMetadata) {
  EXPECT_TRUE(equals(*list_type(int64_type(), "item"), *list_type(int64_type(), "element")));
  EXPECT_FALSE(equals(*parse_type("struct<a: int8>"), *parse_type("struct<b: int8>")));
  EXPECT_FALSE(equals(*parse_type("timestamp[us]"), *parse_type("timestamp[us, UTC]")));
  EXPECT_FALSE(equals(*parse_type("timestamp[us]"), *parse_type("timestamp[ms]")));
  EXPECT_FALSE(equals(*parse_type("decimal(5,2)"), *parse_type("decimal(5,1)")));
  EXPECT_FALSE(equals(*parse_type("list<int8>"), *parse_type("list<int16>")));
  EXPECT_FALSE(
      equals(*parse_type("dictionary<int8, utf8>"), *parse_type("dictionary<int8, binary>")));
  TypePtr other = struct_type({{"k", utf8_type(), false, {}}, {"v", int64_type(), true, {}}});
  auto map = std::make_shared<Type>();
  map->id = TypeId::kMap;
  map->children = {{"kv", other, false, {}}};
  EXPECT_TRUE(equals(*map, *parse_type("map<utf8, int64>")));
  // A unit that a type does not have does not count.
  Type plain;
  plain.id = TypeId::kInt64;
  plain.unit = TimeUnit::kNano;
  EXPECT_TRUE(equals(plain, *int64_type()));
}

TEST(Schema, FindsNamesOnce) {
  Schema schema({{"a", int64_type(), true, {}},
                 {"origin", utf8_type(), true, {}},
                 {"a", utf8_type(), true, {}}},
                {{"penstock.order", "a"}, {"penstock.order", "b"}});
  EXPECT_EQ(schema.find("origin"), 1U);
  EXPECT_EQ(schema.find("Origin"), std::nullopt);
  EXPECT_EQ(schema.metadata_value(kOrderKey), "a");
  EXPECT_EQ(schema.metadata_value("x"), std::nullopt);
  try {
    schema.find("a");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message().find("column 'a' is ambiguous: 2 columns"), 0U);
  }
  try {
    schema.index_of("orign");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "unknown column 'orign'; did you mean 'origin'?");
  }
}

TEST(Schema, EqualityCountsNullability) {
  Schema a({{"x", int64_type(), true, {}}});
  EXPECT_TRUE(equals(a, Schema({{"x", int64_type(), true, {{"k", "v"}}}}, {{"k", "v"}})));
  EXPECT_FALSE(equals(a, Schema({{"x", int64_type(), false, {}}})));
  EXPECT_FALSE(equals(a, Schema({{"y", int64_type(), true, {}}})));
  EXPECT_FALSE(equals(a, Schema({{"x", utf8_type(), true, {}}})));
  EXPECT_FALSE(equals(a, Schema(std::vector<Field>{})));
}

}  // namespace
}  // namespace penstock
