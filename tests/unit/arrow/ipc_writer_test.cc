#include "libcore/arrow/ipc_writer.h"

#include <gtest/gtest.h>

#include "ipc_testing.h"
#include "libcore/arrow/ipc_file.h"
#include "libcore/data/take.h"
#include "random_columns.h"

namespace penstock::testing {
namespace {

Batch batch_of(const SchemaPtr& schema, std::vector<ColumnPtr> columns) {
  int64_t rows = columns.empty() ? 0 : columns[0]->length;
  return {schema, rows, std::move(columns)};
}

std::vector<Batch> reread(const std::string& bytes) {
  OperatorPtr input = open_bytes(bytes);
  return read_all(*input);
}

class EveryType : public ::testing::TestWithParam<TypePtr> {};

TEST_P(EveryType, ComesBackFromEveryContainerAndCompression) {
  SchemaPtr schema = make_schema({{"c", GetParam(), true, {{"k", "v"}}}}, {{"a", "b"}});
  Random random(20260101);
  for (int64_t rows : {1, 7, 64, 513}) {
    std::vector<Batch> batches{batch_of(schema, {random_column(random, GetParam(), rows)}),
                               batch_of(schema, {random_column(random, GetParam(), 3)})};
    for (const IpcWriteOptions& options : all_write_options()) {
      // A file cannot hold a second version of a nested dictionary.
      bool nested_dictionary =
          GetParam()->id == TypeId::kDictionary && GetParam()->value_type->id == TypeId::kStruct;
      if (options.file && nested_dictionary) batches.resize(1);
      std::string bytes = write_all(schema, batches, options);
      OperatorPtr input = open_piped(bytes);
      EXPECT_TRUE(equals(*schema, *input->schema()));
      EXPECT_EQ(schema->metadata(), input->schema()->metadata());
      EXPECT_EQ((*schema)[0].metadata, (*input->schema())[0].metadata);
      expect_same_cells(batches, read_all(*input));
      expect_same_cells(batches, reread(bytes));
    }
  }
}

TEST_P(EveryType, SlicesComeBackWithoutTheRest) {
  SchemaPtr schema = make_schema({{"c", GetParam(), true, {}}});
  Random random(7);
  ColumnPtr whole = random_column(random, GetParam(), 1000);
  for (auto [offset, length] : {std::pair<int64_t, int64_t>{0, 10}, {3, 10}, {992, 8}, {64, 64}}) {
    std::vector<Batch> part{batch_of(schema, {slice(whole, offset, length)})};
    std::string bytes = write_all(schema, part);
    // Each buffer takes at least 64 bytes and 24 in the metadata; dictionaries are written whole.
    if (GetParam()->id != TypeId::kDictionary) {
      EXPECT_LT(bytes.size(), 5000U);
    }
    expect_same_cells(part, reread(bytes));
  }
}

INSTANTIATE_TEST_SUITE_P(Types, EveryType, ::testing::ValuesIn(every_type()));

TEST(IpcWriter, WritesStreamsWithoutBatchesAndWithoutColumns) {
  for (const IpcWriteOptions& options : all_write_options()) {
    SchemaPtr schema = make_schema({{"a", int32_type(), true, {}}});
    EXPECT_TRUE(reread(write_all(schema, {}, options)).empty());
    SchemaPtr none = make_schema({});
    std::vector<Batch> got = reread(write_all(none, {Batch{none, 5, {}}}, options));
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].rows, 5);
  }
}

TEST(IpcWriter, WritesTheSchemaAtOnce) {
  std::string out;
  ByteSinkPtr sink = sink_to_string(out);
  auto writer = make_ipc_writer(*sink, make_schema({{"a", int32_type(), true, {}}}));
  EXPECT_GT(out.size(), 8U);
  std::string error = error_of([&] { open_bytes(out)->next(); });
  EXPECT_EQ(error, "bytes: input ended before end-of-stream (after 0 rows)");
}

TEST(IpcWriter, AlignsBodiesAndBuffersAndPadsWithZeros) {
  Random random(11);
  SchemaPtr schema = make_schema({{"a", utf8_type(), true, {}}, {"b", bool_type(), true, {}}});
  std::vector<Batch> batches{batch_of(
      schema, {random_column(random, utf8_type(), 13), random_column(random, bool_type(), 13)})};
  std::string bytes = write_all(schema, batches, {true, BodyCompression::kNone});
  std::optional<FooterMetadata> footer =
      find_footer({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  ASSERT_TRUE(footer.has_value());
  const FileBlock& block = footer->batches.at(0);
  int64_t body = block.offset + block.metadata_size;
  EXPECT_EQ(body % 64, 0);
  auto source = source_from_bytes(bytes, "bytes");
  MessageMetadata message = read_block_metadata(*source, block);
  int64_t end = 0;
  for (const BufferRange& range : message.batch.buffers) {
    EXPECT_EQ(range.offset % 64, 0);
    for (int64_t i = end; i < range.offset; ++i)
      EXPECT_EQ(bytes[static_cast<size_t>(body + i)], 0);
    end = range.offset + range.size;
  }
}

TEST(IpcWriter, WritesADictionaryAgainOnlyWhenItDiffers) {
  Random random(1);
  TypePtr type = dictionary_type(int32_type(), utf8_type());
  SchemaPtr schema = make_schema({{"d", type, true, {}}});
  ColumnPtr first = random_column(random, type, 100);
  auto same = std::make_shared<Column>(*first);
  same->dictionary = concatenate(
      std::vector<ColumnPtr>{slice(first->dictionary, 0, 4), slice(first->dictionary, 4, 5)});
  ColumnPtr other = random_column(random, type, 100);
  auto size = [&](std::vector<ColumnPtr> columns, bool file) {
    std::vector<Batch> batches;
    for (const ColumnPtr& column : columns)
      batches.push_back(batch_of(schema, {column}));
    std::string bytes = write_all(schema, batches, {file, BodyCompression::kNone});
    expect_same_cells(batches, reread(bytes));
    return bytes.size();
  };
  for (bool file : {false, true}) {
    size_t twice = size({first, first}, file);
    EXPECT_EQ(twice, size({first, same}, file));
    EXPECT_LT(twice, size({first, other}, file));
    EXPECT_LT(size({first, other}, file), size({first, other, first, other, first}, file));
  }
}

TEST(IpcWriter, RefusesDictionariesThatOutgrowTheirIndicesInAFile) {
  Random random(1);
  TypePtr type = dictionary_type(make_type(TypeId::kInt8), int64_type());
  SchemaPtr schema = make_schema({{"d", type, true, {}}});
  std::vector<Batch> batches;
  for (int i = 0; i < 15; ++i)
    batches.push_back(batch_of(schema, {random_column(random, type, 4)}));
  EXPECT_NE(error_of([&] {
              write_all(schema, batches, {true, BodyCompression::kNone});
            }).find("do not fit int8 indices"),
            std::string::npos);
  batches.resize(14);  // 126 values
  expect_same_cells(batches, reread(write_all(schema, batches, {true, BodyCompression::kNone})));
}

}  // namespace
}  // namespace penstock::testing
