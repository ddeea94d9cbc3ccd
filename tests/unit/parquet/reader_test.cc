#include "libcore/parquet/reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "../arrow/random_columns.h"
#include "libcore/data/builder.h"
#include "parquet_testing.h"

namespace penstock::testing {
namespace {

using ParquetReaderTest = ParquetTest;

ColumnPtr numbers(int64_t first, int64_t rows) {
  std::vector<int64_t> values(static_cast<size_t>(rows));
  std::iota(values.begin(), values.end(), first);
  return make_column(int64_type(), rows,
                     Buffer::copy(values.data(), rows * int64_t{sizeof(int64_t)}));
}

SchemaPtr two_columns() {
  return make_schema({{"a", int64_type(), true, {}}, {"b", int64_type(), true, {}}});
}

// a counts from 0, b down from 0; row groups have 100 rows.
std::string counted(int64_t rows) {
  ParquetWriteOptions options;
  options.row_group_rows = 100;
  return write_parquet(two_columns(),
                       {{two_columns(), rows, {numbers(0, rows), numbers(-rows, rows)}}}, options);
}

std::vector<int64_t> first_column(Operator& rows) {
  std::vector<int64_t> values;
  while (std::optional<Batch> batch = rows.next()) {
    const int64_t* from = batch->columns[0]->data<int64_t>();
    values.insert(values.end(), from, from + batch->rows);
  }
  return values;
}

TEST_F(ParquetReaderTest, ReadsChosenColumnsAndThoseOfTheCondition) {
  ParquetReadOptions options;
  options.columns = ColumnList{"b"};
  EXPECT_EQ(open_parquet_bytes(counted(10), options)->schema()->names(),
            std::vector<std::string>{"b"});
  options.where = "a > 3";
  EXPECT_EQ(open_parquet_bytes(counted(10), options)->schema()->names(),
            (std::vector<std::string>{"a", "b"}));
  options.columns.reset();
  options.choose_columns = [](const Schema& schema) {
    return std::optional(std::vector<std::string>{schema[1].name});
  };
  options.where = {};
  EXPECT_EQ(open_parquet_bytes(counted(10), options)->schema()->names(),
            std::vector<std::string>{"b"});
  options.columns = ColumnList(std::vector<std::string>{});
  OperatorPtr none = open_parquet_bytes(counted(10), options);
  EXPECT_EQ(none->schema()->size(), 0U);
  EXPECT_EQ(none->next()->rows, 10);
}

TEST_F(ParquetReaderTest, PartsAreTheFile) {
  const std::string bytes = counted(1050);
  for (int64_t parts : {1, 2, 7, 30}) {
    std::vector<int64_t> all;
    for (int64_t part = 1; part <= parts; ++part) {
      ParquetReadOptions options;
      options.partition = part;
      options.partitions = parts;
      OperatorPtr rows = open_parquet_bytes(bytes, options);
      for (int64_t value : first_column(*rows))
        all.push_back(value);
    }
    std::vector<int64_t> wanted(1050);
    std::iota(wanted.begin(), wanted.end(), 0);
    EXPECT_EQ(all, wanted) << parts;
  }
}

TEST_F(ParquetReaderTest, LeavesOutRowGroupsThatTheConditionCannotSelect) {
  ParquetReadOptions options;
  options.where = "a between 250 and 320";
  OperatorPtr rows = open_parquet_bytes(counted(1000), options);
  const std::vector<int64_t> values = first_column(*rows);
  ASSERT_EQ(values.size(), 200U);
  EXPECT_EQ(values.front(), 200);
  EXPECT_EQ(values.back(), 399);
  options.where = "a > 5000";
  EXPECT_TRUE(first_column(*open_parquet_bytes(counted(1000), options)).empty());
}

TEST_F(ParquetReaderTest, StatesTheBytesOfAllRowGroups) {
  const std::string bytes = counted(1000);
  std::vector<int64_t> blocks;
  ParquetReadOptions options;
  options.where = "a < 10";
  options.on_block = [&](int64_t size) { blocks.push_back(size); };
  OperatorPtr rows = open_parquet_bytes(bytes, options);
  first_column(*rows);
  EXPECT_EQ(blocks.size(), 10U);
  EXPECT_LT(std::accumulate(blocks.begin(), blocks.end(), int64_t{0}), std::ssize(bytes));
}

TEST_F(ParquetReaderTest, ReadsWhatCannotBeSought) {
  auto source = std::make_unique<PipedSource>(counted(1000), 77);
  OperatorPtr rows = open_parquet(std::make_unique<PeekableSource>(std::move(source)));
  EXPECT_EQ(first_column(*rows).size(), 1000U);
}

TEST_F(ParquetReaderTest, RecognizesFilesButNoText) {
  auto begins = [](std::string_view text) {
    return is_parquet({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  };
  EXPECT_TRUE(begins(counted(3)));
  EXPECT_TRUE(begins("PAR1\x15"));
  EXPECT_FALSE(begins("PAR1"));
  EXPECT_FALSE(begins("PAR1,PAR2\n"));
  EXPECT_FALSE(begins("PAR1\n"));
}

TEST_F(ParquetReaderTest, RefusesEveryCut) {
  const std::string bytes = counted(300);
  for (size_t size = 5; size < bytes.size(); size += 7) {
    const std::string error = error_of([&] {
      OperatorPtr rows = open_parquet_bytes(bytes.substr(0, size));
      first_column(*rows);
    });
    EXPECT_TRUE(error.starts_with("f.parquet: ")) << error;
  }
}

// Numbers, words of a dictionary, and lists of numbers.
std::string mixed(int64_t rows) {
  const SchemaPtr schema = make_schema({{"a", int64_type(), true, {}},
                                        {"b", utf8_type(), true, {}},
                                        {"c", list_type(int32_type()), true, {}}});
  Random random(3);
  ParquetWriteOptions options;
  options.row_group_rows = 100;
  options.codec = ParquetCodec::kNone;
  return write_parquet(schema,
                       {{schema,
                         rows,
                         {numbers(0, rows), random_column(random, utf8_type(), rows),
                          random_column(random, list_type(int32_type()), rows)}}},
                       options);
}

// Whatever is damaged, there is an Error or there are rows; nothing else happens.
TEST_F(ParquetReaderTest, SurvivesDamage) {
  const std::string bytes = mixed(250);
  int errors = 0;
  for (size_t at = 4; at < bytes.size(); ++at) {
    for (unsigned change : {0x01U, 0x80U, 0xFFU}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(static_cast<uint8_t>(damaged[at]) ^ change);
      try {
        ParquetReadOptions options;
        options.where = "a > 150 or b is null";
        OperatorPtr rows = open_parquet_bytes(damaged, options);
        first_column(*rows);
      } catch (const Error& error) {
        EXPECT_TRUE(error.message().starts_with("f.parquet: ")) << error.message();
        ++errors;
      }
    }
  }
  EXPECT_GT(errors, 100);
}

// A footer of columns in each other, one byte pattern for each, of which none has a value.
TEST_F(ParquetReaderTest, RefusesColumnsTooDeepForAnyStack) {
  std::string footer("\x15\x02\x19\xFC", 4);
  const int64_t depth = 1'000'000;
  for (auto rest = static_cast<uint64_t>(depth); rest > 0; rest >>= 7)
    footer += static_cast<char>((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
  for (int64_t i = 0; i < depth; ++i)
    footer += std::string("\x48\x01x\x15\x02\x00", 6);
  std::string bytes = std::string("PAR1\x15", 5) + footer;
  const auto size = static_cast<uint32_t>(footer.size());
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes += "PAR1";
  EXPECT_EQ(error_of([&] { open_parquet_bytes(bytes); }),
            "f.parquet: has columns more than 64 levels deep");
}

}  // namespace
}  // namespace penstock::testing
