#include "libcore/table/change/insert.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {
namespace {

class InsertTest : public MadeTableTest {
 protected:
  using ColumnTypes = std::vector<std::pair<std::string, TypePtr>>;

  TableChanged insert(const std::string& csv, bool adds_columns = false, bool creates = false,
                      const ColumnTypes& types = {}) const {
    Insertion how;
    how.folder = path("T");
    how.sync = Sync::kNo;
    how.adds_columns = adds_columns;
    how.creates = creates;
    ScanOptions options;
    options.text.types = types;
    const OperatorPtr input = open_scan(write("more.csv", csv), options);
    return insert_rows(*input, how);
  }

  int64_t data_files() const {
    int64_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path("T")))
      count += entry.path().extension() == ".arrow" ? 1 : 0;
    return count;
  }
};

TEST_F(InsertTest, RowsGoToTheirPartitions) {
  make("k,v\n1,a\n2,b\n", hash_of("k", 4));
  const TableChanged changed = insert("v,k\nc,5\nd,1\n");
  EXPECT_EQ(changed.version, 1);
  EXPECT_EQ(changed.inserted, 2);
  EXPECT_EQ(changed.partitions, 2);
  EXPECT_EQ(where("k = 5"), "5,c\n");
  EXPECT_TRUE(reported().starts_with("read 1 of 4 partitions, 1 of ")) << reported();
  EXPECT_EQ(where("k = 1"), "1,a\n1,d\n");
  const CommitInfo info = *TableLog(path("T")).actions_of(1).info;
  EXPECT_EQ(info.operation, "WRITE");
  EXPECT_EQ(info.only_adds, true);
}

TEST_F(InsertTest, PartitionColumnsAreOfTheRowsToo) {
  make("k,v\n1,a\n", {.partitioning = {}}, {"v"});
  const TableChanged changed = insert("k,v\n2,a\n3,b\n4,\n");
  EXPECT_EQ(changed.partitions, 3);
  EXPECT_EQ(where("v = 'a'"), "1,a\n2,a\n");
  EXPECT_EQ(where("v is null"), "4,\n");
}

TEST_F(InsertTest, NoRowsAreNoVersion) {
  make("k,v\n1,a\n", hash_of("k", 2));
  // Text without rows does not show its types.
  EXPECT_EQ(insert("k,v\n", false, false, {{"k", int64_type()}}).version, 0);
  EXPECT_EQ(TableLog(path("T")).latest(), 0);
}

TEST_F(InsertTest, AddedColumnsAreNullBefore) {
  make("k,v\n1,a\n", hash_of("k", 2));
  EXPECT_THROW(insert("k,w\n2,9\n"), Error);
  EXPECT_EQ(data_files(), 1);
  EXPECT_EQ(insert("k,w\n2,9\n", true).inserted, 1);
  EXPECT_EQ(where("k = 1"), "1,a,\n");
  EXPECT_EQ(where("w = 9"), "2,,9\n");
  EXPECT_EQ(where("w is null"), "1,a,\n");
  // Columns alone are a version as well.
  EXPECT_EQ(insert("x\n", true).version, 2);
  EXPECT_EQ(where("k = 2"), "2,,9,\n");
}

TEST_F(InsertTest, ATableIsMadeWhereThatIsAskedFor) {
  EXPECT_THROW(insert("k\n1\n"), Error);
  EXPECT_EQ(insert("k\n1\n", false, true).version, 0);
  EXPECT_EQ(insert("k\n2\n", false, true).version, 1);
  EXPECT_EQ(scan(), "1\n2\n");
}

TEST_F(InsertTest, ALostChangeLeavesNoFiles) {
  make("k\n1\n", hash_of("k", 1));
  // The number is taken, by a version that cannot be read.
  std::ofstream(path("T") + "/_delta_log/00000000000000000001.json") << "{\n";
  EXPECT_THROW(insert("k\n2\n"), Error);
  EXPECT_EQ(data_files(), 1);
}

}  // namespace
}  // namespace penstock
