#include "libcore/table/scan.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "libcore/base/error.h"
#include "libcore/table/as_of.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {
namespace {

class TableScanTest : public MadeTableTest {
 protected:
  std::string message_of(const std::function<void()>& call) const {
    try {
      call();
    } catch (const Error& error) {
      std::string message = error.message();
      for (size_t at; (at = message.find(path("T"))) != message.npos;)
        message.replace(at, path("T").size(), "T");
      return message;
    }
    return "";
  }

  std::filesystem::path data_file() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path("T"))) {
      if (entry.path().extension() == ".arrow") return entry.path();
    }
    return {};
  }
};

const char* const kScannedRows = "k,v\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n";

TEST_F(TableScanTest, AConditionOnTheKeyReadsOnePartition) {
  make(kScannedRows, hash_of("k", 4));
  EXPECT_EQ(where("k = 5"), "5,e\n");
  EXPECT_TRUE(reported().starts_with("read 1 of 4 partitions, 1 of ")) << reported();
  EXPECT_EQ(where("k = 5 and v = 'a'"), "");
}

TEST_F(TableScanTest, RangesAreReadByTheirBounds) {
  TableLayout layout;
  PartitionOptions& how = layout.partitioning.emplace();
  how.kind = PartitionKind::kRange;
  how.keys = {{"k"}};
  how.partitions = 4;
  const TableWritten written = make(kScannedRows, layout);
  EXPECT_EQ(written.rows, 8);
  EXPECT_EQ(written.partition_rows, (std::vector<int64_t>{2, 2, 2, 2}));
  EXPECT_EQ(scan(), "1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n");
  EXPECT_EQ(reported(), "read 4 of 4 partitions, 4 of 4 batches");
  EXPECT_EQ(where("k between 4 and 5"), "4,d\n5,e\n");
  EXPECT_EQ(reported(), "read 2 of 4 partitions, 2 of 4 batches");
  EXPECT_EQ(where("k > 100"), "");
  EXPECT_EQ(reported(), "read 0 of 4 partitions, 0 of 4 batches");
}

TEST_F(TableScanTest, ColumnsComeInTheOrderThatWasAskedFor) {
  make(kScannedRows, hash_of("k", 2), {});
  ScanOptions options;
  options.text.columns = ColumnList({"v"});
  options.where.text = "k = 3";
  EXPECT_EQ(scan(options), "c\n");
  options.text.columns = ColumnList({"v", "k"});
  EXPECT_EQ(scan(options), "c,3\n");
}

TEST_F(TableScanTest, PartitionColumnsAreNotInTheFiles) {
  make("city,n,at\nRome,1,2024-01-01\n,2,2024-01-02\n\"a/b\",3,2024-01-03\nRome,4,2024-01-01\n", {},
       {"city", "at"});
  EXPECT_EQ(scan(), "Rome,1,2024-01-01\nRome,4,2024-01-01\n,2,2024-01-02\na/b,3,2024-01-03\n");
  EXPECT_EQ(where("city = 'Rome'"), "Rome,1,2024-01-01\nRome,4,2024-01-01\n");
  EXPECT_EQ(reported(), "read 1 of 3 files, 1 of 3 batches");
  EXPECT_EQ(where("city is null"), ",2,2024-01-02\n");
  EXPECT_EQ(where("at > date '2024-01-01' and n < 3"), ",2,2024-01-02\n");
  EXPECT_EQ(reported(), "read 1 of 3 files, 1 of 3 batches");
  ScanOptions options;
  options.text.columns = ColumnList({"at"});
  EXPECT_EQ(scan(options), "2024-01-01\n2024-01-01\n2024-01-02\n2024-01-03\n");
}

TEST_F(TableScanTest, PartsTogetherAreTheTable) {
  make(kScannedRows, hash_of("k", 3));
  const std::string all = scan();
  for (const int64_t parts : {1, 2, 3, 4, 7}) {
    std::string together;
    for (int64_t part = 1; part <= parts; ++part) {
      ScanOptions options;
      options.text.partition = part;
      options.text.partitions = parts;
      together += scan(options);
    }
    EXPECT_EQ(together, all) << parts;
  }
}

