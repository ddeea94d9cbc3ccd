#include "libcore/flow/checkpoint/task_steps.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace penstock {
namespace {

PlanFragment fragment(int64_t workers, bool is_behind, Edge::Kind kind = Edge::Kind::kShare) {
  PlanFragment made;
  made.workers = workers;
  if (is_behind) {
    Edge edge;
    edge.kind = kind;
    made.edge = edge;
  }
  return made;
}

std::shared_ptr<PlanPipeline> pipeline(std::vector<PlanFragment> fragments) {
  return std::make_shared<PlanPipeline>(PlanPipeline{std::move(fragments)});
}

// Has the fragment's only stage read a pipeline.
void read(PlanFragment& by, std::shared_ptr<PlanPipeline> input, EdgeMedium medium) {
  PlanStage stage;
  stage.program = {{"join"}, {"", 0}};
  stage.pipelines[0] = std::move(input);
  stage.media[0] = medium;
  by.stages.push_back(stage);
}

TEST(TaskSteps, AreTheFragmentsOneAfterTheOther) {
  const auto statement =
      pipeline({fragment(4, false), fragment(3, true), fragment(1, true, Edge::Kind::kGather)});
  const std::vector<TaskStep> steps = task_steps(*statement);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].tasks, 4);
  EXPECT_EQ(steps[0].partitions, 3);
  EXPECT_TRUE(steps[0].reads().empty());
  EXPECT_EQ(steps[1].partitions, 1);
  EXPECT_EQ(steps[1].reads(), std::vector<size_t>{0});
  EXPECT_EQ(steps[2].tasks, 1);
  EXPECT_EQ(steps[2].partitions, 0);
  EXPECT_EQ(&steps[2].of(), &statement->fragments[2]);
}

TEST(TaskSteps, AnInputThroughAPipeIsOfTheSameTasks) {
  auto right = pipeline({fragment(4, false), fragment(3, true)});
  auto statement = pipeline({fragment(4, false), fragment(3, true)});
  read(statement->fragments[1], right, EdgeMedium::kPipe);
  const std::vector<TaskStep> steps = task_steps(*statement);
  ASSERT_EQ(steps.size(), 3U);
  const TaskStep& last = steps[2];
  EXPECT_EQ(last.pipeline, statement.get());
  ASSERT_EQ(last.inputs.size(), 2U);
  EXPECT_EQ(last.inputs[0].fragment, &statement->fragments[1]);
  EXPECT_EQ(last.inputs[1].fragment, &right->fragments[1]);
  EXPECT_EQ(last.reads(), (std::vector<size_t>{0, 1}));
}

TEST(TaskSteps, AnInputThatIsReadWholeIsAStepOfItsOwn) {
  auto whole = pipeline({fragment(4, false), fragment(1, true, Edge::Kind::kGather)});
  auto statement = pipeline({fragment(4, false), fragment(1, true, Edge::Kind::kGather)});
  read(statement->fragments[0], whole, EdgeMedium::kFile);
  const std::vector<TaskStep> steps = task_steps(*statement);
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps[1].partitions, 0);
  ASSERT_EQ(steps[2].wholes.size(), 1U);
  EXPECT_EQ(steps[2].wholes[0].pipeline, whole.get());
  EXPECT_EQ(steps[2].reads(), std::vector<size_t>{1});
}

TEST(TaskSteps, AScanThroughAPipeIsNoStep) {
  auto scan = pipeline({fragment(1, false)});
  auto statement = pipeline({fragment(1, false)});
  read(statement->fragments[0], scan, EdgeMedium::kPipe);
  const std::vector<TaskStep> steps = task_steps(*statement);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_TRUE(steps[0].inputs.empty());
}

}  // namespace
}  // namespace penstock
