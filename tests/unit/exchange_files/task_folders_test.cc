#include "libcore/exchange_files/task_folders.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/exchange_files/output_file.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

class TaskFoldersTest : public FolderTest {
 protected:
  // An attempt that has written its output, which is bytes.
  void make(const TaskAttempt& attempt, const std::string& bytes = "rows") {
    const std::string folder = folders_.begin(attempt);
    std::ofstream(folder + "/output") << bytes;
    list_output(folder);
    folders_.finish(attempt);
  }

  std::string output(const TaskAttempt& attempt) const {
    return folders_.output_of(attempt) + "/output";
  }

  TaskFolders folders_{folder_.string()};
};

TEST_F(TaskFoldersTest, WhatHasEndedWellIsAnOutput) {
  const std::string folder = folders_.begin({2, 1, 3});
  EXPECT_EQ(folder, folders_.unfinished({2, 1, 3}));
  std::ofstream(folder + "/output") << "rows";
  EXPECT_THROW(folders_.files_of({2, 1, 3}), Error);
  list_output(folder);
  folders_.finish({2, 1, 3});
  EXPECT_FALSE(fs::exists(folder));
  const std::vector<PartitionFile> files = folders_.files_of({2, 1, 3});
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].facts.bytes, 4);
  EXPECT_EQ(folder_.string() + "/" + output_name({2, 1, 3}), folders_.output_of({2, 1, 3}));
}

TEST_F(TaskFoldersTest, AnAttemptBeginsWithoutWhatAnEarlierOneLeft) {
  std::ofstream(folders_.begin({1, 1, 1}) + "/old") << "x";
  EXPECT_TRUE(fs::is_empty(folders_.begin({1, 1, 1})));
  make({1, 2, 1}, "old");
  make({1, 2, 1}, "newer");
  EXPECT_EQ(fs::file_size(output({1, 2, 1})), 5U);
}

TEST_F(TaskFoldersTest, FindsWhatIsGoneCutOrDamaged) {
  make({1, 1, 1});
  EXPECT_TRUE(folders_.is_whole({1, 1, 1}));
  std::ofstream(output({1, 1, 1})) << "rowz";
  EXPECT_EQ(folders_.files_of({1, 1, 1}).size(), 1U) << "the size is right";
  EXPECT_FALSE(folders_.is_whole({1, 1, 1}));
  std::ofstream(output({1, 1, 1})) << "row";
  EXPECT_THROW(folders_.files_of({1, 1, 1}), Error);
  fs::remove(output({1, 1, 1}));
  EXPECT_THROW(folders_.files_of({1, 1, 1}), Error);
  EXPECT_FALSE(folders_.is_whole({1, 1, 1}));
  EXPECT_FALSE(folders_.is_whole({1, 9, 1}));
}

TEST_F(TaskFoldersTest, FinishOfNothingIsAnError) {
  EXPECT_THROW(folders_.finish({1, 1, 1}), Error);
}

TEST_F(TaskFoldersTest, KeepsOnlyWhatIsCommitted) {
  make({1, 1, 1});
  make({1, 1, 2});
  make({2, 1, 1});
  folders_.begin({2, 2, 1});
  write("flow.json", "kept");
  const std::vector<TaskAttempt> kept = {{1, 1, 2}};
  folders_.keep_only(kept);
  EXPECT_FALSE(fs::exists(output({1, 1, 1})));
  EXPECT_TRUE(fs::exists(output({1, 1, 2})));
  EXPECT_FALSE(fs::exists(output({2, 1, 1})));
  EXPECT_FALSE(fs::exists(folders_.unfinished({2, 2, 1})));
  folders_.remove({1, 1, 2});
  folders_.remove({7, 7, 7});
  EXPECT_FALSE(fs::exists(output({1, 1, 2})));
  make({3, 1, 1});
  folders_.remove_all();
  EXPECT_FALSE(fs::exists(folder_ / "fragment-3"));
  EXPECT_EQ(read("flow.json"), "kept");
}

}  // namespace
}  // namespace penstock
