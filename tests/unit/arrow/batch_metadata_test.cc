// Batches without rows, and the metadata of batches: through files and streams, up to its limits.
#include <gtest/gtest.h>

#include "ipc_testing.h"
#include "libcore/arrow/message.h"
#include "libcore/base/limits.h"
#include "random_columns.h"

namespace penstock::testing {
namespace {

constexpr auto kPairs = static_cast<size_t>(kMaxBatchMetadataPairs);
constexpr auto kBytes = static_cast<size_t>(kMaxBatchMetadataBytes);

BatchMetadataPtr said(Metadata pairs) {
  return std::make_shared<const Metadata>(std::move(pairs));
}

SchemaPtr two_columns() {
  return make_schema({{"d", dictionary_type(int32_type(), utf8_type()), true, {}},
                      {"l", list_type(int64_type()), true, {}}});
}

Batch rows_of(const SchemaPtr& schema, int64_t rows) {
  Random random(5);
  Batch batch{schema, rows, {}};
  for (const Field& field : schema->fields())
    batch.columns.push_back(random_column(random, field.type, rows));
  return batch;
}

void expect_same_said(const std::vector<Batch>& want, const std::vector<Batch>& got) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(got[i].rows, want[i].rows) << i;
    ASSERT_EQ(got[i].metadata == nullptr, want[i].metadata == nullptr) << i;
    if (want[i].metadata) {
      EXPECT_EQ(*got[i].metadata, *want[i].metadata) << i;
    }
  }
}

// A stream of no columns whose one batch has this metadata.
std::string stream_of(const Metadata& pairs) {
  std::string bytes;
  for (const std::vector<uint8_t>& message :
       {encode_schema(Schema()), encode_batch(BatchMetadata(), 0, &pairs)}) {
    const std::vector<uint8_t> framed = frame_metadata(message, std::ssize(bytes));
    bytes.append(framed.begin(), framed.end());
  }
  return bytes.append(kEndMarker, kEndMarker + sizeof kEndMarker);
}

std::string error_in(const std::string& bytes) {
  return error_of([&] { read_all(*open_piped(bytes)); });
}

Metadata many_pairs(size_t count) {
  Metadata pairs;
  for (size_t i = 0; i < count; ++i)
    pairs.emplace_back("key", "value");
  return pairs;
}

TEST(BatchMetadata, ComesBackFromEveryContainerInItsPlace) {
  SchemaPtr schema = two_columns();
  std::vector<Batch> batches{
      batch_without_rows(schema, said({{"first", "1"}})), rows_of(schema, 3),
      batch_without_rows(schema, nullptr), rows_of(schema, 2),
      batch_without_rows(schema, said({{"", ""}, {"k", std::string("\0\xFF\n", 3)}, {"k", "2"}}))};
  batches[1].metadata = said({{"of", "rows"}});
  for (const IpcWriteOptions& options : all_write_options()) {
    const std::string bytes = write_all(schema, batches, options);
    const std::vector<Batch> sought = read_all(*open_bytes(bytes));
    expect_same_said(batches, sought);
    expect_same_cells(batches, sought);
    expect_same_said(batches, read_all(*open_piped(bytes)));
    expect_same_said(batches, read_all(*open_piped(bytes, 1)));
  }
}

TEST(BatchMetadata, EveryTypeHasABatchWithoutRows) {
  for (const TypePtr& type : every_type()) {
    SchemaPtr schema = make_schema({{"c", type, true, {}}});
    const std::vector<Batch> empty{batch_without_rows(schema, said({{"a", "b"}}))};
    for (const IpcWriteOptions& options : all_write_options()) {
      const std::vector<Batch> got = read_all(*open_bytes(write_all(schema, empty, options)));
      expect_same_said(empty, got);
      EXPECT_EQ(got[0].columns[0]->length, 0) << type->to_string();
    }
  }
}

TEST(BatchMetadata, GoesWithTheProjectionAndThePartition) {
  SchemaPtr schema = two_columns();
  std::vector<Batch> batches;
  for (const char* name : {"0", "1", "2", "3"})
    batches.push_back(batch_without_rows(schema, said({{"at", name}})));
  IpcReadOptions second;
  second.columns = {"l"};
  second.partition = 2;
  second.partitions = 2;
  for (bool file : {false, true}) {
    const std::string bytes = write_all(schema, batches, {file, BodyCompression::kNone});
    const std::vector<Batch> got = read_all(*open_bytes(bytes, second));
    // Of a file the later half, of a stream every other batch.
    expect_same_said({batches[file ? 2 : 1], batches[3]}, got);
    EXPECT_EQ(got[0].columns.size(), 1);
  }
}

TEST(BatchMetadata, NoPairsAreNoMetadata) {
  EXPECT_EQ(read_all(*open_piped(stream_of({}))).at(0).metadata, nullptr);
}

TEST(BatchMetadata, PairsUpToTheLimit) {
  const std::vector<Batch> most = read_all(*open_piped(stream_of(many_pairs(kPairs))));
  EXPECT_EQ(most.at(0).metadata->size(), kPairs);
  EXPECT_EQ(error_in(stream_of(many_pairs(kPairs + 1))),
            "pipe: batch 1: a batch with 1025 pairs of metadata; at most 1024 are read");
}

TEST(BatchMetadata, BytesUpToTheLimit) {
  Metadata pairs{{"k", std::string(kBytes - 3, 'v')}, {"k", "v"}};
  EXPECT_EQ(*read_all(*open_piped(stream_of(pairs))).at(0).metadata, pairs);
  pairs[1].second = "vv";
  EXPECT_EQ(error_in(stream_of(pairs)),
            "pipe: batch 1: a batch with more than 1048576 bytes of metadata, the most that are "
            "read");
  EXPECT_NE(error_in(stream_of({{std::string(kBytes + 1, 'k'), ""}})), "");
}

TEST(BatchMetadata, DamagedPairsAreAnErrorOrOther) {
  const std::string whole = stream_of({{"key", "value"}, {"other", std::string(100, 'v')}});
  for (size_t at = 0; at < whole.size(); ++at) {
    for (char flip : {'\1', '\x80', '\xFF'}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      try {
        read_all(*open_piped(damaged));
      } catch (const Error&) {
      }
    }
  }
}

}  // namespace
}  // namespace penstock::testing
