#include "libcore/data/hash.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/data/take.h"
#include "tests/unit/data/random_column.h"

namespace penstock {
namespace {

uint64_t hash_of(const std::string& type_name, const std::string& text) {
  TypePtr type = parse_type(type_name);
  ColumnPtr column;
  if (is_variable_bytes(type->id)) {
    BytesBuilder builder;
    builder.append(text);
    column = builder.finish(type);
  } else {
    MutableBuffer values;
    EXPECT_TRUE(append_parsed(values, *type, text)) << type_name << text;
    column = make_column(type, 1, values.freeze());
  }
  return key_hashes({&column, 1})[0];
}

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (int value : values)
    out += static_cast<char>(value);
  return out;
}

uint64_t hash_bytes(const std::string& text) {
  return penstock::hash_bytes(text.data(), text.size());
}

std::string little_endian(uint8_t tag, int128_t value, size_t size) {
  std::string out(1, static_cast<char>(tag));
  out.append(reinterpret_cast<const char*>(&value), size);
  return out;
}

// The published vectors of XXH3 with 64 bits and seed 0.
TEST(HashBytes, IsXxh3) {
  EXPECT_EQ(hash_bytes(""), 0x2D06800538D394C2U);
  EXPECT_EQ(hash_bytes("a"), 0xE6C632B61E964E1FU);
  EXPECT_EQ(hash_bytes("abc"), 0x78AF5F94892F3950U);
}

// The contract: no version may give other hashes.
TEST(KeyHash, IsPinned) {
  EXPECT_EQ(hash_of("int64", "42"), 0x3D8E917A3BB2A06CU);
  EXPECT_EQ(hash_of("utf8", "penstock"), 0xD4B6C92F2D2CB072U);
  EXPECT_EQ(hash_of("date32", "2024-02-29"), 0xD025E7C732B14E3EU);
  EXPECT_EQ(hash_of("decimal(15,2)", "12.50"), 0x78289506B071890DU);
  EXPECT_EQ(hash_of("float64", "0.1"), 0x0B8C2A00718B4E40U);
}

TEST(KeyHash, HashesTheCanonicalEncoding) {
  EXPECT_EQ(hash_of("int64", "-2"), hash_bytes(little_endian(1, -2, 8)));
  EXPECT_EQ(hash_of("uint64", "18446744073709551615"), hash_bytes(little_endian(2, UINT64_MAX, 8)));
  EXPECT_EQ(hash_of("float64", "0.5"), hash_bytes(little_endian(3, 0x3FE0000000000000, 8)));
  EXPECT_EQ(hash_of("float64", "nan"), hash_bytes(little_endian(3, 0x7FF8000000000000, 8)));
  EXPECT_EQ(hash_of("float64", "18446744073709551616"),
            hash_bytes(little_endian(3, 0x43F0000000000000, 8)));
  EXPECT_EQ(hash_of("decimal(15,2)", "12.50"),
            hash_bytes(bytes({4, 1}) + little_endian(0, 125, 16).substr(1)));
  EXPECT_EQ(hash_of("decimal(38,0)", "18446744073709551616"),
            hash_bytes(bytes({4, 0}) + little_endian(0, int128_t{1} << 64, 16).substr(1)));
  EXPECT_EQ(hash_of("date32", "1970-01-02"), hash_bytes(little_endian(6, 1, 16)));
  EXPECT_EQ(hash_of("time64[us]", "00:00:01"), hash_bytes(little_endian(7, 1000000000, 16)));
  EXPECT_EQ(hash_of("timestamp[s]", "1969-12-31T23:59:59"),
            hash_bytes(little_endian(8, -1000000000, 16)));
  EXPECT_EQ(hash_of("duration[s]", "PT1S"), hash_bytes(little_endian(10, 1000000000, 16)));
  EXPECT_EQ(hash_of("utf8", "ab"), hash_bytes(little_endian(9, 2, 8) + "ab"));
  BoolBuilder flags;
  flags.append(true);
  flags.append_null();
  ColumnPtr column = flags.finish();
  EXPECT_EQ(key_hashes({&column, 1}),
            (std::vector<uint64_t>{hash_bytes(bytes({5, 1})), hash_bytes(bytes({0}))}));
}

TEST(KeyHash, EqualValuesOfAllWidthsAgree) {
  uint64_t expected = hash_of("int64", "7");
  for (const char* type : {"int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64",
                           "float16", "float32", "float64", "decimal(5,0)", "decimal(38,10)"}) {
    EXPECT_EQ(hash_of(type, "7"), expected) << type;
  }
  expected = hash_of("uint64", "9223372036854775808");
  EXPECT_EQ(hash_of("float64", "9223372036854775808"), expected);
  EXPECT_EQ(hash_of("decimal(38,10)", "9223372036854775808"), expected);
  EXPECT_EQ(hash_of("decimal(20,0)", "18446744073709551615"),
            hash_of("uint64", "18446744073709551615"));
  EXPECT_EQ(hash_of("float64", "-0"), hash_of("int8", "0"));
  EXPECT_EQ(hash_of("decimal(9,4)", "0"), hash_of("int8", "0"));
  EXPECT_EQ(hash_of("float32", "0.5"), hash_of("float64", "0.5"));
  EXPECT_EQ(hash_of("decimal(9,4)", "0.5"), hash_of("decimal(38,1)", "0.5"));
  EXPECT_EQ(hash_of("decimal(38,30)", "1.5"), hash_of("decimal(2,1)", "1.5"));
  EXPECT_EQ(hash_of("timestamp[s]", "2020-01-01T00:00"),
            hash_of("timestamp[ns]", "2020-01-01T00:00"));
  EXPECT_EQ(hash_of("timestamp[s]", "2020-01-01T00:00"),
            hash_of("timestamp[s, UTC]", "2020-01-01T00:00Z"));
  EXPECT_EQ(hash_of("date32", "2020-01-01"), hash_of("date64", "2020-01-01"));
  EXPECT_EQ(hash_of("utf8", "x"), hash_of("binary", "x"));
}

// Blocks, nulls and several columns: each row's hash is that of its encodings one after the other,
// so that of the same row alone.
TEST(KeyHash, OfManyRowsIsThatOfEachAlone) {
  testing::ColumnMaker maker(1);
  for (const TypePtr& type : testing::all_types()) {
    if (!is_hashable(*type)) continue;
    std::vector<ColumnPtr> columns = {plain(maker.make(type, 700)), maker.make(utf8_type(), 700),
                                      maker.make(int64_type(), 700)};
    std::vector<uint64_t> hashes = key_hashes(columns);
    ASSERT_EQ(hashes.size(), 700U);
    for (int64_t i = 0; i < 700; i += 37) {
      std::vector<ColumnPtr> row;
      for (const ColumnPtr& column : columns)
        row.push_back(slice(column, i, 1));
      EXPECT_EQ(key_hashes(row)[0], hashes[static_cast<size_t>(i)]) << type->to_string();
    }
  }
}

// Integers alone go another way.
TEST(KeyHash, OfManyIntegersIsThatOfTheirEncodings) {
  std::vector<int64_t> values{INT64_MIN, INT64_MAX, INT32_MIN, INT32_MAX, -1, 0};
  for (int64_t i = 1; i < 600; ++i)
    values.push_back(i * 1'234'567'890'123);
  for (const TypePtr& type : {int64_type(), int32_type()}) {
    const bool is_wide = type->id == TypeId::kInt64;
    MutableBuffer buffer;
    for (int64_t value : values) {
      if (is_wide) {
        buffer.push(value);
      } else {
        buffer.push(static_cast<int32_t>(value));
      }
    }
    ColumnPtr column = make_column(type, std::ssize(values), buffer.freeze(), {});
    std::vector<uint64_t> hashes = key_hashes({&column, 1});
    ASSERT_EQ(hashes.size(), values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      const int64_t value = is_wide ? values[i] : static_cast<int32_t>(values[i]);
      EXPECT_EQ(hashes[i], hash_bytes(little_endian(1, value, 8))) << value;
    }
  }
}

TEST(KeyHash, RefusesTypesWithout) {
  for (const char* name :
       {"list<int8>", "struct<>", "map<utf8, int8>", "decimal256(50,0)", "month_interval"}) {
    ColumnPtr column = make_null_column(parse_type(name), 3);
    EXPECT_FALSE(is_hashable(*column->type));
    EXPECT_THROW(key_hashes({&column, 1}), Error) << name;
  }
}

}  // namespace
}  // namespace penstock
