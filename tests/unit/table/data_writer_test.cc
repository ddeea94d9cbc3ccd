#include "libcore/table/data_writer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/write_rows.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

const SchemaPtr kNumbers = make_schema({{"a", int64_type(), true, {}}});

Batch numbers(int64_t first, int64_t count) {
  FixedBuilder<int64_t> values;
  for (int64_t i = 0; i < count; ++i)
    values.append(first + i);
  return {kNumbers, count, {values.finish(int64_type())}};
}

// Batches of numbers, from 0 on.
class Numbers : public Operator {
 public:
  explicit Numbers(int64_t batches) : batches_(batches) {}
  SchemaPtr schema() const override { return kNumbers; }
  std::optional<Batch> next() override {
    if (next_ == batches_) return std::nullopt;
    return numbers(1000 * next_++, 1000);
  }

 private:
  int64_t batches_;
  int64_t next_ = 0;
};

class DataWriterTest : public FolderTest {
 protected:
  std::string table() const { return (folder_ / "T").string(); }
};

TEST_F(DataWriterTest, FilesThatDoNotAllGetNamesAreRemoved) {
  std::filesystem::create_directory(table());
  std::ofstream(table() + "/p00001") << "x";
  DataWriter writer(table(), kNumbers, {.sync = Sync::kNo});
  for (const int file : {0, 1}) {
    writer.add(file == 0 ? "p00000" : "p00001");
    writer.give(file, numbers(0, 1));
  }
  EXPECT_THROW(writer.finish(), Error);
  EXPECT_TRUE(std::filesystem::is_empty(table() + "/p00000"));
}

TEST_F(DataWriterTest, FilesHaveTheirNamesWhenAllAreWritten) {
  DataWriter writer(table(), kNumbers, {.sync = Sync::kNo});
  writer.add("p00000", {}, {{kPartitionTag, "0"}});
  writer.add("", {{"day", "1"}});
  for (int64_t i = 0; i < 100; ++i)
    writer.give(i % 2, numbers(i * 10, 10));
  EXPECT_FALSE(std::filesystem::exists(table() + "/p00000"));
  const std::vector<DataFile> files = writer.finish();
  EXPECT_EQ(writer.rows(), 1000);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_TRUE(files[0].path.starts_with("p00000/"));
  EXPECT_EQ(files[0].tag(kPartitionTag), "0");
  EXPECT_EQ(files[1].partition_values.at("day"), "1");
  for (const DataFile& file : files) {
    EXPECT_EQ(rows_of(file), 500);
    EXPECT_EQ(file.tag(kBatchesTag), "50");
    const std::string bytes = read("T/" + file.path);
    EXPECT_EQ(file.size, std::ssize(bytes));
    Checksum checksum;
    checksum.add(bytes.data(), std::ssize(bytes));
    EXPECT_EQ(file.tag(kChecksumTag), fmt::format("{:016x}", checksum.value()));
  }
}

TEST_F(DataWriterTest, GroupsHaveFilesOfTheirOwn) {
  const SchemaPtr schema =
      make_schema({{"a", int64_type(), true, {}}, {"b", int64_type(), true, {}}});
  DataWriter writer(table(), schema, {.sync = Sync::kNo, .groups = {{1}, {0}}});
  writer.add("p00000");
  writer.add("p00001");
  for (int64_t i = 0; i < 10; ++i) {
    const ColumnPtr column = numbers(i * 10, 10).columns[0];
    writer.give(i % 2, {schema, 10, {column, column}});
  }
  std::set<std::string> paths;
  for (const DataFile& file : writer.finish()) {
    EXPECT_EQ(rows_of(file), 50);
    EXPECT_EQ(file.tag(kBatchesTag), "5");
    EXPECT_NE(file.stats.find(R"("minValues":{"a":)"), std::string::npos) << file.stats;
    ASSERT_EQ(file.groups.size(), 2U);
    EXPECT_EQ(file.groups[0].path, file.path);
    EXPECT_EQ(file.groups[0].checksum, file.tag(kChecksumTag));
    EXPECT_EQ(bytes_of(file.groups), file.size);
    for (const GroupFile& group : file.groups) {
      paths.insert(group.path);
      EXPECT_EQ(std::ssize(read("T/" + group.path)), group.size);
    }
    EXPECT_EQ(open_scan(table() + "/" + file.groups[0].path, {})->schema()->names(),
              std::vector<std::string>{"b"});
    EXPECT_EQ(open_scan(table() + "/" + file.groups[1].path, {})->schema()->names(),
              std::vector<std::string>{"a"});
  }
  EXPECT_EQ(paths.size(), 4U);
}

TEST_F(DataWriterTest, WithoutAnEndNothingIsLeft) {
  {
    DataWriter writer(table(), kNumbers, {.sync = Sync::kNo});
    writer.add("p00000");
    writer.give(0, numbers(0, 100'000));
  }
  EXPECT_FALSE(std::filesystem::exists(table()));
}

TEST_F(DataWriterTest, RowsAreDividedIntoFilesByPartition) {
  RowsToWrite how;
  how.folder = table();
  how.sync = Sync::kNo;
  PartitionOptions& by = how.layout.partitioning.emplace();
  by.keys = {{"a"}};
  by.partitions = 5;
  Numbers input(50);
  const std::vector<DataFile> files = write_rows(input, how);
  ASSERT_EQ(files.size(), 5U);
  int64_t rows = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(files[i].tag(kPartitionTag), std::to_string(i));
    rows += rows_of(files[i]).value_or(0);
  }
  EXPECT_EQ(rows, 50'000);
}

}  // namespace
}  // namespace penstock
