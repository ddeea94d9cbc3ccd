#include "libcore/arrow/ipc_reader.h"

#include <gtest/gtest.h>

#include "ipc_testing.h"
#include "libcore/arrow/ipc_file.h"
#include "libcore/arrow/message.h"
#include "libcore/base/limits.h"
#include "random_columns.h"

namespace penstock::testing {
namespace {

bool looks(std::string bytes) {
  return looks_like_ipc({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

TEST(LooksLikeIpc, KnowsStreamsAndFilesOldAndNew) {
  EXPECT_TRUE(looks("\xFF\xFF\xFF\xFF\x10\x01"));
  EXPECT_TRUE(looks("\xFF\xFF"));
  EXPECT_TRUE(looks("ARROW1"));
  EXPECT_TRUE(looks(std::string("ARROW1\0\0", 8)));
  EXPECT_TRUE(looks(std::string("\x10\x01\0\0\x10\0\0\0", 8)));
}

TEST(LooksLikeIpc, KnowsTextAndCompressedDataForOthers) {
  EXPECT_FALSE(looks(""));
  EXPECT_FALSE(looks("ARROW1,x"));
  EXPECT_FALSE(looks("ARROW1\n"));
  EXPECT_FALSE(looks("a,b\n1,2\n"));
  EXPECT_FALSE(looks("\xEF\xBB\xBF a,b\n"));
  EXPECT_FALSE(looks(std::string("\x1F\x8B\x08\0\0\0\0\0", 8)));
  EXPECT_FALSE(looks(std::string("\0\0\0\0\0\0\0\0", 8)));
}

// Four columns; column 'a' of batch number b holds b * 10, b * 10 + 1, ...
struct Sample {
  SchemaPtr schema = make_schema(
      {{"a", int64_type(), true, {}},
       {"b", list_type(utf8_type()), true, {}},
       {"c", dictionary_type(int32_type(), utf8_type()), true, {}},
       {"d", float64_type(), true, {}}},
      {{"penstock.order", "a,d:desc"}, {"penstock.partitioning", "a,b"}, {"other", "kept"}});
  std::vector<Batch> batches;

  explicit Sample(int count = 5, int64_t rows = 3) {
    Random random(3);
    for (int b = 0; b < count; ++b) {
      FixedBuilder<int64_t> numbers;
      for (int64_t i = 0; i < rows; ++i)
        numbers.append(10 * b + i);
      std::vector<ColumnPtr> columns{numbers.finish(int64_type())};
      for (size_t c = 1; c < 4; ++c) {
        columns.push_back(random_column(random, (*schema)[c].type, rows));
      }
      batches.push_back({schema, rows, columns});
    }
  }
};

std::vector<Batch> read_from(const std::string& bytes, const IpcReadOptions& options, bool piped) {
  OperatorPtr input = piped ? open_piped(bytes, 100, options) : open_bytes(bytes, options);
  return read_all(*input);
}

TEST(IpcReader, ProjectsInTheOrderAskedFor) {
  Sample sample;
  std::vector<Batch> want = sample.batches;
  for (Batch& batch : want)
    batch.columns = {batch.columns[3], batch.columns[2]};
  for (const IpcWriteOptions& options : all_write_options()) {
    std::string bytes = write_all(sample.schema, sample.batches, options);
    for (bool piped : {false, true}) {
      IpcReadOptions read;
      read.columns = {"d", "c"};
      expect_same_cells(want, read_from(bytes, read, piped));
    }
  }
}

TEST(IpcReader, AsksWhichColumnsAreReadOnceTheyAreKnown) {
  Sample sample;
  std::vector<Batch> want = sample.batches;
  for (Batch& batch : want)
    batch.columns = {batch.columns[1]};
  std::string bytes = write_all(sample.schema, sample.batches);
  IpcReadOptions read;
  read.choose_columns = [](const Schema& schema) {
    return std::optional(std::vector<std::string>{schema[1].name});
  };
  expect_same_cells(want, read_from(bytes, read, false));
  read.choose_columns = [](const Schema&) { return std::nullopt; };
  expect_same_cells(sample.batches, read_from(bytes, read, true));
  read.choose_columns = [](const Schema&) { return std::optional(std::vector<std::string>{"aa"}); };
  EXPECT_EQ(error_of([&] { open_bytes(bytes, read); }),
            "bytes: unknown column 'aa'; did you mean 'a'?");
}

TEST(IpcReader, RefusesColumnsThatAreNotThere) {
  Sample sample;
  std::string bytes = write_all(sample.schema, sample.batches);
  IpcReadOptions read;
  read.columns = {"aa"};
  EXPECT_EQ(error_of([&] { open_bytes(bytes, read); }),
            "bytes: unknown column 'aa'; did you mean 'a'?");
}

// Arrow allows a scale above the precision, our decimals do not: what is computed from such a type
// would have a precision below its scale.
TEST(IpcReader, DecimalsHaveAtLeastAsManyDigitsAsTheyHaveAfterThePoint) {
  for (TypeId id : {TypeId::kDecimal128, TypeId::kDecimal256}) {
    Type narrow;
    narrow.id = id;
    narrow.precision = 5;
    narrow.scale = 10;
    TypePtr type = std::make_shared<const Type>(narrow);
    SchemaPtr schema = make_schema({{"d", type, true, {}}});
    MutableBuffer values;
    values.resize_zeroed(fixed_width(*type));
    values.data()[0] = 123;
    Batch batch{schema, 1, {make_column(type, 1, values.freeze())}};
    OperatorPtr input = open_bytes(write_all(schema, {batch}), {});
    const Type& read = *(*input->schema())[0].type;
    EXPECT_EQ(read.precision, 10);
    EXPECT_EQ(read.scale, 10);
    EXPECT_EQ(input->next()->columns[0]->values.data()[0], 123);
  }
}

TEST(IpcReader, ProjectionKeepsOnlyWhatStillHolds) {
  Sample sample;
  std::string bytes = write_all(sample.schema, sample.batches);
  auto metadata = [&](std::vector<std::string> columns) {
    IpcReadOptions read;
    read.columns = ColumnList(std::move(columns));
    return open_bytes(bytes, read)->schema()->metadata();
  };
  Metadata all{{"penstock.order", "a,d:desc"}, {"penstock.partitioning", "a,b"}, {"other", "kept"}};
  EXPECT_EQ(metadata({"d", "b", "a"}), all);
  EXPECT_EQ(metadata({"a", "c"}), (Metadata{{"penstock.order", "a"}, {"other", "kept"}}));
  EXPECT_EQ(metadata({"d"}), (Metadata{{"other", "kept"}}));
}

TEST(IpcReader, PartitionsHoldEachBatchOnce) {
  Sample sample(7);
  for (const IpcWriteOptions& options : all_write_options()) {
    std::string bytes = write_all(sample.schema, sample.batches, options);
    for (bool piped : {false, true}) {
      std::vector<Batch> seen(sample.batches.size());
      IpcReadOptions read;
      read.partitions = 3;
      for (read.partition = 1; read.partition <= 3; ++read.partition) {
        for (Batch& batch : read_from(bytes, read, piped)) {
          auto number = static_cast<size_t>(batch.columns[0]->data<int64_t>()[0] / 10);
          // 0 1, 2 3, 4 5 6 where the file can be sought, else one by one.
          bool runs = options.file && !piped;
          auto part = static_cast<int64_t>(runs ? std::min<size_t>(number / 2, 2) : number % 3);
          EXPECT_EQ(part, read.partition - 1);
          seen[number] = std::move(batch);
        }
      }
      expect_same_cells(sample.batches, seen);
    }
  }
}

// A file in memory that counts what is read of it.
class CountingSource : public ByteSource {
 public:
  CountingSource(std::string bytes, int64_t& count)
      : below_(source_from_bytes(std::move(bytes), "counted")), count_(count) {}
  int64_t read(void* out, int64_t size) override { return below_->read(out, size); }
  const std::string& name() const override { return below_->name(); }
  std::optional<int64_t> size() const override { return below_->size(); }
  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    count_ += size;
    return below_->read_at(offset, out, size);
  }

 private:
  ByteSourcePtr below_;
  int64_t& count_;
};

TEST(IpcReader, ReadsOfAFileOnlyWhatIsWanted) {
  Sample sample(4, 50000);
  std::string bytes = write_all(sample.schema, sample.batches, {true, BodyCompression::kNone});
  int64_t count = 0;
  IpcReadOptions read;
  read.columns = {"d"};
  read.partition = 2;
  read.partitions = 4;
  OperatorPtr input = open_ipc(
      std::make_unique<PeekableSource>(std::make_unique<CountingSource>(bytes, count)), read);
  ASSERT_EQ(read_all(*input).size(), 1U);
  EXPECT_GT(count, 400000);
  EXPECT_LT(count, 430000);
}

TEST(IpcReader, BatchesWithoutRowsComeAsTheyAre) {
  Sample sample(1);
  std::vector<uint8_t> schema = frame_metadata(encode_schema(*sample.schema), 0);
  BatchMetadata none;
  none.nodes.resize(5);
  none.buffers.resize(11);
  std::vector<uint8_t> empty = frame_metadata(encode_batch(none, 0), 0);
  std::string bytes(schema.begin(), schema.end());
  for (int i = 0; i < 3; ++i)
    bytes.append(empty.begin(), empty.end());
  bytes.append(kEndMarker, kEndMarker + 8);
  const std::vector<Batch> batches = read_all(*open_piped(bytes));
  ASSERT_EQ(batches.size(), 3);
  for (const Batch& batch : batches) {
    EXPECT_EQ(batch.rows, 0);
    EXPECT_EQ(batch.columns.size(), sample.schema->size());
  }
}

TEST(IpcReader, BatchesOfAFileMayComeBeforeTheirDictionary) {
  TypePtr type = dictionary_type(int32_type(), utf8_type());
  SchemaPtr schema = make_schema({{"d", type, true, {}}});
  Random random(8);
  Batch batch{schema, 3, {random_column(random, type, 3)}};
  std::string file = write_all(schema, {batch}, {true, BodyCompression::kNone});
  std::optional<FooterMetadata> footer =
      find_footer({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  ASSERT_TRUE(footer.has_value());
  const FileBlock& first = footer->dictionaries.at(0);
  const FileBlock& second = footer->batches.at(0);
  auto whole = [](const FileBlock& block) {
    return static_cast<size_t>(block.metadata_size + block.body_size);
  };
  auto at = static_cast<size_t>(first.offset);
  std::string swapped =
      file.substr(0, at) + file.substr(static_cast<size_t>(second.offset), whole(second)) +
      file.substr(at, whole(first)) + file.substr(at + whole(first) + whole(second));
  OperatorPtr input = open_piped(swapped);
  expect_same_cells({batch}, read_all(*input));
  // In a stream that is an error.
  OperatorPtr stream = open_piped(swapped.substr(8));
  EXPECT_NE(error_of([&] { read_all(*stream); }).find("dictionary"), std::string::npos);
}

// Polars leaves the prefix of the schema away and writes dictionaries last.
TEST(IpcReader, ReadsAFileOfPolarsThroughAPipe) {
  std::string path = PENSTOCK_SOURCE_DIR "/tests/data/arrow-polars/categories.arrow";
  std::string file(4096, 0);
  file.resize(static_cast<size_t>(
      read_fully(*open_source(path), file.data(), static_cast<int64_t>(file.size()))));
  OperatorPtr sought = open_bytes(file);
  std::vector<Batch> want = read_all(*sought);
  ASSERT_EQ(want.size(), 2U);
  EXPECT_EQ(cell_text(*want[1].columns[1], 0), "\"x\"");
  for (int64_t piece : {1, 4096}) {
    OperatorPtr piped = open_piped(file, piece);
    expect_same_cells(want, read_all(*piped));
  }
}

// The framing of before Arrow 0.15 is today's without the continuation markers.
std::string legacy(const std::string& stream) {
  std::string out;
  size_t at = 0;
  for (;;) {
    int32_t size = 0;
    std::memcpy(&size, stream.data() + at + 4, sizeof size);
    out.append(stream, at + 4, 4 + static_cast<size_t>(size));
    if (size == 0) return out;
    Buffer metadata = Buffer::copy(stream.data() + at + 8, size);
    auto body = static_cast<size_t>(decode_message(metadata.span<uint8_t>()).body_size);
    at += 8 + static_cast<size_t>(size);
    out.append(stream, at, body);
    at += body;
  }
}

TEST(IpcReader, ReadsTheFramingOfBeforeArrow015) {
  Sample sample;
  std::string bytes = legacy(write_all(sample.schema, sample.batches));
  for (int64_t piece : {1, 7, 100000}) {
    OperatorPtr input = open_piped(bytes, piece);
    expect_same_cells(sample.batches, read_all(*input));
  }
  EXPECT_TRUE(looks(bytes));
  std::string cut = bytes.substr(0, bytes.size() - 4);
  EXPECT_NE(error_of([&] { read_from(cut, {}, true); }).find("(after 15 rows)"), std::string::npos);
}

TEST(IpcReader, ReadsAnOldFileWithoutAnEndMarkerThroughAPipe) {
  Sample sample;
  std::string file = write_all(sample.schema, sample.batches, {true, BodyCompression::kNone});
  std::string stream = legacy(write_all(sample.schema, sample.batches));
  size_t marker = file.rfind(std::string(kEndMarker, kEndMarker + 8));
  ASSERT_NE(marker, std::string::npos);
  std::string old =
      file.substr(0, 8) + stream.substr(0, stream.size() - 4) + file.substr(marker + 8);
  OperatorPtr input = open_piped(old, 100);
  expect_same_cells(sample.batches, read_all(*input));
}

TEST(IpcReader, BodiesAreAlignedHoweverTheirBytesCome) {
  Sample sample(3, 2000);
  std::string bytes = write_all(sample.schema, sample.batches);
  for (int64_t piece : {3, 4096, 1 << 20}) {
    OperatorPtr input = open_piped(bytes, piece);
    std::vector<Batch> got = read_all(*input);
    expect_same_cells(sample.batches, got);
    for (const Batch& batch : got) {
      for (const ColumnPtr& column : batch.columns) {
        EXPECT_EQ(reinterpret_cast<uintptr_t>(column->values.data()) % kBufferAlignment, 0U);
      }
    }
  }
}

}  // namespace
}  // namespace penstock::testing
