#include "libcore/flow/checkpoint/files_run.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// Statements of one shell script; with tools they run in tests/tools/pflow_checkpoint.bats.
class FilesRunTest : public FolderTest {
 protected:
  void begin(const std::string& script) {
    PlanFragment fragment;
    fragment.hosts = {kThisHost};
    PlanStage stage;
    stage.program = {{"sh"}, {"-c"}, {"cd " + folder_.string() + "; " + script}};
    fragment.stages = {stage};
    pipeline_.fragments = {fragment};
    fragments_ = {&pipeline_.fragments[0]};
  }

  std::string directory() const { return folder_ / "ck"; }

  FlowOutcome run(CheckpointFolder& folder) {
    const RunFolder run_folder;
    const std::vector<RunHost> hosts{{run_folder.path(), {}}};
    JobMaker maker(hosts, fragments_);
    LocalLauncher launcher;
    options_.on_again = [&](const Job&, int64_t attempt, const std::string& why) {
      again_.emplace_back(attempt, why);
    };
    TaskHosts here(launcher, nullptr, run_folder, folder);
    EXPECT_TRUE(here.take_folders());
    FilesRun run(pipeline_, fragments_, maker, here, run_folder, folder, options_);
    FlowOutcome outcome = run.run();
    counts_ = run.counts();
    if (outcome.status == 0) output_ = run.output();
    return outcome;
  }

  PlanPipeline pipeline_;
  std::vector<const PlanFragment*> fragments_;
  FilesRunOptions options_;
  std::vector<std::pair<int64_t, std::string>> again_;
  RerunCounts counts_;
  std::string output_;
};

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

TEST_F(FilesRunTest, GivesUpWhenItHasTriedSoOften) {
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

TEST_F(FilesRunTest, AStatusEndsItAtOnce) {
  begin("echo x >>tries; echo why >&2; exit 3");
  CheckpointFolder folder = CheckpointFolder::create(directory(), {});
  const FlowOutcome outcome = run(folder);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.message, "fragment 1, stage 1: sh ended with status 3: why");
  EXPECT_EQ(read("tries"), "x\n");
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
