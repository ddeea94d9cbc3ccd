#include "libcore/table/upkeep/vacuum.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/table/change/rewrite.h"
#include "libcore/table/checkpoint/write.h"
#include "libcore/table/commit.h"
#include "libcore/table/log_time.h"
#include "libcore/table/upkeep/stored_files.h"
#include "tests/unit/parquet_of_build.h"
#include "tests/unit/table/upkeep/upkeep_test.h"

namespace penstock {
namespace {

constexpr int64_t kDay = int64_t{24} * 60 * 60 * 1000;

class VacuumTest : public UpkeepTest {
 protected:
  // Returns what was removed.
  std::vector<std::string> vacuum(std::optional<int64_t> older_than,
                                  bool only_names = false) const {
    std::vector<std::string> removed;
    VacuumOptions options;
    options.folder = path("T");
    options.older_than = older_than;
    options.only_names = only_names;
    options.tell = [&](const std::string& name) { removed.push_back(name); };
    const Vacuumed counts = vacuum_table(options);
    EXPECT_EQ(counts.files, std::ssize(removed));
    return removed;
  }

  void age(const std::string& name) const {
    std::filesystem::last_write_time(
        folder_ / "T" / name,
        std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 8));
  }

  // Removes the only file, at a time.
  void remove_at(int64_t time) const {
    TableChange change;
    change.actions.info.emplace().operation = "DELETE";
    change.actions.removed.push_back({.path = log().read().files[0].path, .removed = time});
    ASSERT_TRUE(commit(log(), log().read(), change).version);
  }

  void configure(const std::string& retention) const {
    const TableState state = log().read();
    TableChange change;
    change.actions.info.emplace().operation = "SET TBLPROPERTIES";
    change.actions.metadata = state.metadata;
    change.actions.metadata->configuration["delta.deletedFileRetentionDuration"] = retention;
    ASSERT_TRUE(commit(log(), state, change).version);
  }

