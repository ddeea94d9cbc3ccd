#include "libcore/flow/checkpoint/files_run.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/flow/checkpoint/scripted_task.h"

namespace penstock {
namespace {

TEST_F(FilesRunTest, LeavesTheOutputOfATask) {
  begin("echo right");
  CheckpointFolder folder = CheckpointFolder::create(directory(), {});
  EXPECT_EQ(run(folder).status, 0);
  EXPECT_EQ(output_, directory() + "/fragment-1/task-1-1/output");
  EXPECT_EQ(read("ck/fragment-1/task-1-1/output"), "right\n");
  EXPECT_TRUE(again_.empty());
}

TEST_F(FilesRunTest, TriesAgainWhatDied) {
  begin("echo x >>tries; [ $(wc -l <tries) -gt 2 ] || kill -KILL $$; echo right");
  CheckpointFolder folder = CheckpointFolder::create(directory(), {});
  EXPECT_EQ(run(folder).status, 0);
  EXPECT_EQ(read("ck/fragment-1/task-1-3/output"), "right\n");
  ASSERT_EQ(again_.size(), 2U);
  EXPECT_EQ(again_[1].first, 3);
  EXPECT_EQ(again_[1].second, "fragment 1, stage 1: sh died of signal 9 (Killed)");
  EXPECT_EQ(counts_.retried, 2U);
}

TEST_F(FilesRunTest, WhatIsCommittedIsNotRunAgain) {
  begin("echo x >>tries; echo right");
  CheckpointFolder folder = CheckpointFolder::create(directory(), {});
  EXPECT_EQ(run(folder).status, 0);
  EXPECT_EQ(run(folder).status, 0);
  EXPECT_EQ(read("tries"), "x\n");
}

TEST_F(FilesRunTest, AnOutputOfAnotherSizeIsMadeAgain) {
  begin("echo x >>tries; echo right");
  CheckpointFolder folder = CheckpointFolder::create(directory(), {});
  EXPECT_EQ(run(folder).status, 0);
  write("ck/fragment-1/task-1-1/output", "rig");
  EXPECT_EQ(run(folder).status, 0);
  EXPECT_EQ(read("ck/fragment-1/task-1-1/output"), "right\n");
  EXPECT_EQ(read("tries"), "x\nx\n");
}

}  // namespace
}  // namespace penstock