TEST_F(TableScanTest, EarlierVersionsStay) {
  make(kScannedRows, hash_of("k", 2));
  const std::string before = scan();
  make("k,v\n9,i\n", hash_of("k", 2), {}, true);
  EXPECT_EQ(scan(), "9,i\n");
  ScanOptions options;
  options.as_of = "0";
  EXPECT_EQ(scan(options), before);
  options.as_of = "2999-01-01";
  EXPECT_EQ(scan(options), "9,i\n");
  options.as_of = "1999-01-01T00:00";
  EXPECT_EQ(message_of([&] { scan(options); }), "T: all versions are later than that time");
  options.as_of = "yesterday";
  EXPECT_NE(message_of([&] { scan(options); }).find("is not a version or a time"),
            std::string::npos);
  options.as_of = "7";
  EXPECT_EQ(message_of([&] { scan(options); }), "T: there is no version 7; the latest is 1");
}

TEST_F(TableScanTest, RowsOfAFileCanBeSorted) {
  TableLayout layout = hash_of("k", 1);
  layout.sort = parse_sort_keys("v:desc");
  make(kScannedRows, layout);
  EXPECT_EQ(scan(), "8,h\n7,g\n6,f\n5,e\n4,d\n3,c\n2,b\n1,a\n");
}

TEST_F(TableScanTest, AFileThatIsNotAsTheLogSaysIsAnError) {
  make(kScannedRows, hash_of("k", 1));
  const std::filesystem::path file = data_file();
  const std::string name = std::filesystem::relative(file, folder_).string();
  const auto size = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, size - 8);
  EXPECT_EQ(message_of([&] { scan(); }),
            name + ": has " + std::to_string(size - 8) + " bytes, and " + std::to_string(size) +
                " as the table's log says; it was changed, or not written whole");
  std::filesystem::remove(file);
  EXPECT_EQ(message_of([&] { scan(); }),
            name + ": of version 0 of the table: No such file or directory");
}

TEST_F(TableScanTest, AFileUnderAnothersNameIsAnError) {
  make("k,v\n1,a\n2,b\n", {}, {"v"});
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path("T"))) {
    if (entry.path().extension() == ".arrow") files.push_back(entry.path());
  }
  ASSERT_EQ(files.size(), 2U);
  ASSERT_EQ(std::filesystem::file_size(files[0]), std::filesystem::file_size(files[1]));
  std::filesystem::rename(files[0], path("kept"));
  std::filesystem::rename(files[1], files[0]);
  std::filesystem::rename(path("kept"), files[1]);
  EXPECT_NE(message_of([&] { scan(); }).find(" under another name"), std::string::npos);
}

TEST_F(TableScanTest, WhatATableCannotBeAskedIsAUsageError) {
  make(kScannedRows, hash_of("k", 1));
  ScanOptions options;
  options.follow = true;
  EXPECT_EQ(message_of([&] { scan(options); }), "T: --follow is not for tables");
  options = {};
  options.text.types = {{"k", int64_type()}};
  EXPECT_NE(message_of([&] { scan(options); }), "");
  options = {};
  options.where.text = "nothing = 1";
  EXPECT_NE(message_of([&] { scan(options); }).find("unknown column 'nothing'"), std::string::npos);
}

TEST_F(TableScanTest, SeveralTablesAreReadOneAfterTheOther) {
  make(kScannedRows, hash_of("k", 1));
  const OperatorPtr rows = open_operands({path("T"), path("T")}, ScanOptions{});
  int64_t count = 0;
  while (std::optional<Batch> batch = rows->next())
    count += batch->rows;
  EXPECT_EQ(count, 16);
  EXPECT_NE(message_of([&] { open_operands({path("T"), path("in.csv")}, ScanOptions{}); }), "");
  ScanOptions versions;
  versions.as_of = "0";
  EXPECT_NE(message_of([&] { open_operands({path("in.csv")}, versions); }), "");
}

}  // namespace
}  // namespace penstock
