#include "libcore/table/upkeep/compact.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "libcore/table/change/insert.h"
#include "libcore/table/change/rewrite.h"
#include "libcore/table/layout.h"
#include "tests/unit/table/upkeep/upkeep_test.h"

namespace penstock {
namespace {

class CompactTest : public UpkeepTest {
 protected:
  Compacted compact(int64_t target = kDefaultTargetBytes) const {
    CompactOptions options;
    options.folder = path("T");
    options.sync = Sync::kNo;
    options.target = target;
    return compact_table(options);
  }

  void insert(const std::string& csv, bool adds_columns = false) const {
    Insertion how;
    how.folder = path("T");
    how.sync = Sync::kNo;
    how.adds_columns = adds_columns;
    const OperatorPtr input = open_scan(write("more.csv", csv), ScanOptions{});
    insert_rows(*input, how);
  }

  // How many files each partition has.
  std::map<std::string, int64_t> files() const {
    std::map<std::string, int64_t> counts;
    for (const DataFile& file : log().read().files)
      ++counts[file.tag(kPartitionTag)];
    return counts;
  }
};

TEST_F(CompactTest, TheSmallFilesOfAPartitionBecomeOneInTheirOrder) {
  make("k\n1\n2\n3\n4\n", hash_of("k", 2));
  insert("k\n5\n6\n7\n8\n");
  insert("k\n9\n10\n11\n12\n");
  const std::string before = scan();
  const Compacted done = compact();
  EXPECT_EQ(done.versions, 1);
  EXPECT_EQ(done.version, 3);
  EXPECT_EQ(done.files, 6);
  EXPECT_EQ(done.new_files, 2);
  EXPECT_EQ(files(), (std::map<std::string, int64_t>{{"0", 1}, {"1", 1}}));
  EXPECT_EQ(scan(), before);
  // Readers of changes see no new rows.
  const VersionActions actions = log().actions_of(3);
  EXPECT_EQ(actions.info->operation, "OPTIMIZE");
  for (const DataFile& file : actions.added)
    EXPECT_FALSE(file.changes_data);
  for (const RemovedFile& file : actions.removed)
    EXPECT_FALSE(file.changes_data);
  // Nothing is left to be done.
  EXPECT_EQ(compact().versions, 0);
  EXPECT_EQ(log().latest(), 3);
}

TEST_F(CompactTest, LargeFilesStay) {
  make("k\n1\n", {});
  insert("k\n2\n");
  EXPECT_EQ(compact(1).versions, 0);
  EXPECT_EQ(compact(100).versions, 0);
}

TEST_F(CompactTest, ManyFilesBecomeAsManyAsReachTheTarget) {
  make("k\n1\n", {});
  for (int i = 2; i <= 6; ++i)
    insert("k\n" + std::to_string(i) + "\n");
  const int64_t size = log().read().files[0].size;
  // Three files of a size reach the target of nearly three sizes.
  const Compacted done = compact(3 * size - size / 4);
  EXPECT_EQ(done.versions, 2);
  EXPECT_EQ(done.files, 6);
  EXPECT_EQ(done.new_files, 2);
  EXPECT_EQ(scan(), "1\n2\n3\n4\n5\n6\n");
}

TEST_F(CompactTest, RowsThatWereDividedInTurnStayInTheirPartitions) {
  TableLayout layout = hash_of("k", 3);
  layout.partitioning->kind = PartitionKind::kRoundRobin;
  layout.partitioning->keys.clear();
  make("k\n1\n2\n3\n4\n5\n6\n", layout);
  insert("k\n7\n8\n9\n10\n11\n12\n");
  const std::string before = scan();
  const Compacted done = compact();
  EXPECT_EQ(done.new_files, std::ssize(files()));
  for (const auto& [partition, count] : files())
    EXPECT_EQ(count, 1) << partition;
  EXPECT_EQ(scan(), before);
}

TEST_F(CompactTest, PartitionColumnsAndAddedColumnsKeepTheirValues) {
  make("c,v\nx,1\ny,2\n", {}, {"c"});
  insert("c,v,w\nx,3,a\ny,4,b\n", true);
  EXPECT_EQ(compact().new_files, 2);
  EXPECT_EQ(scan(), "x,1,\nx,3,a\ny,2,\ny,4,b\n");
}

TEST_F(CompactTest, AChangeAfterAddedColumnsReadsOlderFiles) {
  make("k,v\n1,a\n2,b\n", {});
  insert("k,v,w\n3,c,x\n", true);
  ChangeOptions options;
  options.folder = path("T");
  options.sync = Sync::kNo;
  EXPECT_EQ(delete_rows({"k = 1"}, options).deleted, 1);
  EXPECT_EQ(scan(), "3,c,x\n2,b,\n");
}

TEST_F(CompactTest, FilesOfOtherProgramsAreDivided) {
  make("k\n1\n2\n3\n4\n5\n6\n7\n8\n", hash_of("k", 2));
  // A whole file of the table, as another program would add it: without tags.
  TableChange change;
  change.actions.info.emplace().operation = "WRITE";
  std::vector<DataFile> there = log().read().files;
  ASSERT_EQ(there.size(), 2U);
  std::filesystem::create_directory(path("T/copies"));
  for (const DataFile& file : there) {
    const std::string copy = "copies/" + std::filesystem::path(file.path).filename().string();
    write("T/" + copy, read("T/" + file.path));
    change.actions.added.push_back({.path = copy, .size = file.size});
  }
  ASSERT_TRUE(commit(log(), log().read(), change).version);
  EXPECT_EQ(files().at(""), 2);
  compact();
  EXPECT_FALSE(files().contains(""));
  EXPECT_EQ(where("k = 3"), "3\n3\n");
  EXPECT_EQ(scan().size(), 32U);
}

TEST_F(CompactTest, ATableThatOnlyGrowsIsCompacted) {
  make("k\n1\n", {});
  insert("k\n2\n");
  const std::string first = "T/_delta_log/00000000000000000000.json";
  std::string text = read(first);
  const std::string place = "\"configuration\":{";
  text.insert(text.find(place) + place.size(), "\"delta.appendOnly\":\"true\",");
  write(first, text);
  EXPECT_EQ(compact().new_files, 1);
}

}  // namespace
}  // namespace penstock
