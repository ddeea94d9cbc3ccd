#include "libcore/table/checkpoint/decode.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/table/checkpoint/encode.h"
#include "libcore/table/checkpoint/schema.h"

namespace penstock {
namespace {

TableState state() {
  TableState made;
  made.version = 5;
  made.schemas = 3;
  made.protocol = {3, 7, {"timestampNtz"}, {"timestampNtz", "appendOnly"}};
  made.metadata = {.id = "x",
                   .name = "a \"name\"",
                   .description = "",
                   .schema_text = "{}",
                   .partition_columns = {"p", "q"},
                   .configuration = {{"delta.appendOnly", "true"}, {"empty", ""}},
                   .created = 12};
  made.transactions["app"] = {"app", 7, 9};
  made.transactions["other"] = {"other", 8, {}};
  for (int i = 0; i < 2500; ++i) {
    DataFile file;
    file.path = "p=a b/" + std::to_string(i) + ".parquet";
    file.partition_values = {{"p", "a b"}, {"q", std::nullopt}};
    file.size = i;
    file.modified = 1'000'000'000'000 + i;
    file.changes_data = false;
    if (i % 2 == 0) file.stats = R"({"numRecords":1})";
    if (i % 3 == 0) file.tags = {{"t", "v"}};
    made.files.push_back(file);
  }
  made.removed["old"] = {"old", 99, false, {}, {}};
  made.removed["kept"] = {"kept", 100, false, {{"p", "x"}}, 4};
  made.removed["apart"] = {"apart", 100, false, {}, 5, {{"apart", 3, ""}, {"other", 2, "ff"}}};
  made.removed["timeless"] = {"timeless", {}, false, {}, {}};
  return made;
}

std::string fault_of(const SchemaPtr& schema, const std::vector<ColumnPtr>& columns) {
  try {
    CheckpointDecoder decoder(kMaxTableFiles);
    decoder.begin(*schema);
    decoder.take({schema, columns.empty() ? 0 : columns[0]->length, columns});
    decoder.finish();
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

std::string fault_of_types(const std::string& name, const char* type) {
  return fault_of(make_schema({{name, parse_type(type), true, {}}}), {});
}

TEST(CheckpointTest, RowsAreTheStateAgain) {
  const TableState made = state();
  CheckpointDecoder decoder(kMaxTableFiles);
  decoder.begin(*schema_of_checkpoint(made));
  const int64_t rows = encode_checkpoint(made, 100, [&](const Batch& batch) {
    for (const ColumnPtr& column : batch.columns)
      validate(*column);
    decoder.take(batch);
  });
  EXPECT_EQ(rows, 2 + 2 + 2500 + 2);
  const VersionActions read = decoder.finish();
  EXPECT_EQ(read.protocol, made.protocol);
  EXPECT_EQ(read.metadata, made.metadata);
  EXPECT_EQ(read.added, made.files);
  EXPECT_EQ(read.removed,
            (std::vector<RemovedFile>{made.removed.at("apart"), made.removed.at("kept")}));
  EXPECT_EQ(read.transactions, (std::vector<ApplicationTransaction>{
                                   made.transactions.at("app"), made.transactions.at("other")}));
}

TEST(CheckpointTest, ColumnsOfOtherTypesAreNamed) {
  EXPECT_EQ(fault_of_types("add", "utf8"), "'add' has the type utf8, and should be a struct");
  EXPECT_EQ(fault_of_types("add", "struct<path: binary>"),
            "'add.path' has the type binary, and should be a text");
  EXPECT_EQ(fault_of_types("add", "struct<size: float64>"),
            "'add.size' has the type float64, and should be an integer");
  EXPECT_EQ(fault_of_types("add", "struct<partitionValues: map<utf8, int64>>"),
            "'add.partitionValues' has the type map<utf8, int64>, and should be a map of texts");
  EXPECT_EQ(fault_of_types("metaData", "struct<format: struct<provider: bool>>"),
            "'metaData.format.provider' has the type bool, and should be a text");
  EXPECT_EQ(fault_of_types("protocol", "struct<readerFeatures: list<int64>>"),
            "'protocol.readerFeatures' has the type list<int64>, and should be a list of texts");
  EXPECT_EQ(fault_of_types("add", "struct<path: utf8, path: utf8>"), "'add.path' is there twice");
  EXPECT_EQ(fault_of_types("add", "struct<path: null, size: int32, more: float64>"),
            "has no protocol");
}

TEST(CheckpointTest, EachRowHasOneActionThatIsRight) {
  std::vector<Batch> batches;
  encode_checkpoint(state(), 0, [&](const Batch& batch) { batches.push_back(batch); });
  const SchemaPtr& schema = checkpoint_schema();
  std::vector<ColumnPtr> columns = batches[0].columns;
  EXPECT_EQ(fault_of(schema, columns), "");
  std::vector<ColumnPtr> none;
  for (const Field& field : schema->fields())
    none.push_back(make_null_column(field.type, 2));
  EXPECT_EQ(fault_of(schema, none), "row 1: has no action");
  columns[1] = columns[0];
  EXPECT_EQ(fault_of(make_schema({(*schema)[0], {"txn2", (*schema)[0].type, true, {}}}),
                     {columns[0], columns[0]}),
            "row 1: has no action");
  CheckpointDecoder twice(kMaxTableFiles);
  twice.begin(*schema);
  twice.take(batches[0]);
  EXPECT_THROW(twice.take(batches[0]), Error);
}

TEST(CheckpointTest, HasSoManyFilesAtMost) {
  const auto read = [](int64_t most_files) {
    const TableState made = state();
    CheckpointDecoder decoder(most_files);
    decoder.begin(*schema_of_checkpoint(made));
    encode_checkpoint(made, 100, [&](const Batch& batch) { decoder.take(batch); });
    return decoder.finish().added.size();
  };
  EXPECT_EQ(read(2500), 2500U);
  try {
    read(2499);
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.message().ends_with(": the table has more than 2499 files"))
        << error.message();
  }
}

TEST(CheckpointTest, RefusesWhatItCannotRead) {
  const auto one = [](const char* type) {
    const TypePtr made = parse_type(type);
    auto column = std::make_shared<Column>();
    column->type = made;
    column->length = 1;
    for (const Field& child : made->children) {
      auto inner = std::make_shared<Column>();
      if (child.type->id == TypeId::kStruct) {
        inner->type = child.type;
        inner->length = 1;
        column->children.push_back(inner);
        continue;
      }
      BytesBuilder texts;
      texts.append("../x");
      column->children.push_back(texts.finish(utf8_type()));
    }
    return column;
  };
  const auto fault = [&](const char* name, const char* type) {
    const ColumnPtr column = one(type);
    return fault_of(make_schema({{name, column->type, true, {}}}), {column});
  };
  EXPECT_EQ(fault("sidecar", "struct<path: utf8>"),
            "row 1: names a file with further actions (v2Checkpoint), which Penstock cannot read");
  EXPECT_EQ(fault("remove", "struct<path: utf8>"),
            "row 1: the path '../x' does not name a file in the table's directory");
  EXPECT_EQ(fault("domainMetadata", "struct<domain: utf8>"), "has no protocol");
  const ColumnPtr column = one("struct<a: utf8>");
  EXPECT_EQ(fault_of(make_schema({{"txn", column->type, true, {}}, {"b", column->type, true, {}}}),
                     {column, column}),
            "row 1: has more than one action");
}

}  // namespace
}  // namespace penstock
