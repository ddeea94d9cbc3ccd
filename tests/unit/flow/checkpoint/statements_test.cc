#include "libcore/flow/checkpoint/statements.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

class CheckpointedStatementsTest : public FolderTest {
 protected:
  void SetUp() override {
    std::filesystem::current_path(folder_);
    write("in", "1\n");
    options_.directory = "ck";
    plan_.workers = 2;
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  static Flow flow_of(const std::string& text) {
    return parse_flow(text, [](const std::string&) { return std::nullopt; });
  }

  // Begins each statement, as a run does.
  void begin_all(CheckpointedStatements& statements, const PlanOptions& plan) const {
    for (size_t i = 0; i < flow_.statements.size(); ++i)
      statements.begin(i, plan_statement(flow_, flow_.statements[i], plan), 1);
  }

  std::string refusal_of_resume(const std::function<void()>& change) {
    change();
    options_.resumes = true;
    try {
      CheckpointedStatements statements(flow_, options_, plan_);
      begin_all(statements, plan_);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }

  void begin_run() {
    PlanOptions plan = plan_;
    CheckpointedStatements statements(flow_, options_, plan);
    begin_all(statements, plan);
  }

  Flow flow_ = flow_of("cat in > out\ncat out in");
  CheckpointOptions options_;
  PlanOptions plan_;
  std::filesystem::path before_ = std::filesystem::current_path();
};

TEST_F(CheckpointedStatementsTest, PlansAreForTasks) {
  CheckpointedStatements statements(flow_, options_, plan_);
  EXPECT_EQ(statements.slots(), 2);
  EXPECT_EQ(plan_.workers, 2);
  EXPECT_TRUE(plan_.over_files.has_value());
  EXPECT_FALSE(statements.has_ended(0));
  EXPECT_TRUE(statements.is_last(1));
  EXPECT_EQ(checkpointed_flow("ck"), flow_.text);
}

TEST_F(CheckpointedStatementsTest, LargeInputsAreForMoreTasks) {
  write("large", "");
  std::filesystem::resize_file("large", 3 * kBytesOfTask);
  cut_into_tasks(flow_of("cat in large large"), options_, plan_);
  EXPECT_EQ(plan_.workers, 4);
  plan_.workers = 2;
  std::filesystem::resize_file("large", 99 * kBytesOfTask);
  cut_into_tasks(flow_of("cat in <(cat large)"), options_, plan_);
  EXPECT_EQ(plan_.workers, 2 * kMostTasksOfSlot);
}

TEST_F(CheckpointedStatementsTest, ARunGoesOnInTheModeInWhichItBegan) {
  options_.is_auto = true;
  begin_run();
  options_.is_auto = false;
  options_.resumes = true;
  plan_.workers = 7;
  CheckpointedStatements statements(flow_, options_, plan_);
  EXPECT_EQ(statements.slots(), 7);
  EXPECT_EQ(plan_.over_files->piped_workers, 2);
  begin_all(statements, plan_);
}

TEST_F(CheckpointedStatementsTest, ARunGoesOnWithTheTasksThatItBeganWith) {
  options_.tasks = 5;
  begin_run();
  options_.tasks = std::nullopt;
  options_.resumes = true;
  plan_.workers = 7;
  CheckpointedStatements statements(flow_, options_, plan_);
  begin_all(statements, plan_);
  EXPECT_EQ(statements.slots(), 7);
  EXPECT_EQ(plan_.workers, 5);
}

TEST_F(CheckpointedStatementsTest, OnlyWhatGoesThroughPipesMayBePlannedOtherwise) {
  options_.is_auto = true;
  flow_ = flow_of("cat in");
  begin_run();
  const Flow other = flow_of("cat in | cat | cat");
  const auto go_on = [&](bool is_over_files) {
    options_.resumes = true;
    PlanOptions plan = plan_;
    CheckpointedStatements statements(flow_, options_, plan);
    PlanStatement now = plan_statement(other, other.statements[0], plan);
    EXPECT_FALSE(now.is_over_files);
    now.is_over_files = is_over_files;
    statements.begin(0, now, 1);
  };
  EXPECT_NO_THROW(go_on(false));
  EXPECT_THROW(go_on(true), Error);
}

TEST_F(CheckpointedStatementsTest, KeepsWhichStatementsHaveEnded) {
  {
    PlanOptions plan = plan_;
    CheckpointedStatements statements(flow_, options_, plan);
    statements.end(0);
  }
  options_.resumes = true;
  CheckpointedStatements statements(flow_, options_, plan_);
  EXPECT_TRUE(statements.has_ended(0));
  EXPECT_FALSE(statements.has_ended(1));
}

TEST_F(CheckpointedStatementsTest, RefusesChangedInputs) {
  begin_run();
  EXPECT_EQ(refusal_of_resume([&] { write("in", "1\n2\n"); }),
            "ck: in had 2 bytes and has 4 since the run began; begin another one");
}

TEST_F(CheckpointedStatementsTest, RefusesAnotherFlow) {
  begin_run();
  EXPECT_EQ(refusal_of_resume([&] { flow_ = flow_of("cat in"); }),
            "ck: holds the run of another flow");
}

TEST_F(CheckpointedStatementsTest, RefusesAnotherWorkingFolder) {
  begin_run();
  const std::string began = std::filesystem::current_path().string();
  EXPECT_EQ(refusal_of_resume([&] {
              std::filesystem::create_directory("other");
              std::filesystem::current_path("other");
              options_.directory = "../ck";
            }),
            "../ck: the run was begun in " + began + "; go on with it there");
}

TEST_F(CheckpointedStatementsTest, RefusesOtherOrders) {
  begin_run();
  EXPECT_EQ(refusal_of_resume([&] { plan_.unordered = true; }),
            "ck: the run was begun without --unordered");
}

}  // namespace
}  // namespace penstock
