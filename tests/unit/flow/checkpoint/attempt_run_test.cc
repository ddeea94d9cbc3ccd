#include "libcore/flow/checkpoint/attempt_run.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// Runs of shell scripts, all in one loop.
class AttemptRunTest : public FolderTest {
 protected:
  AttemptRun& add(int64_t number, const std::string& script) {
    AttemptSpec spec;
    spec.attempt = {static_cast<size_t>(number), 1};
    spec.counts = folder_ / ("counts-" + std::to_string(number));
    spec.launch.channels = {{}};
    Job job;
    job.commands = {{"sh", "-c", script}};
    job.runs_programs = true;
    spec.launch.jobs = {job};
    return *runs_
                .emplace(number, std::make_unique<AttemptRun>(local_step_maker(launcher_), number,
                                                              std::move(spec), options_))
                .first->second;
  }

  void run_until_over(const AttemptRun& run) {
    while (!run.supervision().is_over()) {
      std::optional<TaskEvent> event = launcher_.next(now() + std::chrono::milliseconds(20));
      if (!event) {
        for (auto& [number, each] : runs_)
          each->pass_time();
        continue;
      }
      std::visit(
          [&](const auto& what) {
            if constexpr (requires { what.attempt; }) {
              runs_.at(what.attempt.number)->take(TaskEvent{event->at, what});
            }
          },
          event->what);
    }
  }

  SupervisorOptions options_;
  LocalLauncher launcher_;
  std::map<int64_t, std::unique_ptr<AttemptRun>> runs_;
};

TEST_F(AttemptRunTest, SeveralRunSideBySide) {
  AttemptRun& slow = add(1, "sleep 0.2");
  AttemptRun& bad = add(2, "exit 3");
  slow.begin();
  bad.begin();
  run_until_over(bad);
  EXPECT_FALSE(slow.supervision().is_over());
  EXPECT_EQ(bad.supervision().outcome().status, 3);
  EXPECT_FALSE(bad.supervision().is_of_machine());
  run_until_over(slow);
  EXPECT_EQ(slow.supervision().outcome().status, 0);
}

TEST_F(AttemptRunTest, ADeathIsAReasonOfTheMachine) {
  AttemptRun& run = add(1, "kill -KILL $$");
  run.begin();
  run_until_over(run);
  EXPECT_TRUE(run.supervision().is_of_machine());
  EXPECT_EQ(run.supervision().verdict().kind, Verdict::Kind::kDied);
  EXPECT_EQ(run.supervision().outcome().status, 128 + SIGKILL);
}

TEST_F(AttemptRunTest, AnEndThatIsAskedForSaysNothing) {
  AttemptRun& run = add(1, "trap '' TERM; sleep 20");
  run.begin();
  EXPECT_TRUE(run.has_progressed());
  run.end();
  run_until_over(run);
  EXPECT_TRUE(run.supervision().outcome().is_stopped);
  EXPECT_FALSE(run.supervision().is_of_machine());
}

TEST_F(AttemptRunTest, TheFileOfCountsGoesInTheEnd) {
  AttemptRun& run = add(1, "true");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "counts-1"));
  run.begin();
  run_until_over(run);
  EXPECT_EQ(run.moved().size(), 1U);
  runs_.clear();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "counts-1"));
}

}  // namespace
}  // namespace penstock
