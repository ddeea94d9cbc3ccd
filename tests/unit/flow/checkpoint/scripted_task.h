// Runs of one task over files, which is a shell script.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/flow/checkpoint/files_run.h"
#include "tests/unit/folder_test.h"

namespace penstock {

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
    if (outcome.status == 0) output_ = run.output().path;
    return outcome;
  }

  PlanPipeline pipeline_;
  std::vector<const PlanFragment*> fragments_;
  FilesRunOptions options_;
  std::vector<std::pair<int64_t, std::string>> again_;
  RerunCounts counts_;
  std::string output_;
};

}  // namespace penstock
