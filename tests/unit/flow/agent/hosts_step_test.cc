#include "libcore/flow/agent/hosts_step.h"

#include <gtest/gtest.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/flow/agent/scripted_hosts.h"

namespace penstock {
namespace {

// Writes down what is asked of this host.
class Here final : public StepLauncher {
 public:
  void start(const Attempt& attempt) override { starts.push_back(attempt.task); }
  void end_starts() override { has_ended_starts = true; }
  void signal(const Attempt& attempt, int) override { signalled.push_back(attempt.task); }
  void answer(const Attempt&, const std::string&) override {}
  void give_up(size_t) override {}
  std::optional<TaskEvent> next(std::optional<FlowTime>) override { return std::nullopt; }
  void end_left_behind() override {}
  MovedRows moved(size_t) const override { return {7, 0, 0, 0, 0, 0, 0}; }

  std::vector<size_t> starts;
  std::vector<size_t> signalled;
  bool has_ended_starts = false;
};

// Tasks 0 and 2 on host 1, task 1 here.
class HostsStepTest : public ScriptedHosts {
 protected:
  void begin(const std::vector<FromAgent>& said) {
    write_agent("a", "127.0.0.1 1 127.0.0.1 22");
    std::vector<Host> list;
    add_hosts(list, "a");
    hosts_.emplace(launcher_, list, options_);
    std::vector<Job> jobs(3);
    for (Job& job : jobs) {
      job.commands = {{"a-program"}};
      job.is_tool = true;
    }
    jobs[0].host = jobs[2].host = 1;
    jobs[2].inherited = {{1, 64}};
    step_.jobs = divide_jobs(jobs, {{}, {Channel::Kind::kSecret, 0}}, {"the keys"}, 2);
    step_.environment = {{"A=here"}, {"A=there"}};
    ASSERT_TRUE(hosts_->wait_until_ready());
    running_.emplace(*hosts_, step_, here_);
    say("a", said);
  }
  // What the agent was asked.
  std::vector<ToAgent> heard() {
    running_.reset();
    hosts_.reset();
    MessageSplitter splitter;
    std::string bytes = read("a.heard");
    splitter.add(bytes);
    std::vector<ToAgent> messages;
    while (auto message = splitter.next())
      messages.push_back(decode_to_agent(*message));
    return messages;
  }
  template <typename What>
  What next() {
    std::optional<TaskEvent> event = running_->next(std::nullopt);
    EXPECT_TRUE(event && std::holds_alternative<What>(event->what));
    return std::get<What>(event->what);
  }

  Here here_;
  StepOfHosts step_;
  std::optional<RunHosts> hosts_;
  std::optional<HostsStep> running_;
};

TEST_F(HostsStepTest, EachTaskIsStartedOnItsHost) {
  begin({});
  for (size_t task : {0U, 1U, 2U})
    running_->start({task});
  running_->end_starts();
  running_->end_starts();
  running_->signal({1}, SIGTERM);
  running_->signal({2}, SIGTERM);
  EXPECT_EQ(here_.starts, std::vector<size_t>{1});
  EXPECT_EQ(here_.signalled, std::vector<size_t>{1});
  EXPECT_TRUE(here_.has_ended_starts);
  std::vector<ToAgent> said = heard();
  ASSERT_EQ(said.size(), 8U);
  EXPECT_TRUE(std::holds_alternative<BeginRun>(said[0]));
  EXPECT_EQ(std::get<PutSecret>(said[1]).contents, "the keys");
  EXPECT_EQ(std::get<BeginStep>(said[2]).tasks, 3);
  EXPECT_EQ(std::get<BeginStep>(said[2]).channels.size(), 2U);
  EXPECT_EQ(std::get<StartJob>(said[3]).attempt.task, 0U);
  const auto& start = std::get<StartJob>(said[4]);
  EXPECT_EQ(start.attempt.task, 2U);
  EXPECT_EQ(start.environment, std::vector<std::string>{"A=there"});
  EXPECT_TRUE(std::holds_alternative<EndStarts>(said[5]));
  EXPECT_EQ(std::get<SignalAttempt>(said[6]).attempt.task, 2U);
  EXPECT_TRUE(std::holds_alternative<EndRun>(said[7]));
}

TEST_F(HostsStepTest, WhatTheAgentSaysOfItsTasksIsAnEvent) {
  MovedCounts counts{{{0, {1, 2, 3, 0, 0, 0, 0}}, {1, {9, 9, 9, 0, 0, 0, 0}}}};
  // Task 1 is not its own, and there is no task 9.
  begin({TaskStarted{{1}, 5}, TaskStarted{{9}, 5}, TaskStarted{{0}, 6}, counts,
         TaskEnded{{0}, 256, {}, "a word"}});
  EXPECT_EQ(next<TaskStarted>().pid, 6);
  TaskEnded ended = next<TaskEnded>();
  EXPECT_EQ(ended.attempt.task, 0U);
  EXPECT_EQ(ended.said, "a word");
  EXPECT_EQ(running_->moved(0).rows_out, 2);
  EXPECT_EQ(running_->moved(1).rows_in, 7) << "of this host, by its own counts";
  EXPECT_EQ(running_->moved(2).rows_in, 0);
}

TEST_F(HostsStepTest, AHostThatIsLostIsAnEventWithItsName) {
  begin({AgentFailed{"no memory"}});
  HostLost lost = next<HostLost>();
  EXPECT_EQ(lost.host, 1U);
  EXPECT_TRUE(lost.why.starts_with("a: ")) << lost.why;
  EXPECT_NE(lost.why.find("no memory"), std::string::npos) << lost.why;
  // Nothing is sent there any more.
  running_->signal({2}, SIGTERM);
  running_->end_left_behind();
}

}  // namespace
}  // namespace penstock
