#include "libcore/table/checkpoint/log_files.h"

#include <gtest/gtest.h>

#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

using LogFilesTest = FolderTest;
using Names = std::vector<std::string>;

TEST_F(LogFilesTest, HasVersionsAndWholeCheckpoints) {
  for (const char* name : {"00000000000000000007.json", "00000000000000000003.json",
                           "00000000000000000005.checkpoint.parquet",
                           "00000000000000000006.checkpoint.0000000001.0000000002.parquet",
                           "00000000000000000006.checkpoint.0000000002.0000000002.parquet",
                           "00000000000000000007.checkpoint.0000000001.0000000002.parquet"}) {
    write(name, "");
  }
  const LogFiles files = list_log_files(folder_);
  EXPECT_EQ(files.versions, (std::vector<int64_t>{3, 7}));
  ASSERT_EQ(files.checkpoints.size(), 2U);
  EXPECT_EQ(files.checkpoints[0].version, 5);
  EXPECT_EQ(files.checkpoints[0].parts, Names{checkpoint_name(5)});
  EXPECT_EQ(files.checkpoints[1].version, 6);
  EXPECT_EQ(files.checkpoints[1].parts,
            (Names{"00000000000000000006.checkpoint.0000000001.0000000002.parquet",
                   "00000000000000000006.checkpoint.0000000002.0000000002.parquet"}));
  EXPECT_EQ(files.latest(), 7);
  EXPECT_TRUE(files.has_version(3));
  EXPECT_FALSE(files.has_version(5));
}

TEST_F(LogFilesTest, TakesTheCheckpointOfOnePartFirst) {
  write(checkpoint_name(9), "");
  write("00000000000000000009.checkpoint.0000000001.0000000002.parquet", "");
  write("00000000000000000009.checkpoint.0000000002.0000000002.parquet", "");
  const LogFiles files = list_log_files(folder_);
  ASSERT_EQ(files.checkpoints.size(), 1U);
  EXPECT_EQ(files.checkpoints[0].parts, Names{checkpoint_name(9)});
  EXPECT_EQ(files.latest(), 9);
}

TEST_F(LogFilesTest, LeavesOutOtherNames) {
  for (const char* name :
       {"_last_checkpoint", ".tmp-x.json", "0000000000000000003.json", "0000000000000000000x.json",
        "00000000000000000003.json.tmp", "99999999999999999999.json",
        "00000000000000000004.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet",
        "00000000000000000004.checkpoint.0000000002.0000000001.parquet",
        "00000000000000000004.checkpoint.0000000000.0000000001.parquet",
        "00000000000000000004.checkpoint.0000000001.0000000002.parquet"}) {
    write(name, "");
  }
  const LogFiles files = list_log_files(folder_);
  EXPECT_TRUE(files.versions.empty());
  EXPECT_TRUE(files.checkpoints.empty());
  EXPECT_EQ(files.latest(), -1);
  EXPECT_TRUE(list_log_files(folder_ / "none").versions.empty());
}

}  // namespace
}  // namespace penstock
