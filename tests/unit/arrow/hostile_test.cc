// Messages made by hand that no writer sends: each must be an Error that says what is wrong.
#include <gtest/gtest.h>

#include <limits>

#include "ipc_testing.h"
#include "libcore/arrow/message.h"
#include "libcore/base/limits.h"
#include "random_columns.h"

namespace penstock::testing {
namespace {

std::string framed(const std::vector<uint8_t>& metadata) {
  std::vector<uint8_t> bytes = frame_metadata(metadata, 0);
  return {bytes.begin(), bytes.end()};
}

// A stream of one column with one batch, as declared.
struct Crafted {
  TypePtr type = int32_type();
  BatchMetadata batch;
  std::string body = std::string(64, '\0');
  std::optional<BatchMetadata> dictionary;
  bool is_delta = false;
  int64_t dictionary_id = 0;

  Crafted(TypePtr of, int64_t rows, std::vector<BufferRange> buffers) : type(std::move(of)) {
    batch.rows = rows;
    batch.nodes = {{rows, 0}};
    batch.buffers = std::move(buffers);
  }

  std::string bytes() const {
    auto size = static_cast<int64_t>(body.size());
    std::string out = framed(encode_schema(*make_schema({{"c", type, true, {}}})));
    if (dictionary) {
      out += framed(encode_dictionary(dictionary_id, is_delta, *dictionary, size)) + body;
    }
    out += framed(encode_batch(batch, size)) + body;
    return out.append(kEndMarker, kEndMarker + 8);
  }

  std::string error() const {
    return error_of([this] {
      OperatorPtr input = open_piped(bytes());
      read_all(*input);
    });
  }

