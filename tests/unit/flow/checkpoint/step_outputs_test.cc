#include "libcore/flow/checkpoint/step_outputs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

PartitionShares division_of(const std::vector<int64_t>& bytes, int64_t tasks = 0,
                            bool can_split = false) {
  std::vector<PartitionSize> sizes;
  for (int64_t each : bytes)
    sizes.push_back({each, 4});
  return divide_partitions(sizes, tasks == 0 ? std::ssize(bytes) : tasks, can_split);
}

TEST(DividePartitions, GivesEachOfSomeSizeToATask) {
  const PartitionShares each{{0, 0}, {1, 1}, {2, 2}};
  EXPECT_EQ(division_of({10, 10, 10}), each);
  EXPECT_EQ(division_of({0, 0, 0}), each);
  EXPECT_EQ(division_of({7}), (PartitionShares{{0, 0}}));
}

TEST(DividePartitions, PutsSmallNeighboursTogether) {
  // The mean is 30.
  EXPECT_EQ(division_of({100, 10, 10, 5, 25}), (PartitionShares{{0, 0}, {1, 3}, {4, 4}}));
  // The mean is 26, which 2, 2 and 24 would exceed, and 24 and 2 have.
  EXPECT_EQ(division_of({100, 2, 2, 24, 2}), (PartitionShares{{0, 0}, {1, 2}, {3, 3}, {4, 4}}));
}

TEST(DividePartitions, LeavesPartitionsThatAreLarge) {
  const int64_t large = kSmallPartitionBytes;
  EXPECT_EQ(division_of({9 * large, large, large, large}),
            (PartitionShares{{0, 0}, {1, 1}, {2, 2}, {3, 3}}));
}

TEST(DividePartitions, SlicesWhatIsMuchLargerThanTheOthers) {
  const int64_t least = kLeastSplitBytes;
  // The mean is 3, as the last three have together.
  EXPECT_EQ(division_of({9 * least, least, least, least}, 8, true),
            (PartitionShares{{0, 0, 0, 3}, {0, 0, 1, 3}, {0, 0, 2, 3}, {1, 2}, {3, 3}}));
  // Twice the mean is not more than that.
  EXPECT_EQ(division_of({6 * least, 2 * least, 2 * least, 2 * least}, 8, true).size(), 4U);
  // There are four files.
  const PartitionShares sliced = division_of({99 * least, 0, 0, 0, 0, 0, 0, 0}, 16, true);
  EXPECT_EQ(sliced[3], (PartitionShare{0, 0, 3, 4}));
  EXPECT_EQ(sliced[4].first, 1);
  // There are so many tasks.
  EXPECT_EQ(division_of({9 * least, least, least, least}, 5, true),
            (PartitionShares{{0, 0, 0, 2}, {0, 0, 1, 2}, {1, 2}, {3, 3}}));
  // What is small is not worth it.
  EXPECT_EQ(division_of({100, 1, 1, 1}, 8, true), (PartitionShares{{0, 0}, {1, 3}}));
}

TEST(DivisionNumbers, MeanTheDivision) {
  const PartitionShares division{{0, 0, 0, 2}, {0, 0, 1, 2}, {1, 2}, {3, 3}};
  const std::vector<int64_t> numbers = numbers_of(division);
  EXPECT_EQ(division_of_numbers(numbers, 4, 4), division);
  EXPECT_FALSE(division_of_numbers(numbers, 5, 5));
  EXPECT_FALSE(division_of_numbers(numbers, 4, 3));
  for (size_t i = 0; i < numbers.size(); ++i) {
    for (int64_t other : {-1, 0, 1, 2, 3, 4}) {
      std::vector<int64_t> changed = numbers;
      changed[i] = other;
      EXPECT_EQ(division_of_numbers(changed, 4, 4).has_value(), changed == numbers) << i << other;
    }
  }
  for (size_t size = 0; size < numbers.size(); ++size)
    EXPECT_FALSE(division_of_numbers(std::span(numbers).first(size), 4, 4)) << size;
}

// A fragment of two workers that share their rows out to three.
class StepOutputsTest : public FolderTest {
 protected:
  StepOutputsTest() {
    pipeline_.fragments.resize(2);
    pipeline_.fragments[0].workers = 2;
    pipeline_.fragments[1].workers = 3;
    Edge edge;
    edge.kind = Edge::Kind::kShare;
    pipeline_.fragments[1].edge = edge;
    steps_ = task_steps(pipeline_);
    outputs_ = std::make_unique<StepOutputs>(steps_);
  }

  void use_grid() { pipeline_.fragments[1].edge->how.kind = PartitionKind::kGrid; }

  static PartitionFile file(const std::string& name, int64_t bytes,
                            std::vector<int32_t> partitions) {
    return {name, {1, bytes, 0}, std::move(partitions)};
  }

  std::vector<std::string> read_by(size_t task) const {
    std::vector<std::string> paths;
    for (const InputFile& input : outputs_->inputs_of(1, task, steps_[1].inputs[0], place_)) {
      std::string path = input.endpoint + input.path;
      paths.push_back(std::move(path));
    }
    return paths;
  }

  PlanPipeline pipeline_;
  std::vector<TaskStep> steps_;
  std::unique_ptr<StepOutputs> outputs_;
  ReadingPlace place_{"/ck", 0, {}};
};

using Paths = std::vector<std::string>;

