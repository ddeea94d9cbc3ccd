#include "libcore/exchange_files/write_partitions.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <map>
#include <memory>
#include <random>

#include "libcore/base/error.h"
#include "libcore/exchange_files/read_files.h"
#include "libcore/partition/range_bounds.h"
#include "tests/unit/exchange_files/written_files.h"

namespace penstock {
namespace {

using testing::column;
using testing::error_of;
using testing::keyed_rows;
using testing::table;

class WritePartitionsTest : public testing::WrittenFilesTest {
 protected:
  std::vector<std::string> rows_of(int32_t partition) const {
    return testing::run(*read_files(files_of(partition))).rows;
  }
};

PartitionOptions by(PartitionKind kind, int64_t partitions, const char* keys = "") {
  PartitionOptions how;
  how.kind = kind;
  how.partitions = partitions;
  if (*keys != '\0') how.keys = parse_sort_keys(keys);
  return how;
}

PartitionOptions by_grid(int64_t rows, int64_t columns, bool is_second) {
  PartitionOptions how = by(PartitionKind::kGrid, rows * columns);
  how.grid_rows = rows;
  how.grid_columns = columns;
  how.is_second_input = is_second;
  return how;
}

// The rows of each partition, by the partitioner alone.
std::vector<std::vector<std::string>> placed(const PartitionOptions& how, const Batch& rows) {
  std::vector<std::vector<std::string>> partitions(static_cast<size_t>(how.partitions));
  std::vector<int32_t> targets(static_cast<size_t>(rows.rows));
  const std::unique_ptr<Partitioner> partitioner = make_partitioner(how, *rows.schema);
  partitioner->assign(rows, targets);
  const std::vector<std::string> texts = testing::rows_of(rows);
  for (size_t i = 0; i < targets.size(); ++i) {
    for (int32_t partition : partitioner->members(targets[i]))
      partitions[static_cast<size_t>(partition)].push_back(texts[i]);
  }
  return partitions;
}

TEST_F(WritePartitionsTest, EachPartitionHasTheRowsOfThePartitioner) {
  const Batch rows = keyed_rows(5000);
  PartitionOptions range = by(PartitionKind::kRange, 4, "k");
  range.bounds = parse_bounds("10,20,30", *rows.schema, range.keys);
  PartitionOptions late = by(PartitionKind::kRoundRobin, 3);
  late.start = 2;
  const std::vector<PartitionOptions> ways = {by(PartitionKind::kHash, 5, "k,v"),
                                              by(PartitionKind::kHash, 1, "k"),
                                              range,
                                              by(PartitionKind::kRoundRobin, 3),
                                              late,
                                              by(PartitionKind::kBroadcast, 3),
                                              by(PartitionKind::kSingle, 3),
                                              by_grid(2, 3, false),
                                              by_grid(2, 3, true)};
  for (const PartitionOptions& how : ways) {
    SCOPED_TRACE(static_cast<int>(how.kind));
    const std::vector<PartitionFile> list = written(rows, how);
    EXPECT_EQ(read_partition_list(path("out")), list);
    const auto expected = placed(how, rows);
    for (size_t partition = 0; partition < expected.size(); ++partition)
      EXPECT_EQ(rows_of(static_cast<int32_t>(partition)), expected[partition]) << partition;
    std::filesystem::remove_all(path("out"));
  }
}

TEST_F(WritePartitionsTest, RangesAreFoundInTheRowsAndEven) {
  written(keyed_rows(5000), by(PartitionKind::kRange, 5, "k:desc"));
  std::string before = "99";
  for (int32_t partition = 0; partition < 5; ++partition) {
    const std::vector<std::string> rows = rows_of(partition);
    EXPECT_NEAR(static_cast<double>(rows.size()), 1000, 300);
    std::string least = "99";
    for (const std::string& row : rows) {
      const std::string key = row.substr(0, row.find('|'));
      EXPECT_LT(std::stoi(key), std::stoi(before));
      if (std::stoi(key) < std::stoi(least)) least = key;
    }
    before = least;
  }
}

TEST_F(WritePartitionsTest, ThereIsAFileForEachTargetThatHasRows) {
  const Batch rows = table({{"k", column(int64_type(), {"1", "1"})}});
  const std::vector<PartitionFile> files = written(rows, by(PartitionKind::kHash, 4096, "k"));
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].partitions.size(), 1U);
  EXPECT_EQ(files[0].name, std::to_string(files[0].partitions[0] + 1) + ".arrow");
  EXPECT_EQ(files[0].facts.rows, 2);
  EXPECT_EQ(files[1].name, kSchemaFile);
  for (const PartitionFile& file : files) {
    EXPECT_EQ(std::filesystem::file_size(path("out") + "/" + file.name),
              static_cast<uint64_t>(file.facts.bytes));
  }
  // A partition without rows has the schema, and what it states of the placement.
  const OperatorPtr none = read_files(files_of(files[0].partitions[0] == 0 ? 1 : 0));
  EXPECT_EQ((*none->schema())[0].name, "k");
  EXPECT_EQ(none->schema()->metadata_value(kPartitioningKey), "k");
  EXPECT_FALSE(none->next().has_value());
}

