#include "libcore/flow/piped_statement.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// Statements of shell scripts; with tools they run in tests/tools/pflow.bats.
class PipedStatementTest : public FolderTest {
 protected:
  PlanFragment fragment(const std::string& script) const {
    PlanFragment fragment;
    fragment.hosts = {kThisHost};
    PlanStage stage;
    stage.program = {{"sh"}, {"-c"}, {"cd " + folder_.string() + "; " + script}};
    fragment.stages = {stage};
    return fragment;
  }

  // Each time with the same launcher, and a new folder.
  FlowOutcome run(const PlanPipeline& pipeline) {
    const RunFolder run_folder;
    const std::vector<RunHost> hosts{{run_folder.path(), {}}};
    std::vector<const PlanFragment*> fragments;
    for (const PlanFragment& fragment : pipeline.fragments)
      fragments.push_back(&fragment);
    JobMaker maker(hosts, fragments);
    Descriptor out(open((folder_ / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666));  // NOLINT
    PipedStatement piped{pipeline,   1,       fragments, maker,  launcher_,
                         run_folder, nullptr, {},        events_};
    piped.out = out.get();
    piped.on_refused = [this](const RefusedCounts&) { ++groups_; };
    return run_piped(piped);
  }

  LocalLauncher launcher_;
  EventStream events_;
  int groups_ = 0;  // that ended well
};

TEST_F(PipedStatementTest, WritesToTheDescriptor) {
  EXPECT_EQ(run({{fragment("echo right")}}).status, 0);
  EXPECT_EQ(read("out"), "right\n");
  EXPECT_EQ(groups_, 1);
}

TEST_F(PipedStatementTest, WhatIsReadWholeRunsFirst) {
  PlanFragment last = fragment("cat \"$0\"; echo last");
  last.stages[0].program.push_back({"", 0});
  last.stages[0].pipelines[0] =
      std::make_shared<const PlanPipeline>(PlanPipeline{{fragment("echo first")}});
  last.stages[0].media[0] = EdgeMedium::kFile;
  EXPECT_EQ(run({{last}}).status, 0);
  EXPECT_EQ(read("out"), "first\nlast\n");
  EXPECT_EQ(groups_, 2);
}

TEST_F(PipedStatementTest, OnlyAFailureOfTheMachineMayGoWellLater) {
  const FlowOutcome died = run({{fragment("kill -KILL $$")}});
  EXPECT_EQ(died.status, 137);
  EXPECT_TRUE(died.is_of_machine);
  const FlowOutcome failed = run({{fragment("exit 3")}});
  EXPECT_EQ(failed.status, 3);
  EXPECT_FALSE(failed.is_of_machine);
  EXPECT_EQ(groups_, 0);
  EXPECT_EQ(run({{fragment("echo again")}}).status, 0);
  EXPECT_EQ(read("out"), "again\n");
}

}  // namespace
}  // namespace penstock
