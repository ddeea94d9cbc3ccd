#include "libcore/flow/launch/processes.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>

namespace penstock {
namespace {

using std::chrono::seconds;

ProcessSpec shell_spec(const std::string& script) {
  ProcessSpec spec;
  spec.words = {"sh", "-c", script};
  return spec;
}

class ProcessesTest : public ::testing::Test {
 protected:
  StartedProcess start(const ProcessSpec& spec) {
    return processes_.start(spec, {[this](EndedProcess& ended) { ended_ = std::move(ended); }});
  }
  void wait() {
    while (!ended_) {
      ASSERT_TRUE(processes_.loop().run_one(std::chrono::steady_clock::now() + seconds(20)));
    }
  }

  std::vector<int> signals_;
  Processes processes_{[this](int signal) { signals_.push_back(signal); }};
  std::optional<EndedProcess> ended_;
};

TEST_F(ProcessesTest, AnEndIsReportedByTheLoop) {
  StartedProcess started = start(shell_spec("echo words >&2; exit 3"));
  EXPECT_EQ(started.error, 0);
  siginfo_t info{};
  EXPECT_EQ(waitid(P_PID, static_cast<id_t>(started.pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(ended_);
  wait();
  EXPECT_EQ(WEXITSTATUS(ended_->wait_status), 3);
  EXPECT_EQ(ended_->said, "words\n");
}

TEST_F(ProcessesTest, WithoutAProgramThereIsNoProcess) {
  ProcessSpec spec;
  spec.words = {"no-such-program"};
  EXPECT_EQ(start(spec).error, ENOENT);
  processes_.loop().poll();
  EXPECT_FALSE(ended_);
}

TEST_F(ProcessesTest, AListenerMayStartTheNext) {
  ProcessListener first;
  first.on_ended = [this](EndedProcess&) { start(shell_spec("exit 4")); };
  processes_.start(shell_spec("exit 3"), std::move(first));
  wait();
  EXPECT_EQ(WEXITSTATUS(ended_->wait_status), 4);
}

TEST_F(ProcessesTest, SignalsToUsAreGiven) {
  kill(getpid(), SIGTERM);
  EXPECT_TRUE(processes_.loop().run_one(std::chrono::steady_clock::now() + seconds(20)));
  EXPECT_EQ(signals_, std::vector<int>{SIGTERM});
}

TEST_F(ProcessesTest, OrphansEndAndWhatRunsStays) {
  StartedProcess stays = start(shell_spec("sleep 100"));
  std::optional<EndedProcess> left;
  processes_.start(shell_spec("setsid sleep 100 & echo $! >&2"),
                   {[&](EndedProcess& ended) { left = std::move(ended); }});
  while (!left)
    processes_.loop().run_one(std::nullopt);
  std::string orphan = "/proc/" + std::to_string(std::stoi(left->said));
  EXPECT_TRUE(std::filesystem::exists(orphan));
  processes_.end_orphans();
  EXPECT_FALSE(std::filesystem::exists(orphan));
  EXPECT_EQ(kill(stays.pid, 0), 0);
  kill(stays.pid, SIGKILL);
  wait();
  EXPECT_EQ(WTERMSIG(ended_->wait_status), SIGKILL);
}

}  // namespace
}  // namespace penstock