TEST_F(WritePartitionsTest, MetadataOfABatchReachesEveryFile) {
  const Batch rows = keyed_rows(50);
  Batch second = rows;
  second.metadata = std::make_shared<const Metadata>(Metadata{{"a", "b"}});
  Batch empty = batch_without_rows(rows.schema, second.metadata);
  OperatorPtr input = testing::source(rows.schema, {rows, second, rows, empty});
  const PartitionOptions how = by(PartitionKind::kHash, 4, "k");
  write_partitions(*input, how, path("out"), {});
  const auto expected = placed(how, rows);
  for (int32_t partition = 0; partition < 4; ++partition) {
    const OperatorPtr read = read_files(files_of(partition));
    std::vector<int64_t> marks;  // the rows up to and with each batch that has metadata
    int64_t count = 0;
    while (std::optional<Batch> batch = read->next()) {
      count += batch->rows;
      if (batch->metadata == nullptr) continue;
      EXPECT_EQ(*batch->metadata, *second.metadata);
      marks.push_back(count);
    }
    const auto once = std::ssize(expected[static_cast<size_t>(partition)]);
    EXPECT_EQ(marks, (std::vector<int64_t>{2 * once, 3 * once}));
  }
}

TEST_F(WritePartitionsTest, BytesAreCounted) {
  OperatorPtr input = testing::source(keyed_rows(1000), 100);
  int64_t counted = 0;
  const auto files = write_partitions(*input, by(PartitionKind::kHash, 3, "k"), path("out"), {},
                                      [&](int64_t bytes) { counted += bytes; });
  int64_t bytes = 0;
  for (const PartitionFile& file : files)
    bytes += file.facts.bytes;
  EXPECT_EQ(counted, bytes);
}

TEST_F(WritePartitionsTest, TheFolderIsNewOrEmpty) {
  const Batch rows = keyed_rows(10);
  const PartitionOptions how = by(PartitionKind::kSingle, 1);
  std::filesystem::create_directory(path("empty"));
  EXPECT_EQ(written(rows, how, "empty").size(), 2U);
  EXPECT_EQ(error_of([&] { written(rows, how, "empty"); }),
            path("empty") + ": is not empty; name a new folder, or remove its files");
  EXPECT_EQ(error_of([&] { written(rows, how, "no/folder"); }),
            path("no/folder") + ": create: No such file or directory");
  write("file", "");
  EXPECT_EQ(error_of([&] { written(rows, how, "file"); }), path("file") + ": Not a directory");
}

TEST_F(WritePartitionsTest, AnUnknownKeyIsRefusedBeforeAnythingIsWritten) {
  EXPECT_NE(error_of([&] {
              written(keyed_rows(10), by(PartitionKind::kHash, 2, "x"));
            }).find("unknown column 'x'"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("out")));
}

// A file that grows past the limit of the process fails as one on a full disk does.
TEST_F(WritePartitionsTest, WhatCannotBeWrittenLeavesNoList) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_EQ(signal(SIGXFSZ, SIG_IGN), SIG_DFL);
  const rlimit small{10'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string refused =
      error_of([&] { written(keyed_rows(5000), by(PartitionKind::kHash, 2, "k")); });
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_DFL);
  EXPECT_NE(refused.find(": write: File too large"), std::string::npos) << refused;
  EXPECT_TRUE(std::filesystem::is_empty(path("out")));
}

}  // namespace
}  // namespace penstock