TEST_F(StepOutputsTest, EachTaskReadsItsPartitionInTheOrderOfTheWriters) {
  // As they end.
  outputs_->add(0, 1, {{1, 2, 1}, 0, {file("1", 10, {0}), file("2", 10, {1}), file("s", 1, {})}});
  outputs_->add(0, 0, {{1, 1, 1}, 0, {file("1", 10, {0}), file("3", 20, {2}), file("s", 1, {})}});
  const PartitionShares division = outputs_->division_of(1);
  EXPECT_EQ(division, (PartitionShares{{0, 0}, {1, 1}, {2, 2}}));
  outputs_->divide(1, division);
  EXPECT_EQ(read_by(0), (Paths{"/ck/fragment-1/task-1-1/1", "/ck/fragment-1/task-2-1/1"}));
  EXPECT_EQ(read_by(1), (Paths{"/ck/fragment-1/task-2-1/2"}));
  EXPECT_EQ(read_by(2), (Paths{"/ck/fragment-1/task-1-1/3"}));
  EXPECT_FALSE(outputs_->is_idle(1, 2));
}

TEST_F(StepOutputsTest, ATaskWithoutFilesReadsTheSchema) {
  outputs_->add(0, 0, {{1, 1, 1}, 0, {file("s", 1, {})}});
  outputs_->add(0, 1, {{1, 2, 1}, 0, {file("1", 10, {0}), file("s", 1, {})}});
  outputs_->divide(1, {{0, 0}, {1, 1}, {2, 2}});
  EXPECT_EQ(read_by(1), (Paths{"/ck/fragment-1/task-1-1/s"}));
}

TEST_F(StepOutputsTest, OneTaskReadsSmallPartitionsTogether) {
  outputs_->add(0, 0, {{1, 1, 1}, 0, {file("1", 90, {0}), file("2", 3, {1}), file("3", 3, {2})}});
  outputs_->add(0, 1, {{1, 2, 1}, 0, {file("2", 3, {1}), file("all", 0, {0, 1, 2})}});
  const PartitionShares division = outputs_->division_of(1);
  EXPECT_EQ(division, (PartitionShares{{0, 0}, {1, 2}}));
  outputs_->divide(1, division);
  // The rows of a broadcast once.
  EXPECT_EQ(read_by(1), (Paths{"/ck/fragment-1/task-1-1/2", "/ck/fragment-1/task-1-1/3",
                               "/ck/fragment-1/task-2-1/2", "/ck/fragment-1/task-2-1/all"}));
  EXPECT_TRUE(outputs_->is_idle(1, 2));
}

TEST_F(StepOutputsTest, ASliceHasSomeOfTheFiles) {
  outputs_->add(0, 0, {{1, 1, 1}, 0, {file("1", 10, {0}), file("s", 1, {})}});
  outputs_->add(0, 1, {{1, 2, 1}, 0, {file("1", 10, {0}), file("2", 10, {0}), file("s", 1, {})}});
  outputs_->divide(1, {{0, 0, 0, 2}, {0, 0, 1, 2}, {1, 2}});
  EXPECT_EQ(read_by(0), (Paths{"/ck/fragment-1/task-1-1/1"}));
  EXPECT_EQ(read_by(1), (Paths{"/ck/fragment-1/task-2-1/1", "/ck/fragment-1/task-2-1/2"}));
  EXPECT_EQ(read_by(2), (Paths{"/ck/fragment-1/task-1-1/s"}));
}

TEST_F(StepOutputsTest, PlacesOfAGridStayApart) {
  use_grid();
  outputs_->add(0, 0, {{1, 1, 1}, 0, {file("1", 90, {0}), file("2", 3, {1}), file("3", 3, {2})}});
  outputs_->add(0, 1, {{1, 2, 1}, 0, {}});
  EXPECT_EQ(outputs_->division_of(1), (PartitionShares{{0, 0}, {1, 1}, {2, 2}}));
}

TEST_F(StepOutputsTest, AListThatIsNotOfTheStepDoesNotFit) {
  EXPECT_TRUE(outputs_->fits(0, {file("1", 10, {0, 2}), file("s", 1, {})}));
  EXPECT_TRUE(outputs_->fits(0, {}));
  EXPECT_FALSE(outputs_->fits(0, {file("1", 10, {0, 3}), file("s", 1, {})}));
  // The last step leaves one file.
  EXPECT_TRUE(outputs_->fits(1, {file("output", 10, {0})}));
  EXPECT_FALSE(outputs_->fits(1, {}));
}

TEST_F(StepOutputsTest, WithoutASchemaThereIsNothingToRead) {
  outputs_->add(0, 0, {{1, 1, 1}, 0, {}});
  outputs_->add(0, 1, {{1, 2, 1}, 0, {}});
  outputs_->divide(1, {{0, 0}, {1, 1}, {2, 2}});
  EXPECT_THROW(read_by(0), Error);
}

TEST_F(StepOutputsTest, WhatIsOnAnotherDiskIsServed) {
  outputs_->add(0, 0, {{1, 1, 1}, 1, {file("1", 10, {0})}});
  outputs_->add(0, 1, {{1, 2, 4}, 2, {file("1", 10, {0})}});
  outputs_->divide(1, {{0, 0}, {1, 1}, {2, 2}});
  place_ = {"/ck", 2, {"tcp://a:1", "tcp://b:2", "tcp://c:3"}};
  EXPECT_EQ(read_by(0), (Paths{"tcp://b:2fragment-1/task-1-1/1", "/ck/fragment-1/task-2-4/1"}));
  outputs_->remove(0, 0);
  EXPECT_FALSE(outputs_->has(0, 0));
  EXPECT_EQ(outputs_->of(0, 1).made_by, (TaskAttempt{1, 2, 4}));
}

}  // namespace
}  // namespace penstock