  void remove_row() const {
    ChangeOptions options;
    options.folder = path("T");
    options.sync = Sync::kNo;
    delete_rows({"k = 1"}, options);
  }
  bool is_there(const std::string& name) const {
    return std::filesystem::exists(folder_ / "T" / name);
  }
};

TEST_F(VacuumTest, AgesHaveAUnit) {
  EXPECT_EQ(parse_age("7d"), 7 * kDay);
  EXPECT_EQ(parse_age("12h"), 12 * 3600 * 1000);
  EXPECT_EQ(parse_age("30m"), 30 * 60 * 1000);
  EXPECT_EQ(parse_age("0s"), 0);
  for (const char* text : {"", "7", "d", "-1d", "7w", "1.5h", "99999999999999999d"})
    EXPECT_THROW(parse_age(text), Error) << text;
}

TEST_F(VacuumTest, AFileGoesWhenItsRemovalIsOldAndNotItself) {
  make("k\n1\n2\n", {});
  const std::string before = log().read().files[0].path;
  remove_row();
  age(before);
  EXPECT_EQ(vacuum(std::nullopt), std::vector<std::string>{});
  EXPECT_EQ(vacuum(-60'000, true), std::vector<std::string>{before});
  EXPECT_TRUE(is_there(before));
  EXPECT_EQ(vacuum(-60'000), std::vector<std::string>{before});
  EXPECT_FALSE(is_there(before));
  EXPECT_EQ(scan(), "2\n");
  EXPECT_EQ(vacuum(-60'000), std::vector<std::string>{});
}

TEST_F(VacuumTest, TheAgeIsTheCallersOrTheConfigurations) {
  make("k\n1\n2\n", {});
  const std::string before = log().read().files[0].path;
  remove_at(log_time_now() - 10 * kDay);
  configure("interval 30 days");
  EXPECT_EQ(vacuum(std::nullopt, true), std::vector<std::string>{});
  EXPECT_EQ(vacuum(7 * kDay, true), std::vector<std::string>{before});
  configure("interval 9 days");
  EXPECT_EQ(vacuum(11 * kDay, true), std::vector<std::string>{});
  EXPECT_EQ(vacuum(std::nullopt), std::vector<std::string>{before});
}

TEST_F(VacuumTest, AConfigurationThatIsNoTimeIsAnErrorWhereItDecides) {
  make("k\n1\n2\n", {});
  configure("a while");
  EXPECT_EQ(vacuum(kDay), std::vector<std::string>{});
  try {
    vacuum(std::nullopt);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(),
              path("T") +
                  ": delta.deletedFileRetentionDuration is 'a while', which is not "
                  "a time as in 'interval 7 days'");
  }
}

TEST_F(VacuumTest, ACheckpointThatForgotARemovalLosesNoFile) {
  make("k\n1\n2\n", {});
  const std::string before = log().read().files[0].path;
  age(before);
  configure("interval 1 day");
  remove_at(log_time_now() - 3 * kDay);
  if (!testing::use_parquet_of_build()) GTEST_SKIP() << "built without Parquet";
  write_checkpoint(log(), log().latest(), Sync::kNo);
  EXPECT_TRUE(log().read().removed.empty());
  // The version that has the file was the latest one 3 days ago.
  EXPECT_EQ(vacuum(4 * kDay), std::vector<std::string>{});
  EXPECT_EQ(vacuum(std::nullopt), std::vector<std::string>{before});
}

TEST_F(VacuumTest, ARemovalWithoutATimeKeepsItsFile) {
  make("k\n1\n", {});
  const std::string before = log().read().files[0].path;
  TableChange change;
  change.actions.info.emplace().operation = "DELETE";
  change.actions.removed.push_back({before});
  ASSERT_TRUE(commit(log(), log().read(), change).version);
  EXPECT_EQ(vacuum(-60'000), std::vector<std::string>{});
}

TEST_F(VacuumTest, WhatKilledWritersLeftGoesWhenItIsOld) {
  make("k\n1\n2\n", hash_of("k", 2));
  write("T/p00000/lost.arrow", "x");
  write("T/young.arrow", "x");
  write("T/notes.txt", "x");
  write("T/_delta_log/.tmp-1.json", "x");
  std::filesystem::create_directories(folder_ / "T/.penstock-1");
  std::filesystem::create_directories(folder_ / "T/.penstock-2");
  std::filesystem::create_directories(folder_ / "T/_penstock/index-a");
  write("T/.penstock-1/0", "x");
  write("T/.penstock-2/0", "x");
  write("T/_penstock/index-a/1.arrow", "x");
  for (const char* name :
       {"p00000/lost.arrow", "notes.txt", "_delta_log/.tmp-1.json", ".penstock-1/0", ".penstock-1",
        ".penstock-2", "_penstock/index-a/1.arrow"})
    age(name);
  for (const DataFile& file : log().read().files)
    age(file.path);
  std::vector<std::string> removed = vacuum(std::nullopt);
  std::sort(removed.begin(), removed.end());
  EXPECT_EQ(removed, (std::vector<std::string>{".penstock-1/0", "_delta_log/.tmp-1.json",
                                               "p00000/lost.arrow"}));
  EXPECT_FALSE(is_there(".penstock-1"));
  EXPECT_TRUE(is_there(".penstock-2/0"));
  EXPECT_TRUE(is_there("young.arrow"));
  EXPECT_TRUE(is_there("notes.txt"));
  EXPECT_TRUE(is_there("_penstock/index-a/1.arrow"));
  EXPECT_EQ(scan().size(), 4U);
}

TEST_F(VacuumTest, LinksAreNotFollowedAndPartitionFoldersAre) {
  make("_a,v\n1,1\n2,2\n", {}, {"_a"});
  std::filesystem::create_directories(folder_ / "elsewhere");
  write("elsewhere/x.arrow", "x");
  std::filesystem::create_directory_symlink(folder_ / "elsewhere", folder_ / "T/link");
  const std::vector<StoredFile> found = find_table_files(path("T"));
  ASSERT_EQ(found.size(), 2U);
  for (const StoredFile& file : found) {
    EXPECT_EQ(file.kind, StoredFile::Kind::kData);
    EXPECT_TRUE(file.path.starts_with("_a=")) << file.path;
    EXPECT_GT(file.size, 0);
  }
}

}  // namespace
}  // namespace penstock
