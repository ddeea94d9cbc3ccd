#include "libcore/flow/run_flow.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// Flows of programs that are everywhere, which run once.
class RunFlow : public FolderTest {
 protected:
  void SetUp() override { std::filesystem::current_path(folder_); }
  void TearDown() override { std::filesystem::current_path(before_); }

  FlowOutcome run(const std::string& text) {
    Flow flow = parse_flow(text, [](const std::string&) { return std::nullopt; });
    options_.sync = Sync::kNo;
    return run_flow(flow, options_);
  }

  RunOptions options_;
  std::filesystem::path before_ = std::filesystem::current_path();
};

TEST_F(RunFlow, StatementsRunOneAfterTheOther) {
  FlowOutcome outcome = run("seq 3 | sort -r > one\ncat one | tail -n 1 > two");
  EXPECT_EQ(outcome.status, 0) << outcome.message;
  EXPECT_EQ(read("one"), "3\n2\n1\n");
  EXPECT_EQ(read("two"), "1\n");
}

TEST_F(RunFlow, TheFirstFailureEndsTheFlowAndLeavesNoOutput) {
  FlowOutcome outcome = run("seq 3 | false > one\nseq 3 > two");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.message.find("false ended with status 1"), std::string::npos)
      << outcome.message;
  EXPECT_FALSE(std::filesystem::exists("one"));
  EXPECT_FALSE(std::filesystem::exists("two"));
}

TEST_F(RunFlow, TheLogIsWhatHappened) {
  options_.log = "log";
  EXPECT_EQ(run("seq 3 > one").status, 0);
  std::string log = read("log");
  EXPECT_TRUE(log.starts_with("{\"seconds\":")) << log;
  for (const char* event :
       {R"("event":"flow")", R"("event":"start")", R"("event":"end")", R"("event":"done")"}) {
    EXPECT_NE(log.find(event), std::string::npos) << log;
  }
}

TEST_F(RunFlow, PlansAreMadeWithoutARun) {
  Flow flow = parse_flow("seq 3 > one\ncat one", [](const std::string&) { return std::nullopt; });
  std::vector<PlanStatement> plans = plan_flow(flow, options_).statements;
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[0].output, "one");
  EXPECT_EQ(plans[1].pipeline.fragments[0].stages[0].name(), "cat");
  EXPECT_FALSE(std::filesystem::exists("one"));
}

TEST_F(RunFlow, ThisHostsSlotsAreItsWorkers) {
  Flow flow = parse_flow("seq 3", [](const std::string&) { return std::nullopt; });
  options_.plan.workers = 2;
  add_hosts(options_.hosts, ":*3");
  EXPECT_EQ(plan_flow(flow, options_).workers, 2) << "as many as were asked for";
  options_.fills_slots = true;
  EXPECT_EQ(plan_flow(flow, options_).workers, 3);
  options_.hosts[0].slots = 1025;
  EXPECT_THROW(plan_flow(flow, options_), Error);
  options_.hosts[0].slots.reset();
  EXPECT_EQ(plan_flow(flow, options_).workers, 2);
}

}  // namespace
}  // namespace penstock
