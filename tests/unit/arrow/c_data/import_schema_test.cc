#include <gtest/gtest.h>

#include "../ipc_testing.h"
#include "../random_columns.h"
#include "libcore/arrow/c_data/c_data.h"
#include "libcore/base/limits.h"

namespace penstock::testing {
namespace {

void keep(ArrowSchema* /*schema*/) {}

ArrowSchema schema_of(const char* format, const char* name = "c") {
  ArrowSchema schema{};
  schema.format = format;
  schema.name = name;
  schema.flags = kArrowFlagNullable;
  schema.release = keep;
  return schema;
}

// The schema of one column.
SchemaPtr import_one(ArrowSchema column) {
  ArrowSchema* columns[] = {&column};
  ArrowSchema rows = schema_of("+s", "");
  rows.n_children = 1;
  rows.children = columns;
  return import_schema(rows);
}

TEST(ImportSchema, KeepsNamesNullabilityAndMetadata) {
  const SchemaPtr schema = make_schema(
      {{"a", int32_type(), false, {{"k", std::string("v\0w", 3)}, {"", ""}}},
       {"", map_type(utf8_type(), dictionary_type(int32_type(), utf8_type(), true)), true, {}}},
      {{"penstock.order", "a"}});
  Released<ArrowSchema> exported;
  export_schema(*schema, exported.get());
  const SchemaPtr known = import_schema(*exported.get());
  EXPECT_TRUE(equals(*schema, *known));
  EXPECT_EQ(known->metadata(), schema->metadata());
  EXPECT_EQ((*known)[0].metadata, (*schema)[0].metadata);
  EXPECT_FALSE((*known)[0].nullable);
  EXPECT_TRUE((*known)[1].type->children[0].type->children[1].type->ordered);
}

TEST(ImportSchema, ReadsTypesWithParameters) {
  EXPECT_EQ((*import_one(schema_of("tsu:Europe/Berlin")))[0].type->to_string(),
            "timestamp[us, Europe/Berlin]");
  EXPECT_EQ((*import_one(schema_of("d:76,10,256")))[0].type->to_string(), "decimal256(76,10)");
  EXPECT_EQ((*import_one(schema_of("d:3,5")))[0].type->to_string(), "decimal128(5,5)");
  EXPECT_EQ((*import_one(schema_of("ttn")))[0].type->id, TypeId::kTime64);
}

TEST(ImportSchema, RefusesWhatItDoesNotKnow) {
  auto error = [](const char* format) { return error_of([&] { import_one(schema_of(format)); }); };
  EXPECT_EQ(error("vu"), "column 'c': its type 'vu' is not supported");
  EXPECT_EQ(error(""), "column 'c': its type '' is not supported");
  EXPECT_EQ(error("tsx:"), "column 'c': its type 'tsx:' is not supported");
  EXPECT_EQ(error("d:9,2,32"), "column 'c': decimals of 32 bits are not supported");
  EXPECT_EQ(error("d:9,x"), "column 'c': its type has a number that is not one");
  EXPECT_EQ(error("d:99,2"),
            "column 'c': decimal(99,2) is not supported; precision is 1 to 38, scale 0 to 38");
  EXPECT_EQ(error("w:-1"), "column 'c': its type has a wrong width");
  EXPECT_EQ(error("+l"), "column 'c': a list has one child");
  EXPECT_EQ(error("+m"), "column 'c': the entries of a map are pairs");
  EXPECT_EQ(error("+us:0,1"), "column 'c': a union has a code for each member");
  EXPECT_EQ(error("+ud:300"), "column 'c': its union has a type code out of range");
  EXPECT_EQ(error(nullptr), "column 'c': it has no type");
  EXPECT_EQ(error_of([] { import_schema(schema_of("i")); }), "its rows are not a struct");
  EXPECT_EQ(error_of([] { import_one(schema_of("i", "\xFF")); }),
            "the name of a column is not valid UTF-8");
  ArrowSchema float_index = schema_of("g");
  ArrowSchema words = schema_of("u", "");
  float_index.dictionary = &words;
  EXPECT_EQ(error_of([&] { import_one(float_index); }),
            "column 'c': the index of its dictionary is not an integer");
}

TEST(ImportSchema, RefusesWhatIsNestedTooDeep) {
  std::vector<ArrowSchema> levels(kMaxNesting + 2, schema_of("+l", "c"));
  std::vector<ArrowSchema*> children;
  for (ArrowSchema& level : levels)
    children.push_back(&level);
  for (size_t i = 0; i + 1 < levels.size(); ++i) {
    levels[i].n_children = 1;
    levels[i].children = &children[i + 1];
  }
  EXPECT_EQ(error_of([&] { import_one(levels[0]); }), "column 'c': it is nested deeper than 64");
}

}  // namespace
}  // namespace penstock::testing
