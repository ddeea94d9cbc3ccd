#include "libcore/rows/run.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/unit/ops/ops_test_tables.h"

namespace penstock {
namespace {

using testing::Random;

Batch random_table(Random& random, int64_t rows, int null_percent) {
  std::vector<testing::NamedColumn> columns;
  for (const TypePtr& type : testing::tried_types()) {
    columns.push_back({"c" + std::to_string(columns.size()),
                       testing::random_column(random, type, rows, 1000, null_percent)});
  }
  return testing::table(columns);
}

TEST(RunTest, RowsComeBackInTheirBatches) {
  Random random(3);
  SpillFile file;
  for (int null_percent : {0, 20, 100}) {
    Batch table = random_table(random, 500, null_percent);
    RunWriter writer(file, table.schema, 4096);
    writer.write(slice(table, 0, 0));
    EXPECT_EQ(file.descriptor() >= 0, null_percent != 0);
    writer.write(slice(table, 0, 100));
    writer.write(slice(table, 100, 400));
    EXPECT_EQ(writer.rows(), 500);
    SpilledRun run = writer.finish();
    EXPECT_EQ(run.rows, 500);
    for (int again = 0; again < 2; ++again) {
      OperatorPtr reader = read_run(file, run);
      testing::Result result = testing::run(*reader);
      EXPECT_EQ(result.rows, testing::rows_of(table));
      EXPECT_EQ(result.largest_batch, 400);
    }
  }
}

TEST(RunTest, RunsWrittenSideBySide) {
  Random random(4);
  SpillFile file;
  Batch table = random_table(random, 640, 10);
  std::vector<std::unique_ptr<RunWriter>> writers;
  for (int i = 0; i < 16; ++i)
    writers.push_back(std::make_unique<RunWriter>(file, table.schema, 1024));
  for (int64_t at = 0; at < table.rows; at += 10)
    writers[static_cast<size_t>(at / 10 % 16)]->write(slice(table, at, 10));
  for (size_t i = 0; i < writers.size(); ++i) {
    SpilledRun run = writers[i]->finish();
    std::vector<std::string> expected;
    for (int64_t at = static_cast<int64_t>(i) * 10; at < table.rows; at += 160) {
      std::vector<std::string> rows = testing::rows_of(slice(table, at, 10));
      expected.insert(expected.end(), rows.begin(), rows.end());
    }
    EXPECT_EQ(testing::run(*read_run(file, run)).rows, expected);
  }
}

TEST(RunTest, NoRowsNeedNoFile) {
  SpillFile file("/nowhere");
  Batch table = testing::table({{"a", testing::column(int64_type(), {})}});
  SpilledRun run = RunWriter(file, table.schema).finish();
  OperatorPtr reader = read_run(file, run);
  EXPECT_EQ(reader->schema()->size(), 1U);
  EXPECT_FALSE(reader->next().has_value());
}

TEST(RunTest, DictionariesAreWrittenAsTheirValues) {
  SpillFile file;
  Column codes = *testing::column(int32_type(), {"1", "0", "1", "null"});
  codes.dictionary = testing::column(utf8_type(), {"y", "x"});
  codes.type = dictionary_type(int32_type(), utf8_type());
  Batch table = testing::table({{"a", std::make_shared<const Column>(codes)}});
  RunWriter writer(file, table.schema);
  EXPECT_EQ((*writer.schema())[0].type->id, TypeId::kUtf8);
  writer.write(table);
  EXPECT_EQ(testing::run(*read_run(file, writer.finish())).rows,
            (std::vector<std::string>{"x", "y", "x", "null"}));
}

TEST(RunTest, ADamagedRunIsAnErrorAndNoRows) {
  unsetenv("TMPDIR");
  SpillFile file;
  std::vector<std::string> numbers;
  for (int i = 0; i < 20000; ++i)
    numbers.push_back(std::to_string(i * 7919 % 20011));
  Batch table = testing::table({{"a", testing::column(int64_type(), numbers)}});
  RunWriter writer(file, table.schema, 4096);
  writer.write(table);
  SpilledRun run = writer.finish();
  uint8_t byte = 0;
  int64_t at = run.segment.blocks.back().offset + 20;
  ASSERT_EQ(pread(file.descriptor(), &byte, 1, at), 1);
  byte ^= 1;
  ASSERT_EQ(pwrite(file.descriptor(), &byte, 1, at), 1);
  OperatorPtr reader = read_run(file, run);
  std::string message = testing::error_of([&] { reader->next(); });
  EXPECT_NE(message.find("temporary file in /tmp: a block is damaged (at byte "), message.npos)
      << message;
}

}  // namespace
}  // namespace penstock
