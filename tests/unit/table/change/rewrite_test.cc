#include "libcore/table/change/rewrite.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>

#include "libcore/base/error.h"
#include "libcore/table/change/retry_change.h"
#include "tests/unit/table/made_table_test.h"

namespace penstock {
namespace {

class RewriteTest : public MadeTableTest {
 protected:
  ChangeOptions options() const {
    ChangeOptions options;
    options.folder = path("T");
    options.sync = Sync::kNo;
    return options;
  }
  TableChanged remove(const std::string& condition) const {
    return delete_rows(condition, options());
  }
  TableChanged set(const std::string& assignments, const std::string& condition = {}) const {
    return update_rows(assignments, condition, options());
  }

  // By the paths of the version's files.
  std::map<std::string, ino_t> inodes() const {
    std::map<std::string, ino_t> inodes;
    for (const DataFile& file : TableLog(path("T")).read().files) {
      struct stat status {};
      EXPECT_EQ(stat((path("T") + "/" + file.path).c_str(), &status), 0);
      inodes[file.path] = status.st_ino;
    }
    return inodes;
  }

  static int64_t common(const std::map<std::string, ino_t>& a,
                        const std::map<std::string, ino_t>& b) {
    int64_t count = 0;
    for (const auto& [name, inode] : a)
      count += b.contains(name) && b.at(name) == inode ? 1 : 0;
    return count;
  }
};

const char* const kRows = "k,v\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n";

TEST_F(RewriteTest, ADeletedRowIsGoneAndOtherFilesStay) {
  make(kRows, hash_of("k", 4));
  const auto before = inodes();
  const TableChanged changed = remove("k = 5");
  EXPECT_EQ(changed.version, 1);
  EXPECT_EQ(changed.deleted, 1);
  EXPECT_EQ(changed.partitions, 1);
  EXPECT_EQ(changed.files, 1);
  EXPECT_EQ(where("k = 5"), "");
  EXPECT_EQ(where("k <> 5").size(), 7 * 4U);
  EXPECT_EQ(common(before, inodes()), std::ssize(before) - 1);
  // The version before is as it was.
  ScanOptions earlier;
  earlier.as_of = "0";
  earlier.where.text = "k = 5";
  EXPECT_EQ(scan(earlier), "5,e\n");
}

TEST_F(RewriteTest, FilesWithoutRowsLeftAreOnlyRemoved) {
  make(kRows, hash_of("k", 4));
  const TableChanged changed = remove("k > 0");
  EXPECT_EQ(changed.deleted, 8);
  EXPECT_TRUE(TableLog(path("T")).read().files.empty());
  EXPECT_TRUE(TableLog(path("T")).actions_of(1).added.empty());
  EXPECT_EQ(scan(), "");
}

TEST_F(RewriteTest, WithoutSuchRowsThereIsNoVersion) {
  make(kRows, hash_of("k", 4));
  EXPECT_EQ(remove("v = 'x'").deleted, 0);
  EXPECT_EQ(set("v = 'y'", "k = 99").updated, 0);
  EXPECT_EQ(TableLog(path("T")).latest(), 0);
}

TEST_F(RewriteTest, ConditionsThatAreNullKeepTheirRows) {
  make("k,v\n1,\n2,b\n", hash_of("k", 1));
  EXPECT_EQ(remove("v <> 'c'").deleted, 1);
  EXPECT_EQ(scan(), "1,\n");
}

TEST_F(RewriteTest, AnUpdateSeesTheRowsAsTheyWere) {
  make("k,a,b\n1,1,2\n2,3,4\n", hash_of("k", 1));
  EXPECT_EQ(set("a = b, b = a", "k = 2").updated, 1);
  EXPECT_EQ(scan(), "1,1,2\n2,4,3\n");
  EXPECT_EQ(set("a = a + 1").updated, 2);
  EXPECT_EQ(scan(), "1,2,2\n2,5,3\n");
}

TEST_F(RewriteTest, AnUpdateOfTheKeyMovesTheRow) {
  make(kRows, hash_of("k", 4));
  set("k = 100", "k = 5");
  EXPECT_EQ(where("k = 100"), "100,e\n");
  EXPECT_TRUE(reported().starts_with("read 1 of 4 partitions")) << reported();
  EXPECT_EQ(where("k = 5"), "");
  EXPECT_EQ(TableLog(path("T")).latest(), 1);
}

TEST_F(RewriteTest, AnUpdateOfAPartitionColumnMovesTheRow) {
  make(kRows, {.partitioning = {}}, {"v"});
  EXPECT_EQ(set("v = 'a'", "k = 2").partitions, 2);
  EXPECT_EQ(where("v = 'a'"), "1,a\n2,a\n");
  EXPECT_EQ(where("v = 'b'"), "");
}

TEST_F(RewriteTest, FilesKeepTheirOrder) {
  TableLayout layout = hash_of("k", 1);
  layout.sort = {{"v"}};
  make(kRows, layout);
  set("v = 'z'", "k = 1");
  EXPECT_EQ(scan(), "2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n1,z\n");
}

TEST_F(RewriteTest, AValueThatDoesNotFitChangesNothing) {
  make("k,v\n1,a\n", hash_of("k", 1));
  EXPECT_THROW(set("v = k"), Error);
  EXPECT_THROW(set("x = 1"), Error);
  EXPECT_THROW(set("k = k / 0"), Error);
  EXPECT_EQ(TableLog(path("T")).latest(), 0);
}

TEST_F(RewriteTest, ATableThatOnlyGrowsIsLeftAsItIs) {
  make("k,v\n1,a\n", hash_of("k", 1));
  const TableLog log(path("T"));
  TableChange change;
  change.actions.info = info_of_change("SET TBLPROPERTIES");
  change.actions.metadata = log.read().metadata;
  change.actions.metadata->configuration["delta.appendOnly"] = "true";
  EXPECT_EQ(commit(log, log.read(), std::move(change)).version, 1);
  EXPECT_THROW(remove("k = 1"), Error);
  EXPECT_THROW(set("v = 'b'"), Error);
}

}  // namespace
}  // namespace penstock
