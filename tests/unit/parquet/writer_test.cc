#include "libcore/parquet/writer.h"

#include <gtest/gtest.h>

#include "../arrow/random_columns.h"
#include "parquet_testing.h"

namespace penstock::testing {
namespace {

// Types that Parquet does not have.
bool is_refused(const Type& type) {
  if (type.id == TypeId::kSparseUnion || type.id == TypeId::kDenseUnion) return true;
  if (type.id == TypeId::kIntervalMonthDayNano) return true;
  if (type.id == TypeId::kFixedSizeBinary && type.width == 0) return true;
  for (const Field& child : type.children) {
    if (is_refused(*child.type)) return true;
  }
  if (type.id == TypeId::kStruct && type.children.empty()) return true;
  return type.id == TypeId::kDictionary &&
         (is_refused(*type.value_type) || !type.value_type->children.empty());
}

class ParquetType : public ParquetTest, public ::testing::WithParamInterface<TypePtr> {};

TEST_P(ParquetType, ComesBackOrIsRefused) {
  const TypePtr type = GetParam();
  const SchemaPtr schema = make_schema({{"c", type, true, {{"k", "v"}}}}, {{"a", "b"}});
  Random random(20260101);
  std::vector<Batch> batches;
  for (int64_t rows : {1, 7, 600}) {
    batches.push_back({schema, rows, {random_column(random, type, rows)}});
  }
  if (type->id == TypeId::kMap) {
    // Some entries of the drawn maps are null, which Arrow does not allow.
    EXPECT_NE(error_of([&] { write_parquet(schema, batches); }).find("'entries'"),
              std::string::npos);
    return;
  }
  if (is_refused(*type)) {
    EXPECT_NE(error_of([&] {
                write_parquet(schema, batches);
              }).find("column 'c': Parquet cannot represent its type"),
              std::string::npos);
    return;
  }
  for (ParquetCodec codec : {ParquetCodec::kNone, ParquetCodec::kSnappy, ParquetCodec::kZstd,
                             ParquetCodec::kLz4, ParquetCodec::kGzip, ParquetCodec::kBrotli}) {
    ParquetWriteOptions options;
    options.codec = codec;
    options.row_group_rows = 250;
    OperatorPtr input = open_parquet_bytes(write_parquet(schema, batches, options));
    EXPECT_TRUE(equals(*schema, *input->schema())) << (*input->schema())[0].type->to_string();
    EXPECT_EQ((*input->schema())[0].metadata, (*schema)[0].metadata);
    EXPECT_EQ(input->schema()->metadata_value("a"), "b");
    expect_same_cells(batches, read_all(*input));
  }
}

INSTANTIATE_TEST_SUITE_P(Types, ParquetType, ::testing::ValuesIn(every_type()));

using ParquetWriterTest = ParquetTest;

TEST_F(ParquetWriterTest, WritesFilesWithoutRowsAndWithoutColumns) {
  const SchemaPtr schema = make_schema({{"a", int32_type(), true, {}}});
  OperatorPtr empty = open_parquet_bytes(write_parquet(schema, {}));
  EXPECT_TRUE(equals(*schema, *empty->schema()));
  EXPECT_FALSE(empty->next());
}

// A sink that fails after some bytes.
class FailingSink : public ByteSink {
 public:
  void write(std::span<const ByteRange> /*ranges*/) override { throw Error("disk: is full"); }
  void finish() override {}
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "disk";
};

TEST_F(ParquetWriterTest, ReportsTheSinksOwnError) {
  const SchemaPtr schema = make_schema({{"a", int64_type(), true, {}}});
  FailingSink sink;
  const std::string error = error_of([&] {
    auto writer = make_parquet_writer(sink, schema);
    Random random(1);
    writer->write({schema, 9, {random_column(random, int64_type(), 9)}});
    writer->finish();
  });
  EXPECT_EQ(error, "disk: is full");
}

}  // namespace
}  // namespace penstock::testing
