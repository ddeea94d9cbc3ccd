#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/flow/checkpoint/scripted_task.h"

namespace penstock {
namespace {

using FilesRunEnds = FilesRunTest;

TEST_F(FilesRunEnds, GivesUpWhenItHasTriedSoOften) {
  options_.retries = 1;
  begin("echo x >>tries; kill -KILL $$");
  CheckpointFolder folder = CheckpointFolder::create(directory(), {});
  const FlowOutcome outcome = run(folder);
  EXPECT_EQ(outcome.status, 137);
  EXPECT_EQ(outcome.message, "fragment 1, stage 1: sh died of signal 9 (Killed)");
  EXPECT_EQ(read("tries"), "x\nx\n");
  // Nothing of an attempt is left.
  EXPECT_TRUE(std::filesystem::is_empty(directory() + "/fragment-1"));
}

TEST_F(FilesRunEnds, AStatusEndsItAtOnce) {
  begin("echo x >>tries; echo why >&2; exit 3");
  CheckpointFolder folder = CheckpointFolder::create(directory(), {});
  const FlowOutcome outcome = run(folder);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.message, "fragment 1, stage 1: sh ended with status 3: why");
  EXPECT_EQ(read("tries"), "x\n");
}

}  // namespace
}  // namespace penstock