  // The column as read.
  ColumnPtr column() const {
    OperatorPtr input = open_piped(bytes());
    return read_all(*input).at(0).columns.at(0);
  }
};

void expect_says(const std::string& error, std::string_view part) {
  EXPECT_NE(error.find(part), std::string::npos) << error;
}

constexpr int64_t kHuge = std::numeric_limits<int64_t>::max();

TEST(Hostile, TheCraftIsSound) {
  EXPECT_EQ(Crafted(int32_type(), 16, {{0, 0}, {0, 64}}).column()->length, 16);
  EXPECT_EQ(Crafted(int32_type(), 0, {{0, 0}, {0, 0}}).bytes().size() % 8, 0U);
}

TEST(Hostile, BuffersOutsideOfTheBody) {
  for (BufferRange range : {BufferRange{1, 64},
                            {-8, 64},
                            {64, 64},
                            {kHuge, 64},
                            {0, kHuge},
                            {kHuge, kHuge},
                            {8, -8},
                            {-kHuge - 1, kHuge}}) {
    expect_says(Crafted(int32_type(), 1, {{0, 0}, range}).error(), "outside of its body");
  }
}

TEST(Hostile, PlaceIsNamed) {
  expect_says(Crafted(int32_type(), 1, {{0, 0}, {1, 64}}).error(), "pipe: batch 1: column 'c': ");
}

TEST(Hostile, BuffersTooShort) {
  expect_says(Crafted(int32_type(), 17, {{0, 0}, {0, 64}}).error(), "64 bytes where 68 are needed");
  expect_says(Crafted(utf8_type(), 16, {{0, 0}, {0, 64}, {0, 0}}).error(), "where 68 are needed");
  expect_says(Crafted(bool_type(), kMaxBatchRows, {{0, 0}, {0, 64}}).error(), "are needed");
  expect_says(
      Crafted(make_custom(TypeId::kFixedSizeBinary, {}, std::numeric_limits<int32_t>::max()),
              kMaxBatchRows, {{0, 0}, {0, 64}})
          .error(),
      "are needed");
}

TEST(Hostile, RowCounts) {
  expect_says(Crafted(int32_type(), -1, {{0, 0}, {0, 64}}).error(), "rows");
  expect_says(Crafted(int32_type(), kMaxBatchRows + 1, {{0, 0}, {0, 64}}).error(), "at most");
  Crafted differs(int32_type(), 3, {{0, 0}, {0, 64}});
  differs.batch.nodes[0].length = 4;
  expect_says(differs.error(), "4 rows in a batch of 3");
}

TEST(Hostile, NullCounts) {
  Crafted counted(int32_type(), 8, {{0, 1}, {0, 64}});
  expect_says(counted.error(), "0 nulls are declared but the validity bitmap has 8");
  counted.batch.nodes[0].null_count = 9;
  expect_says(counted.error(), "8 rows with 9 nulls");
  counted.batch.nodes[0].null_count = -1;  // not counted by its writer
  EXPECT_EQ(counted.column()->null_count, 8);
  Crafted missing(int32_type(), 8, {{0, 0}, {0, 64}});
  missing.batch.nodes[0].null_count = 1;
  expect_says(missing.error(), "no validity bitmap");
}

TEST(Hostile, BitsBehindTheEndAreCleared) {
  Crafted crafted(int32_type(), 3, {{0, 1}, {8, 56}});
  crafted.body[0] = '\xFD';
  crafted.batch.nodes[0].null_count = 1;
  EXPECT_EQ(crafted.column()->validity.data()[0], 5);
}

TEST(Hostile, MisalignedBuffersAreCopied) {
  Crafted crafted(decimal_type(10, 2), 1, {{0, 0}, {3, 16}});
  crafted.body[3] = 77;
  ColumnPtr column = crafted.column();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(column->values.data()) % 16, 0U);
  EXPECT_EQ(cell_text(*column, 0), "77");
}

TEST(Hostile, NodesAndBuffersThatDoNotFitTheSchema) {
  expect_says(Crafted(int32_type(), 1, {{0, 0}}).error(), "fewer columns or buffers");
  expect_says(Crafted(int32_type(), 1, {{0, 0}, {0, 64}, {0, 64}}).error(),
              "more columns or buffers");
  expect_says(Crafted(list_type(int32_type()), 1, {{0, 0}, {0, 64}, {0, 0}, {0, 64}}).error(),
              "fewer columns or buffers");
}

TEST(Hostile, OffsetsAndText) {
  Crafted falling(utf8_type(), 2, {{0, 0}, {0, 12}, {16, 16}});
  falling.body[4] = 9;
  falling.body[8] = 3;
  expect_says(falling.error(), "offsets");
  Crafted past(utf8_type(), 1, {{0, 0}, {0, 8}, {16, 16}});
  past.body[4] = 17;
  expect_says(past.error(), "offsets");
  Crafted text(utf8_type(), 1, {{0, 0}, {0, 8}, {16, 16}});
  text.body[4] = 1;
  text.body[16] = '\xC3';
  expect_says(text.error(), "UTF-8");
}

TEST(Hostile, Dictionaries) {
  TypePtr type = dictionary_type(make_type(TypeId::kInt8), int32_type());
  Crafted none(type, 1, {{0, 0}, {0, 1}});
  expect_says(none.error(), "dictionary");
  Crafted past(type, 1, {{0, 0}, {0, 1}});
  past.dictionary = Crafted(int32_type(), 1, {{0, 0}, {0, 64}}).batch;
  past.body[0] = 1;
  expect_says(past.error(), "dictionary");
  past.body[0] = 0;
  EXPECT_EQ(cell_text(*past.column(), 0), "0");
  past.is_delta = true;  // of nothing yet
  EXPECT_EQ(cell_text(*past.column(), 0), "0");
  past.dictionary_id = 1;
  expect_says(past.error(), "dictionary 1 belongs to no column");
}

TEST(Hostile, CompressedBuffers) {
  for (BodyCompression codec : {BodyCompression::kLz4, BodyCompression::kZstd}) {
    Crafted crafted(int32_type(), 1, {{0, 0}, {0, 64}});
    crafted.batch.compression = codec;
    auto with_size = [&](int64_t size) {
      std::memcpy(crafted.body.data(), &size, sizeof size);
      return crafted.error();
    };
    expect_says(with_size(kHuge), "impossible size");
    expect_says(with_size(-2), "impossible size");
    expect_says(with_size(int64_t{1} << 20),
                codec == BodyCompression::kLz4 ? "impossible" : "damaged");
    expect_says(with_size(64), "damaged");
    crafted.batch.buffers[1].size = 7;
    expect_says(crafted.error(), "damaged");
    crafted.batch.buffers[1].size = 12;
    std::memset(crafted.body.data(), 0xFF, 8);
    EXPECT_EQ(cell_text(*crafted.column(), 0), "0");
  }
}

TEST(Hostile, MetadataSizes) {
  std::string bytes("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 8);
  expect_says(error_of([&] { open_piped(bytes); }), "bytes of metadata; at most");
  // Declared but not there.
  std::string missing("\xFF\xFF\xFF\xFF\0\0\0\x02", 8);
  expect_says(error_of([&] { open_piped(missing); }), "input ended before end-of-stream");
  std::string zeros = std::string("\xFF\xFF\xFF\xFF\x40\0\0\0", 8) + std::string(64, '\0');
  expect_says(error_of([&] { open_piped(zeros); }), "metadata is damaged");
}

TEST(Hostile, BodySizes) {
  std::string schema = framed(encode_schema(*make_schema({{"c", int32_type(), true, {}}})));
  BatchMetadata batch = Crafted(int32_type(), 1, {{0, 0}, {0, 64}}).batch;
  for (int64_t size : {int64_t{-1}, kMaxMessageBodyBytes + 1, kHuge}) {
    std::string bytes = schema + framed(encode_batch(batch, size));
    expect_says(error_of([&] { open_piped(bytes)->next(); }), "a message body of");
  }
  std::string bytes = schema + framed(encode_batch(batch, kMaxMessageBodyBytes)) + "few";
  expect_says(error_of([&] { open_piped(bytes)->next(); }), "input ended before end-of-stream");
}

TEST(Hostile, OrderOfMessages) {
  std::string schema = framed(encode_schema(*make_schema({{"c", int32_type(), true, {}}})));
  std::string batch = framed(encode_batch(Crafted(int32_type(), 0, {{0, 0}, {0, 0}}).batch, 0));
  std::string end(kEndMarker, kEndMarker + 8);
  expect_says(error_of([&] { open_piped(batch + end); }), "does not begin with its schema");
  expect_says(error_of([&] { open_piped(end); }), "ends before its schema");
  expect_says(error_of([&] { open_piped(schema + schema + end)->next(); }), "a second schema");
}

TypePtr nested(int levels) {
  TypePtr type = int32_type();
  for (int i = 0; i < levels; ++i)
    type = list_type(type);
  return type;
}

TEST(Hostile, NestingUpToTheLimit) {
  auto stream = [](int levels) {
    SchemaPtr schema = make_schema({{"c", nested(levels), true, {}}});
    return write_all(schema, {});
  };
  EXPECT_FALSE(open_piped(stream(kMaxNesting - 1))->next().has_value());
  expect_says(error_of([&] { open_piped(stream(kMaxNesting)); }), "nested deeper than 64");
  expect_says(error_of([&] { open_piped(stream(2000)); }), "damaged");
}

TEST(Hostile, ColumnsUpToTheLimit) {
  auto stream = [](int64_t count) {
    std::vector<Field> fields(static_cast<size_t>(count), Field{"c", int32_type(), true, {}});
    return write_all(make_schema(std::move(fields)), {});
  };
  EXPECT_EQ(open_piped(stream(kMaxColumns), 1 << 20)->schema()->size(),
            static_cast<size_t>(kMaxColumns));
  expect_says(error_of([&] { open_piped(stream(kMaxColumns + 1), 1 << 20); }), "columns");
}

TEST(Hostile, UnionsWithCodesTwice) {
  std::vector<Field> members{{"x", int32_type(), true, {}}, {"y", int32_type(), true, {}}};
  TypePtr type = make_custom(TypeId::kSparseUnion, members, 0, {3, 3});
  expect_says(error_of([&] {
                open_piped(write_all(make_schema({{"u", type, true, {}}}), {}));
              }),
              "column 'u': a union's type code 3");
}

}  // namespace
}  // namespace penstock::testing
