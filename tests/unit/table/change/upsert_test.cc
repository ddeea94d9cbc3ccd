#include "libcore/table/change/upsert.h"

#include <gtest/gtest.h>

#include "libcore/base/error.h"
#include "libcore/table/change/keyed_rows.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {
namespace {

class UpsertTest : public MadeTableTest {
 protected:
  TableChanged upsert(const std::string& csv, const std::vector<std::string>& keys) const {
    Upsert how;
    how.folder = path("T");
    how.sync = Sync::kNo;
    how.keys = keys;
    ScanOptions options;
    // Text without rows does not show its types.
    options.text.types = {{"k", int64_type()}};
    const OperatorPtr input = open_scan(write("more.csv", csv), options);
    return upsert_rows(*input, how);
  }
};

const char* const kRowsBefore = "k,v\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n";

TEST_F(UpsertTest, RowsAreReplacedOrAdded) {
  make(kRowsBefore, hash_of("k", 4));
  const TableChanged changed = upsert("v,k\nx,5\ny,9\n", {"k"});
  EXPECT_EQ(changed.updated, 1);
  EXPECT_EQ(changed.inserted, 1);
  EXPECT_EQ(changed.files, 1);
  EXPECT_EQ(where("k = 5 or k = 9 or k = 1").size(), 12U);
  EXPECT_EQ(where("k = 5"), "5,x\n");
  EXPECT_EQ(where("k = 9"), "9,y\n");
  EXPECT_TRUE(reported().starts_with("read 1 of 4 partitions")) << reported();
}

TEST_F(UpsertTest, AllRowsOfAKeyAreReplaced) {
  make("k,v\n1,a\n1,b\n2,c\n", hash_of("k", 1));
  const TableChanged changed = upsert("k,v\n1,x\n", {"k"});
  EXPECT_EQ(changed.updated, 1);
  EXPECT_EQ(scan(), "2,c\n1,x\n");
}

TEST_F(UpsertTest, OnlyFilesWithinTheBoundsAreRead) {
  TableLayout layout;
  PartitionOptions& how = layout.partitioning.emplace();
  how.kind = PartitionKind::kRange;
  how.keys = {{"k"}};
  how.partitions = 4;
  make(kRowsBefore, layout);
  EXPECT_EQ(upsert("k,v\n3,x\n4,x\n", {"k"}).files, 1);
  EXPECT_EQ(where("v = 'x'"), "3,x\n4,x\n");
  // By another key, with another's partition.
  EXPECT_EQ(upsert("k,v\n100,a\n", {"v"}).updated, 1);
  EXPECT_EQ(where("v = 'a'"), "100,a\n");
}

TEST_F(UpsertTest, KeysThatDoNotIdentifyRowsAreErrors) {
  make(kRowsBefore, hash_of("k", 4));
  EXPECT_THROW(upsert("k,v\n1,x\n1,y\n", {"k"}), Error);
  EXPECT_THROW(upsert("k,v\n1,x\n,y\n", {"k"}), Error);
  EXPECT_THROW(upsert("k,v\n1,x\n", {"nosuch"}), Error);
  EXPECT_THROW(upsert("k,v\n1,x\n", {}), Error);
  EXPECT_EQ(upsert("k,v\n1,x\n1,y\n", {"k", "v"}).inserted, 2);
}

TEST_F(UpsertTest, NoRowsAreNoVersion) {
  make(kRowsBefore, hash_of("k", 4));
  EXPECT_EQ(upsert("k,v\n", {"k"}).version, 0);
  EXPECT_EQ(TableLog(path("T")).latest(), 0);
}

}  // namespace
}  // namespace penstock
