#include "libcore/data/take.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "tests/unit/data/random_column.h"

namespace penstock {
namespace {

using testing::all_types;
using testing::ColumnMaker;
using testing::rows_as_json;

constexpr int64_t kLengths[] = {0, 1, 7, 8, 9, 64, 65, 200};

std::vector<RowIndex> random_rows(ColumnMaker& maker, int64_t length, uint64_t count,
                                  bool missing) {
  std::vector<RowIndex> rows;
  for (uint64_t i = 0; i < count; ++i) {
    if (missing && maker.below(4) == 0) {
      rows.push_back(-1);
    } else if (length > 0) {
      rows.push_back(static_cast<RowIndex>(maker.below(static_cast<uint64_t>(length))));
    }
  }
  return rows;
}

TEST(Take, AgreesWithRowsOneByOneForEveryType) {
  ColumnMaker maker(1);
  for (const TypePtr& type : all_types()) {
    for (int64_t length : kLengths) {
      for (bool missing : {false, true}) {
        SCOPED_TRACE(type->to_string() + " of " + std::to_string(length));
        ColumnPtr column = maker.make(type, length);
        validate(*column);
        std::vector<RowIndex> rows = random_rows(maker, length, 100, missing);
        ColumnPtr taken = missing ? take_or_null(*column, rows) : take(*column, rows);
        validate(*taken);
        std::vector<std::string> before = rows_as_json(*column);
        std::vector<std::string> after = rows_as_json(*taken);
        ASSERT_EQ(after.size(), rows.size());
        for (size_t i = 0; i < rows.size(); ++i) {
          ASSERT_EQ(after[i], rows[i] < 0 ? "null" : before[static_cast<size_t>(rows[i])]);
        }
        EXPECT_TRUE(equals(*taken->type, *type));
      }
    }
  }
}

TEST(TakeFrom, AgreesWithRowsOneByOneForEveryType) {
  ColumnMaker maker(2);
  for (const TypePtr& type : all_types()) {
    for (bool missing : {false, true}) {
      SCOPED_TRACE(type->to_string());
      std::vector<ColumnPtr> parts;
      std::vector<std::vector<std::string>> before;
      for (int64_t length : {5, 0, 70}) {
        parts.push_back(maker.make(type, length));
        before.push_back(rows_as_json(*parts.back()));
      }
      std::vector<PartRow> rows;
      for (int i = 0; i < 150; ++i) {
        auto part = static_cast<int32_t>(maker.below(2) * 2);
        auto row = static_cast<RowIndex>(maker.below(part == 0 ? 5 : 70));
        rows.push_back(missing && maker.below(4) == 0 ? PartRow{-1, 0} : PartRow{part, row});
      }
      ColumnPtr taken = take_from(parts, rows);
      validate(*taken);
      std::vector<std::string> after = rows_as_json(*taken);
      for (size_t i = 0; i < rows.size(); ++i) {
        const PartRow& row = rows[i];
        ASSERT_EQ(after[i],
                  row.part < 0
                      ? "null"
                      : before[static_cast<size_t>(row.part)][static_cast<size_t>(row.row)]);
      }
    }
  }
}

TEST(TakeInTurn, AgreesWithTakeFromForEveryType) {
  ColumnMaker maker(7);
  for (const TypePtr& type : all_types()) {
    SCOPED_TRACE(type->to_string());
    std::vector<ColumnPtr> parts;
    std::vector<PartRow> rows;
    for (int64_t length : {5, 0, 70, 1}) {
      for (int64_t picked = 2 * length; picked > 0; --picked) {
        rows.push_back({static_cast<int32_t>(parts.size()),
                        static_cast<RowIndex>(maker.below(static_cast<uint64_t>(length)))});
      }
      parts.push_back(maker.make(type, length));
    }
    for (size_t count : {rows.size(), size_t{3}, size_t{0}}) {
      ColumnPtr taken = take_in_turn(parts, std::span(rows).first(count));
      validate(*taken);
      EXPECT_EQ(rows_as_json(*taken),
                rows_as_json(*take_from(parts, std::span(rows).first(count))));
    }
  }
}

TEST(WriteValues, AreThoseOfATakenColumn) {
  ColumnMaker maker(9);
  int tried = 0;
  for (const TypePtr& type : all_types()) {
    SCOPED_TRACE(type->to_string());
    std::vector<std::vector<ColumnPtr>> columns(1);
    std::vector<PartRow> rows;
    for (int32_t part = 0; part < 3; ++part) {
      ColumnPtr made = maker.make(type, 50);
      auto bare = std::make_shared<Column>(*made);
      bare->validity = {};
      bare->null_count = 0;
      const bool has_nulls = made->null_count != 0;
      EXPECT_FALSE(has_nulls && are_bare_values({&made, 1}));
      columns[0].push_back(bare);
      for (RowIndex row = part; row < 50; row += 3)
        rows.push_back({part, row});
    }
    if (!are_bare_values(columns[0])) continue;
    ++tried;
    Field field{"c", type, true, {}};
    RowsInTurn picked{make_schema({field}), columns, rows};
    Batch taken = take(picked);
    const int64_t bytes = taken.rows * fixed_width(*type);
    std::vector<uint64_t> written(static_cast<size_t>(bytes) / sizeof(uint64_t) + 1);
    write_values(picked, 0, reinterpret_cast<uint8_t*>(written.data()));
    EXPECT_EQ(
        std::memcmp(written.data(), taken.columns[0]->values.data(), static_cast<size_t>(bytes)),
        0);
  }
  EXPECT_GT(tried, 15);
  ColumnPtr empty = make_column(parse_type("fixed_size_binary(0)"), 3, Buffer());
  EXPECT_FALSE(are_bare_values({&empty, 1}));
}

TEST(Slice, AgreesWithRowsOneByOneForEveryType) {
  ColumnMaker maker(3);
  for (const TypePtr& type : all_types()) {
    for (int64_t length : kLengths) {
      SCOPED_TRACE(type->to_string() + " of " + std::to_string(length));
      ColumnPtr column = maker.make(type, length);
      std::vector<std::string> before = rows_as_json(*column);
      for (int64_t offset = 0; offset <= length; offset += 1 + length / 20) {
        for (int64_t size : {int64_t{0}, int64_t{1}, (length - offset) / 2, length - offset}) {
          if (offset + size > length) continue;
          ColumnPtr part = slice(column, offset, size);
          validate(*part);
          auto first = before.begin() + offset;
          ASSERT_EQ(rows_as_json(*part), std::vector<std::string>(first, first + size));
        }
      }
    }
  }
}

TEST(Slice, SharesBuffers) {
  ColumnMaker maker(4);
  ColumnPtr column = maker.make(int64_type(), 100);
  EXPECT_EQ(slice(column, 10, 20)->values.data(), column->values.data() + 80);
  EXPECT_EQ(slice(column, 0, 100), column);
}

TEST(Concatenate, AgreesWithRowsOneByOneForEveryType) {
  ColumnMaker maker(5);
  for (const TypePtr& type : all_types()) {
    SCOPED_TRACE(type->to_string());
    for (int round = 0; round < 5; ++round) {
      std::vector<ColumnPtr> parts;
      std::vector<std::string> expected;
      for (int64_t length : {3, 0, 64, 13, 1}) {
        parts.push_back(maker.make(type, length));
        std::vector<std::string> rows = rows_as_json(*parts.back());
        expected.insert(expected.end(), rows.begin(), rows.end());
      }
      ColumnPtr whole = concatenate(parts);
      validate(*whole);
      ASSERT_EQ(rows_as_json(*whole), expected);
    }
  }
}

TEST(Concatenate, OfBatchesKeepsSchemaAndRows) {
  ColumnMaker maker(6);
  SchemaPtr schema = make_schema({{"a", int64_type(), true, {}}, {"b", utf8_type(), true, {}}});
  std::vector<Batch> batches;
  for (int64_t rows : {2, 5}) {
    batches.push_back(
        {schema, rows, {maker.make(int64_type(), rows), maker.make(utf8_type(), rows)}});
  }
  Batch whole = concatenate(batches);
  EXPECT_EQ(whole.rows, 7);
  EXPECT_EQ(whole.schema, schema);
  EXPECT_EQ(rows_as_json(*slice(whole, 2, 5).columns[1]), rows_as_json(*batches[1].columns[1]));
  std::vector<RowIndex> rows = {6, 0};
  EXPECT_EQ(take(whole, rows).rows, 2);
  // A batch without columns has rows all the same.
  Batch empty{make_schema({}), 3, {}};
  EXPECT_EQ(take(empty, rows).rows, 2);
}

TEST(Concatenate, RefusesDictionariesPastTheirIndex) {
  auto make = [](int from) {
    BytesBuilder values;
    for (int i = 0; i < 100; ++i)
      values.append(std::to_string(from + i));
    auto column = std::make_shared<Column>();
    column->type = dictionary_type(make_type(TypeId::kInt8), utf8_type());
    column->length = 1;
    column->values = make_bitmap(8, false).freeze();
    column->dictionary = values.finish(utf8_type());
    return ColumnPtr(column);
  };
  std::vector<ColumnPtr> parts = {make(0), make(1000)};
  EXPECT_THROW(concatenate(parts), Error);
  parts[1] = parts[0];
  EXPECT_EQ(concatenate(parts)->dictionary, parts[0]->dictionary);
}

TEST(Take, RefusesOver2GiBOfText) {
  BytesBuilder builder;
  builder.append(std::string(1 << 20, 'x'));
  ColumnPtr column = builder.finish(utf8_type());
  std::vector<RowIndex> rows(2048, 0);
  try {
    take(*column, rows);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("over 2 GiB in one batch"), std::string::npos);
  }
}

TEST(TrueRows, AgreesWithRowsOneByOne) {
  ColumnMaker maker(7);
  for (int64_t length : {0, 1, 63, 64, 65, 128, 1000}) {
    for (int round = 0; round < 10; ++round) {
      ColumnPtr column = maker.make(bool_type(), length);
      std::vector<RowIndex> expected;
      for (int64_t i = 0; i < length; ++i) {
        if (column->is_valid(i) && column->bool_at(i)) expected.push_back(static_cast<RowIndex>(i));
      }
      ASSERT_EQ(true_rows(*column), expected);
    }
  }
}

TEST(Plain, DecodesDictionariesAndNarrowsLargeTypes) {
  ColumnMaker maker(8);
  for (const char* name : {"dictionary<int8, utf8>", "dictionary<uint64, float64>", "large_utf8",
                           "large_binary", "dictionary<int32, large_utf8>", "int64", "utf8"}) {
    TypePtr type = parse_type(name);
    for (int64_t length : {0, 1, 50}) {
      ColumnPtr column = maker.make(type, length);
      ColumnPtr plain_column = plain(column);
      validate(*plain_column);
      EXPECT_TRUE(equals(*plain_column->type, *plain(type))) << name;
      EXPECT_EQ(rows_as_json(*plain_column), rows_as_json(*column)) << name;
    }
  }
  EXPECT_EQ(plain(parse_type("dictionary<int32, large_utf8>"))->id, TypeId::kUtf8);
}

}  // namespace
}  // namespace penstock
