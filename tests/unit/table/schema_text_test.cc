#include "libcore/table/schema_text.h"

#include <gtest/gtest.h>

#include <string>

#include "libcore/base/error.h"

namespace penstock {
namespace {

std::string schema_refusal(const std::string& json) {
  try {
    decode_schema_text(json);
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

Schema schema_of(const std::vector<std::pair<std::string, std::string>>& columns) {
  std::vector<Field> fields;
  for (const auto& [name, type] : columns)
    fields.push_back({name, parse_type(type), true, {}});
  return Schema(std::move(fields));
}

TEST(SchemaText, IsDeltaLakes) {
  const Schema schema = schema_of({{"a", "int64"}, {"b", "decimal(12,2)"}, {"c", "list<text>"}});
  EXPECT_EQ(encode_schema_text(schema),
            R"~({"type":"struct","fields":[)~"
            R"~({"name":"a","type":"long","nullable":true,"metadata":{}},)~"
            R"~({"name":"b","type":"decimal(12,2)","nullable":true,"metadata":{}},)~"
            R"~({"name":"c","type":{"type":"array","elementType":"string","containsNull":true},)~"
            R"~("nullable":true,"metadata":{}}]})~");
}

TEST(SchemaText, TypesComeBack) {
  const Schema schema = schema_of({{"b", "bool"},
                                   {"i8", "int8"},
                                   {"i16", "int16"},
                                   {"i32", "int32"},
                                   {"i64", "int64"},
                                   {"u8", "uint8"},
                                   {"u16", "uint16"},
                                   {"u32", "uint32"},
                                   {"u64", "uint64"},
                                   {"f16", "float16"},
                                   {"f", "float32"},
                                   {"d", "float64"},
                                   {"n", "decimal(38,10)"},
                                   {"wide", "decimal256(60,3)"},
                                   {"t", "text"},
                                   {"x", "bytea"},
                                   {"date", "date"},
                                   {"at", "timestamp[us]"},
                                   {"utc", "timestamp[us, UTC]"},
                                   {"ns", "timestamp[ns]"},
                                   {"local", "timestamp[us, Europe/Berlin]"},
                                   {"time", "time64[us]"},
                                   {"l", "list<struct<a: int64, b: list<utf8>>>"},
                                   {"m", "map<utf8, int64>"},
                                   {"fixed", "fixed_size_binary(4)"},
                                   {"gap", "duration[ms]"}});
  const SchemaPtr read = decode_schema_text(encode_schema_text(schema));
  ASSERT_EQ(read->size(), schema.size());
  for (size_t i = 0; i < schema.size(); ++i) {
    EXPECT_EQ((*read)[i].name, schema[i].name);
    EXPECT_EQ((*read)[i].type->to_string(), schema[i].type->to_string());
  }
}

TEST(SchemaText, ReadsWhatSparkWrites) {
  const SchemaPtr schema = decode_schema_text(
      R"~({"type":"struct","fields":[{"name":"at","type":"timestamp","nullable":false,)~"
      R"~("metadata":{"comment":"x"}},{"name":"m","type":{"type":"map","keyType":"string",)~"
      R"~("valueType":"double","valueContainsNull":true},"nullable":true,"metadata":{}},)~"
      R"~({"name":"d","type":"decimal(10, 0)","nullable":true,"metadata":{}}]})~");
  EXPECT_EQ((*schema)[0].type->to_string(), "timestamp[us, UTC]");
  EXPECT_FALSE((*schema)[0].nullable);
  EXPECT_EQ((*schema)[1].type->to_string(), "map<utf8, float64>");
  EXPECT_EQ((*schema)[2].type->to_string(), "decimal128(10,0)");
}

TEST(SchemaText, RefusesOtherText) {
  const auto type_refusal = [](const std::string& type) {
    return schema_refusal(R"~({"type":"struct","fields":[{"name":"a","nullable":true,"type":)~" +
                          type + "}]}");
  };
  EXPECT_NE(schema_refusal("{").find("is not JSON"), std::string::npos);
  EXPECT_EQ(schema_refusal("[]"), "an object with 'type' is missing");
  EXPECT_EQ(schema_refusal(R"~({"type":"array"})~"), "is not a struct");
  for (const std::string type : {"variant", "decimal(39,1)", "decimal(3,4)", "decimal(3"}) {
    EXPECT_EQ(type_refusal('"' + type + '"'), "column 'a': the type '" + type + "' is not known");
  }
  EXPECT_EQ(type_refusal("7"), "column 'a': an object with 'type' is missing");
}

TEST(SchemaText, NestingHasALimit) {
  const auto nested = [](int depth) {
    std::string type = "\"long\"";
    for (int i = 0; i < depth; ++i)
      type = R"~({"type":"array","containsNull":true,"elementType":)~" + type + "}";
    return R"~({"type":"struct","fields":[{"name":"a","nullable":true,"type":)~" + type + "}]}";
  };
  EXPECT_EQ(schema_refusal(nested(60)), "");
  EXPECT_NE(schema_refusal(nested(70)).find("nested"), std::string::npos);
}

TEST(SchemaText, ParquetTablesHaveTheNextWiderType) {
  const SchemaPtr schema = delta_schema(schema_of({{"u8", "uint8"},
                                                   {"u64", "uint64"},
                                                   {"ns", "timestamp[ns]"},
                                                   {"z", "timestamp[ms, Europe/Berlin]"},
                                                   {"l", "list<uint16>"}}));
  EXPECT_EQ((*schema)[0].type->to_string(), "int16");
  EXPECT_EQ((*schema)[1].type->to_string(), "decimal128(20,0)");
  EXPECT_EQ((*schema)[2].type->to_string(), "timestamp[us]");
  EXPECT_EQ((*schema)[3].type->to_string(), "timestamp[us, UTC]");
  EXPECT_EQ((*schema)[4].type->to_string(), "list<int32>");
  EXPECT_THROW(delta_schema(schema_of({{"t", "time64[us]"}})), Error);
  EXPECT_THROW(delta_schema(schema_of({{"a", "int64"}, {"A", "int64"}})), Error);
}

TEST(SchemaText, FindsTimesWithoutAZone) {
  EXPECT_TRUE(has_zoneless_timestamp(schema_of({{"l", "list<timestamp[us]>"}})));
  EXPECT_FALSE(has_zoneless_timestamp(schema_of({{"l", "timestamp[us, UTC]"}})));
}

}  // namespace
}  // namespace penstock
