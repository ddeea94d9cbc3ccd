#include "libcore/net/batch_frame.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "libcore/base/error.h"
#include "libcore/net/limits.h"
#include "tests/unit/net/net_testing.h"

namespace penstock {
namespace {

using testing::Random;

BatchAssembler assembler_of(const Schema& schema) {
  Buffer frame = encode_schema_frame(schema);
  return BatchAssembler(decode_schema_frame(parse_frame(frame.span<uint8_t>()).schema),
                        std::nullopt);
}

Batch random_table(Random& random, int64_t rows) {
  std::vector<testing::NamedColumn> columns;
  for (const TypePtr& type : testing::tried_types()) {
    columns.push_back({"c" + std::to_string(columns.size()),
                       plain(testing::random_column(random, type, rows, 1000, 10))});
  }
  return testing::table(columns);
}

TEST(BatchFrameTest, RowsOfEveryTypeComeBack) {
  Random random(11);
  Batch table = random_table(random, 300);
  BatchAssembler assembler = assembler_of(*table.schema);
  std::vector<Batch> pieces{slice(table, 3, 100), slice(table, 103, 1), slice(table, 104, 196)};
  Buffer frame = encode_batch_frame(pieces).freeze();
  Batch whole = decode_batch_frame(assembler, frame);
  EXPECT_EQ(testing::rows_of(whole), testing::rows_of(slice(table, 3, 297)));
}

TEST(BatchFrameTest, RowsAreGatheredWhereTheyAreWritten) {
  Random random(12);
  Batch table = random_table(random, 300);
  // One that has no bytes, and one without nulls.
  const TypePtr empty = parse_type("fixed_size_binary(0)");
  table.columns.push_back(make_column(empty, 300, Buffer()));
  table.columns.push_back(testing::numbered_rows(300).columns[0]);
  table.schema = [&] {
    std::vector<Field> fields = table.schema->fields();
    fields.push_back({"empty", empty, true, {}});
    fields.push_back({"bare", int64_type(), true, {}});
    return make_schema(std::move(fields));
  }();
  std::vector<std::vector<ColumnPtr>> columns;
  for (const ColumnPtr& column : table.columns)
    columns.push_back({slice(column, 0, 100), slice(column, 100, 200)});
  std::vector<PartRow> rows;
  for (int32_t part : {0, 1}) {
    for (RowIndex row = part; row < 100; row += 2)
      rows.push_back({part, row});
  }
  const RowsInTurn picked{table.schema, columns, rows};
  const BatchFrame encoded(picked);
  MutableBuffer bytes(encoded.size());
  encoded.write(bytes.data());
  Batch taken = take(picked);
  MutableBuffer expected = encode_batch_frame({&taken, 1});
  ASSERT_EQ(bytes.size(), expected.size());
  EXPECT_EQ(encoded.rows(), 100);
  EXPECT_EQ(std::memcmp(bytes.data(), expected.data(), static_cast<size_t>(bytes.size())), 0);
}

TEST(BatchFrameTest, ColumnsLieWhereTheyArrived) {
  Batch table = testing::numbered_rows(100);
  MutableBuffer encoded = encode_batch_frame({&table, 1});
  // As ZeroMQ's messages: at 8 modulo 16.
  MutableBuffer room(8 + encoded.size());
  std::memcpy(room.data() + 8, encoded.data(), static_cast<size_t>(encoded.size()));
  Buffer frame = room.freeze().slice(8, encoded.size());
  Batch batch = decode_batch_frame(assembler_of(*table.schema), frame);
  for (const ColumnPtr& column : batch.columns) {
    EXPECT_GE(column->values.data(), frame.data());
    EXPECT_LT(column->values.data(), frame.data() + frame.size());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(column->values.data()) % 16, 0U);
  }
}

TEST(BatchFrameTest, AnyPlaceWillDo) {
  Batch table = testing::numbered_rows(20);
  MutableBuffer encoded = encode_batch_frame({&table, 1});
  for (int64_t at = 0; at < 16; ++at) {
    MutableBuffer room(at + encoded.size());
    std::memcpy(room.data() + at, encoded.data(), static_cast<size_t>(encoded.size()));
    Buffer frame = room.freeze().slice(at, encoded.size());
    EXPECT_EQ(testing::rows_of(decode_batch_frame(assembler_of(*table.schema), frame)),
              testing::rows_of(table));
  }
}

std::optional<MutableBuffer> packed(const Batch& table, BodyCompression codec) {
  const BatchFrame frame({&table, 1});
  MutableBuffer bytes(frame.size());
  frame.write(bytes.data());
  return pack(frame, bytes.data(), codec);
}

TEST(BatchFrameTest, PackedRowsOfEveryTypeComeBack) {
  Random random(14);
  Batch table = random_table(random, 300);
  for (BodyCompression codec : {BodyCompression::kLz4, BodyCompression::kZstd}) {
    std::optional<MutableBuffer> frame = packed(table, codec);
    ASSERT_TRUE(frame);
    EXPECT_LT(frame->size(), encode_batch_frame({&table, 1}).size());
    Batch whole = decode_batch_frame(assembler_of(*table.schema), frame->freeze());
    EXPECT_EQ(testing::rows_of(whole), testing::rows_of(table));
  }
}

TEST(BatchFrameTest, WhatIsNotWorthPackingIsNot) {
  Batch few = testing::numbered_rows(2);
  EXPECT_FALSE(packed(few, BodyCompression::kZstd));
  MutableBuffer noise;
  std::mt19937_64 bits(15);
  for (int i = 0; i < 10000; ++i)
    noise.push(static_cast<int64_t>(bits()));
  Batch random{make_schema({{"k", int64_type(), true, {}}}),
               10000,
               {make_column(int64_type(), 10000, noise.freeze())}};
  EXPECT_FALSE(packed(random, BodyCompression::kLz4));
  EXPECT_FALSE(packed(random, BodyCompression::kZstd));
  // Two columns of 8 bytes a row.
  constexpr int64_t kRows = kMostPackedBytes / 16;
  EXPECT_TRUE(packed(testing::numbered_rows(kRows - 64), BodyCompression::kLz4));
  EXPECT_FALSE(packed(testing::numbered_rows(kRows), BodyCompression::kLz4));
}

// One that claims more than its bytes can become does not get the memory for it.
TEST(BatchFrameTest, APackedOneThatLiesIsRefused) {
  Batch table = testing::numbered_rows(300);
  BatchAssembler assembler = assembler_of(*table.schema);
  MutableBuffer good = packed(table, BodyCompression::kZstd).value();
  for (int64_t unpacked : {int64_t{1000}, kMostPackedBytes}) {
    MutableBuffer frame;
    frame.append(good.data(), good.size());
    std::memcpy(frame.data() + kDataHeaderBytes, &unpacked, sizeof unpacked);
    EXPECT_THROW(decode_batch_frame(assembler, frame.freeze()), Error);
  }
  std::mt19937_64 bits(16);
  for (int round = 0; round < 2000; ++round) {
    MutableBuffer frame;
    frame.append(good.data(), good.size());
    frame.data()[1 + bits() % static_cast<size_t>(good.size() - 1)] ^=
        static_cast<uint8_t>(1U << (bits() % 8));
    try {
      (void)testing::rows_of(decode_batch_frame(assembler, frame.freeze()));
    } catch (const Error&) {
    }
  }
}

TEST(BatchFrameTest, RowsThatAreNotThoseThatWereSaid) {
  Batch table = testing::numbered_rows(20);
  MutableBuffer frame = encode_batch_frame({&table, 1});
  uint64_t rows = 21;
  std::memcpy(frame.data() + 16, &rows, sizeof rows);
  BatchAssembler assembler = assembler_of(*table.schema);
  EXPECT_THROW(decode_batch_frame(assembler, frame.freeze()), Error);
}

TEST(BatchFrameTest, ACutOneIsRefused) {
  Batch table = testing::numbered_rows(20);
  Buffer frame = encode_batch_frame({&table, 1}).freeze();
  BatchAssembler assembler = assembler_of(*table.schema);
  for (int64_t size = 0; size < frame.size(); ++size) {
    Buffer cut = Buffer::copy(frame.data(), size);
    try {
      (void)parse_frame(cut.span<uint8_t>());
    } catch (const Error&) {
      continue;
    }
    EXPECT_THROW(decode_batch_frame(assembler, cut), Error) << size;
  }
}

TEST(BatchFrameTest, DamagedOnesAreRowsOrAnError) {
  Random random(12);
  Batch table = random_table(random, 30);
  BatchAssembler assembler = assembler_of(*table.schema);
  MutableBuffer frame = encode_batch_frame({&table, 1});
  std::mt19937_64 bits(13);
  for (int round = 0; round < 3000; ++round) {
    MutableBuffer damaged;
    damaged.append(frame.data(), frame.size());
    for (int change = 0; change < 3; ++change)
      damaged.data()[bits() % static_cast<size_t>(frame.size())] ^=
          static_cast<uint8_t>(1U << (bits() % 8));
    if (damaged.data()[0] != frame.data()[0]) continue;
    try {
      Batch batch = decode_batch_frame(assembler, damaged.freeze());
      (void)testing::rows_of(batch);
    } catch (const Error&) {
    }
  }
}

TEST(BatchFrameTest, DictionariesAreRefusedBeforeTheyAreSent) {
  Schema schema({{"d", dictionary_type(int32_type(), utf8_type()), true, {}}});
  std::string error = testing::error_of([&] { (void)encode_schema_frame(schema); });
  EXPECT_EQ(error,
            "column 'd': dictionary<int32, utf8> cannot be sent; decode its dictionary first");
}

TEST(BatchFrameTest, BytesThatAreNoSchema) {
  std::vector<uint8_t> bytes(64, 0x5A);
  EXPECT_THROW(decode_schema_frame(bytes), Error);
  EXPECT_THROW(decode_schema_frame({}), Error);
}

}  // namespace
}  // namespace penstock
