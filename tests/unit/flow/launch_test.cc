#include "libcore/flow/launch.h"

#include <gtest/gtest.h>

#include <memory>

namespace penstock {
namespace {

std::shared_ptr<PlanPipeline> pipeline(int64_t workers,
                                       std::vector<std::shared_ptr<const PlanPipeline>> inputs) {
  PlanFragment fragment;
  fragment.workers = workers;
  PlanStage stage;
  stage.program.push_back({"a-program"});
  for (auto& input : inputs) {
    int number = static_cast<int>(stage.pipelines.size());
    stage.program.push_back({"", number});
    stage.pipelines[number] = std::move(input);
  }
  fragment.stages.push_back(std::move(stage));
  return std::make_shared<PlanPipeline>(PlanPipeline{{std::move(fragment)}});
}

// What several workers read whole is written first: side by side, but each after what it needs.
TEST(JobMaker, SharedInputsAreStepsBefore) {
  auto orders = pipeline(1, {});
  auto nation = pipeline(1, {});
  auto needs_nation = pipeline(2, {nation});
  auto gathered = std::make_shared<PlanPipeline>(*needs_nation);
  gathered->fragments.push_back(pipeline(1, {})->fragments[0]);
  auto parts = pipeline(2, {});
  auto statement = pipeline(2, {orders, gathered, parts});
  std::vector<const PlanFragment*> fragments;
  JobMaker launcher("/nowhere", fragments);
  std::vector<Step> steps = launcher.steps(*statement);
  ASSERT_EQ(steps.size(), 3U);
  // `nation` is the input's that was copied into `gathered`.
  EXPECT_EQ(steps[0], (Step{orders.get(), nation.get()}));
  EXPECT_EQ(steps[1], Step{gathered.get()});
  EXPECT_EQ(steps[2], Step{statement.get()});
}

TEST(JobMaker, OneWorkerReadsItsInputsFromPipes) {
  auto statement = pipeline(1, {pipeline(1, {})});
  std::vector<const PlanFragment*> fragments;
  EXPECT_EQ(JobMaker("/nowhere", fragments).steps(*statement),
            std::vector<Step>{Step{statement.get()}});
}

}  // namespace
}  // namespace penstock
