#include "libcore/flow/checkpoint/task_hosts.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libcore/flow/agent/taken_folder.h"
#include "tests/unit/flow/agent/scripted_hosts.h"

namespace penstock {
namespace {

// The hosts a and b, whose agents say what is written for them.
class TaskHostsTest : public ScriptedHosts {
 protected:
  void begin(const std::vector<FromAgent>& a, const std::vector<FromAgent>& b) {
    write_agent("a", "127.0.0.1 1 127.0.0.1 22", a);
    write_agent("b", "127.0.0.1 1 127.0.0.1 22", b);
    std::vector<Host> list;
    add_hosts(list, "a,b");
    hosts_.emplace(launcher_, list, options_);
    ASSERT_TRUE(hosts_->wait_until_ready());
    folder_of_run_ = std::make_unique<CheckpointFolder>(
        CheckpointFolder::create(folder_ / "ck", CheckpointRecord()));
    tasks_ = std::make_unique<TaskHosts>(launcher_, &*hosts_, run_folder_, *folder_of_run_);
  }

  HostsEvent next() {
    std::optional<HostsEvent> event = tasks_->next(now() + std::chrono::seconds(10));
    EXPECT_TRUE(event);
    return event ? *std::move(event) : HostsEvent();
  }

  // What an agent has heard, in the order of the messages.
  std::vector<ToAgent> heard(const std::string& host) {
    tasks_.reset();
    hosts_.reset();
    MessageSplitter splitter;
    const std::string bytes = read(host + ".heard");
    splitter.add(bytes);
    std::vector<ToAgent> messages;
    while (auto message = splitter.next())
      messages.push_back(decode_to_agent(*message));
    return messages;
  }

  const RunFolder run_folder_;
  std::optional<RunHosts> hosts_;
  std::unique_ptr<CheckpointFolder> folder_of_run_;
  std::unique_ptr<TaskHosts> tasks_;
};

const FolderTaken kShared{true, 0, ""};

TEST_F(TaskHostsTest, OneDiskNeedsNoServers) {
  begin({kShared}, {kShared});
  ASSERT_TRUE(tasks_->take_folders());
  EXPECT_TRUE(tasks_->share_one_disk());
  EXPECT_EQ(tasks_->keys(), "");
  EXPECT_EQ(tasks_->disk_of(2), kThisHost);
  EXPECT_EQ(tasks_->reading_place(1).directory, (folder_ / "ck").string());
  EXPECT_TRUE(tasks_->reading_place(1).endpoints.empty());
  // The sign is not left.
  EXPECT_EQ(folder_of_run_->outputs().path(), (folder_ / "ck").string());
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "ck"))
    EXPECT_FALSE(entry.path().filename().string().starts_with("shared-"));
}

TEST_F(TaskHostsTest, AHostThatCannotHaveTheDirectoryIsNamed) {
  begin({kShared}, {FolderTaken{false, 0, "/ck: create: Read-only file system"}});
  EXPECT_EQ(refusal([&] { tasks_->take_folders(); }), "b: /ck: create: Read-only file system");
}

TEST_F(TaskHostsTest, AnswersAndLossesAreEvents) {
  begin({kShared}, {kShared});
  ASSERT_TRUE(tasks_->take_folders());
  tasks_->listen();
  say("a", {OutputFinished{{1, 2, 1}, "list", ""}, OutputChecked{{1, 2, 1}, false},
            AgentFailed{"full"}});
  std::vector<std::string> seen;
  for (int i = 0; i < 3; ++i) {
    const HostsEvent event = next();
    if (const auto* answer = std::get_if<HostAnswer>(&event)) {
      EXPECT_EQ(answer->host, 1U);
      seen.emplace_back(std::holds_alternative<OutputFinished>(answer->what) ? "finished"
                                                                             : "checked");
    } else {
      const auto& lost = std::get<HostLost>(std::get<TaskEvent>(event).what);
      EXPECT_EQ(lost.host, 1U);
      seen.push_back(lost.why);
    }
  }
  EXPECT_EQ(seen[0], "finished");
  EXPECT_EQ(seen[1], "checked");
  EXPECT_TRUE(seen[2].starts_with("a: its agent cannot go on: full")) << seen[2];
  ASSERT_EQ(tasks_->lost().size(), 1U);
  // Nothing is asked of it any more.
  tasks_->begin(1, {1, 1, 1});
  tasks_->finish(1, {1, 1, 1}, false);
  EXPECT_EQ(tasks_->put(1, "list", "x"), "/run-of-a/list");
}

TEST_F(TaskHostsTest, AnAgentSpeaksOfItsOwnAttemptsAlone) {
  begin({kShared}, {kShared});
  ASSERT_TRUE(tasks_->take_folders());
  tasks_->listen();
  AttemptSpec spec;
  spec.launch.channels = {{}};
  Job job;
  job.host = 1;
  job.commands = {{"pscan", "f"}};
  job.is_tool = true;
  spec.launch.jobs = {job};
  spec.environment = {"A=b"};
  spec.output_folder = "/ck/fragment-1/.task-1-1";
  const std::vector<std::optional<Job>> jobs = {job};
  std::unique_ptr<StepLauncher> step = tasks_->step_maker(1)(spec, jobs, 7);
  step->start({0, 7});
  step->end_starts();
  say("b", {TaskEnded{{0, 7}, 9, {}, ""}});
  say("a", {TaskStarted{{1, 7}, 43}, TaskStarted{{0, 8}, 44}, TaskStarted{{0, 7}, 42},
            MovedCounts{{{0, {1, 2, 3}}}, 7}, TaskEnded{{0, 7}, 0, {}, ""}});
  const HostsEvent started = next();
  EXPECT_EQ(std::get<TaskStarted>(std::get<TaskEvent>(started).what).pid, 42);
  const HostsEvent ended = next();
  EXPECT_EQ(std::get<TaskEnded>(std::get<TaskEvent>(ended).what).wait_status, 0);
  EXPECT_EQ(step->moved(0).rows_out, 2);
  step.reset();
  const std::vector<ToAgent> messages = heard("a");
  ASSERT_GE(messages.size(), 6U);
  EXPECT_TRUE(std::holds_alternative<TakeFolder>(messages[1]));
  const auto& begun = std::get<BeginStep>(messages[2]);
  EXPECT_EQ(begun.number, 7);
  EXPECT_EQ(begun.output, "/ck/fragment-1/.task-1-1");
  EXPECT_EQ(std::get<StartJob>(messages[3]).environment, std::vector<std::string>{"A=b"});
  EXPECT_EQ(std::get<EndStarts>(messages[4]).number, 7);
  EXPECT_EQ(std::get<EndStep>(messages[5]).number, 7);
}

TEST_F(TaskHostsTest, OutputsOfAnEarlierRunAreFoundWhereTheyLie) {
  begin({kShared}, {kShared});
  ASSERT_TRUE(tasks_->take_folders());
  const TaskFolders& own = folder_of_run_->outputs();
  std::ofstream(own.begin({1, 1, 1}) + "/output") << "rows";
  EXPECT_EQ(finish_output(own, {{1, 1, 1}, true}).refusal, "");
  own.begin({1, 2, 1});
  own.finish({1, 2, 1});
  const std::vector<CommittedTask> committed = {
      {{1, 1, 1}, {}, ""}, {{1, 2, 1}, {}, ""}, {{1, 3, 1}, {}, "a"}};
  std::vector<TaskHosts::Found> found;
  ASSERT_TRUE(tasks_->find(committed, found));
  // The second has no list, and a is not a disk of its own.
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].made, &committed[0]);
  EXPECT_EQ(found[0].files.size(), 1U);
}

TEST_F(TaskHostsTest, ThisHostAloneNeedsNothing) {
  const CheckpointFolder folder = CheckpointFolder::create(folder_ / "ck", CheckpointRecord());
  TaskHosts alone(launcher_, nullptr, run_folder_, folder);
  EXPECT_TRUE(alone.take_folders());
  EXPECT_EQ(alone.size(), 1U);
  EXPECT_TRUE(alone.share_one_disk());
  EXPECT_TRUE(alone.lost().empty());
  alone.begin(0, {1, 1, 1});
  alone.finish(0, {1, 1, 1}, true);
  const std::optional<HostsEvent> event = alone.next(now());
  ASSERT_TRUE(event);
  const auto& finished = std::get<OutputFinished>(std::get<HostAnswer>(*event).what);
  EXPECT_NE(finished.refusal.find("output"), std::string::npos) << "it has written none";
  alone.clear();
}

}  // namespace
}  // namespace penstock
