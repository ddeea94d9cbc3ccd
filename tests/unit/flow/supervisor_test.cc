#include "libcore/flow/supervisor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <utility>
#include <variant>

#include "libcore/base/error.h"
#include "libcore/flow/launch/local_step.h"
#include "libcore/flow/run_folder.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

Job shell_job(const std::string& script) {
  Job job;
  job.commands = {{"sh", "-c", script}};
  return job;
}

FlowOutcome run_connected(const std::vector<Job>& jobs, const std::vector<Channel>& channels,
                          ChannelSources sources, const SupervisorOptions& options) {
  RunFolder folder;
  LocalLauncher launcher;
  const std::vector<std::optional<Job>> here(jobs.begin(), jobs.end());
  LocalStep step(launcher, here, OpenChannels(channels, std::move(sources)),
                 folder.path() + "/counts", {"MORE=more"});
  return supervise(jobs, step, options);
}

// Jobs that have channel 0 as their input and output, which are `in` and `out`.
FlowOutcome run_jobs(const std::vector<Job>& jobs, int in, int out,
                     const SupervisorOptions& options = {}) {
  const std::vector<Channel> channels{{Channel::Kind::kFlowInput}, {Channel::Kind::kFlowOutput}};
  std::vector<Job> connected = jobs;
  for (Job& job : connected)
    job.out = 1;
  return run_connected(connected, channels, {in, out}, options);
}

// Commands of the shell as one pipeline, whose last writes to `out`.
FlowOutcome run(const std::vector<std::string>& scripts, int out,
                const SupervisorOptions& options = {}) {
  std::vector<Job> jobs;
  std::vector<Channel> channels{{Channel::Kind::kFlowInput}, {Channel::Kind::kFlowOutput}};
  for (size_t i = 0; i < scripts.size(); ++i) {
    Job job = shell_job(scripts[i]);
    job.in = i == 0 ? 0 : channels.size() - 1;
    job.out = 1;
    job.stage = static_cast<int64_t>(i) + 1;
    if (i + 1 < scripts.size()) {
      job.out = channels.size();
      channels.push_back({Channel::Kind::kPipe});
      job.reader = static_cast<int64_t>(i) + 1;
    }
    jobs.push_back(std::move(job));
  }
  return run_connected(jobs, channels, {0, out}, options);
}

FlowOutcome run(const std::vector<std::string>& scripts) {
  Pipe out = make_pipe();
  return run(scripts, out.writer.get());
}

// Calls a function with each event of processes.
class Hears final : public Watcher {
 public:
  Hears(SupervisorOptions& options, std::function<void(const FlowEvent&)> hear)
      : hear_(std::move(hear)) {
    stream_.add(*this);
    options.events = &stream_;
  }
  void see(const FlowEvent& event) override { hear_(event); }

 private:
  EventStream stream_;
  std::function<void(const FlowEvent&)> hear_;
};

double seconds_since(std::chrono::steady_clock::time_point before) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
}

TEST(Supervisor, AllEndWell) {
  std::string said;
  SupervisorOptions options;
  options.pass_on = [&](const std::string& text) { said += text; };
  Pipe out = make_pipe();
  FlowOutcome outcome = run({"echo a note >&2; echo x", "cat"}, out.writer.get(), options);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.message, "");
  EXPECT_EQ(said, "a note\n");
  char bytes[2] = {};
  EXPECT_EQ(::read(out.reader.get(), bytes, 2), 2);
}

// One process ends just after it was looked at, while another's end is handled, and its standard
// error was closed long before: its signal is the only sign of its end.
TEST(Supervisor, AnEndWhileAnotherIsHandledIsNotMissed) {
  Pipe go = make_pipe();
  Pipe out = make_pipe();
  std::vector<Job> jobs{shell_job("exec 2>&-; read line"), shell_job("exec sleep 0.2")};
  pid_t first = 0;
  int ended = 0;
  SupervisorOptions options;
  Hears hears(options, [&](const FlowEvent& event) {
    const auto* begun = std::get_if<ProcessStarted>(&event.what);
    if (begun != nullptr && first == 0) first = begun->pid;
    const auto* end = std::get_if<ProcessEnded>(&event.what);
    if (end != nullptr && ++ended == 1) {
      EXPECT_NE(end->pid, first);
      EXPECT_EQ(write(go.writer.get(), "\n", 1), 1);
      siginfo_t info{};
      EXPECT_EQ(waitid(P_PID, static_cast<id_t>(first), &info, WEXITED | WNOWAIT), 0);
    }
  });
  EXPECT_EQ(run_jobs(jobs, go.reader.get(), out.writer.get(), options).status, 0);
  EXPECT_EQ(ended, 2);
}

TEST(Supervisor, TheFirstFailureUpTheStreamIsTold) {
  FlowOutcome outcome = run({"sleep 100", "echo broken >&2; exit 3", "cat >/dev/null; exit 1"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.message, "fragment 1, stage 2: sh ended with status 3: broken");
}

TEST(Supervisor, ADeathBySignal) {
  FlowOutcome outcome = run({"kill -9 $$", "cat; exit 1"});
  EXPECT_EQ(outcome.status, 137);
  EXPECT_EQ(outcome.message, "fragment 1, stage 1: sh died of signal 9 (Killed)");
}

TEST(Supervisor, AReaderThatHasEnoughIsNoFailure) {
  EXPECT_EQ(run({"yes", "head -n 1"}).status, 0);
  FlowOutcome outcome = run({"yes", "head -n 1; exit 4"});
  EXPECT_EQ(outcome.status, 4);
}

TEST(Supervisor, TheOutputsReaderHasGone) {
  Pipe out = make_pipe();
  out.reader.reset();
  FlowOutcome outcome = run({"yes", "cat"}, out.writer.get());
  EXPECT_TRUE(outcome.output_closed);
  EXPECT_EQ(outcome.status, 0);
}

TEST(Supervisor, AFailureEndsEvenTheDeafWithAllTheyStarted) {
  auto before = std::chrono::steady_clock::now();
  Pipe out = make_pipe();
  std::string deaf = "trap '' TERM; (trap '' TERM; sleep 100) & setsid sleep 100 & sleep 100";
  FlowOutcome outcome = run({deaf, "sleep 0.1; exit 5"}, out.writer.get());
  EXPECT_EQ(outcome.status, 5);
  out.writer.reset();
  char byte = 0;
  EXPECT_EQ(::read(out.reader.get(), &byte, 1), 0);
  EXPECT_LT(seconds_since(before), 5);
}

TEST(Supervisor, AProgramThatIsNotThere) {
  Job job;
  job.commands = {{"no-such-program"}};
  FlowOutcome outcome = run_jobs({job}, 0, 1);
  EXPECT_EQ(outcome.status, 127);
  EXPECT_EQ(outcome.message,
            "fragment 1, stage 1: no-such-program is not a program that can be found in PATH");
  job.commands = {{"/dev/null"}};
  EXPECT_EQ(run_jobs({job}, 0, 1).status, 126);
}

TEST(Supervisor, AStoppedProcessFails) {
  auto before = std::chrono::steady_clock::now();
  FlowOutcome outcome = run({"kill -STOP $$", "cat"});
  EXPECT_EQ(outcome.status, 128 + SIGSTOP);
  EXPECT_EQ(outcome.message, "fragment 1, stage 1: sh was stopped and did not go on");
  EXPECT_LT(seconds_since(before), 8);
}

TEST(Supervisor, AnEventABeginningAndAnEnd) {
  std::vector<std::string> events;
  SupervisorOptions options;
  Hears hears(options, [&](const FlowEvent& event) {
    if (const auto* begun = std::get_if<ProcessStarted>(&event.what))
      events.push_back("start" + std::to_string(begun->job.stage));
    if (const auto* end = std::get_if<ProcessEnded>(&event.what)) {
      events.push_back("end" + std::to_string(end->job.stage) +
                       (end->is_ended_by_us ? " by us" : ""));
    }
  });
  Pipe out = make_pipe();
  run({"true", "cat"}, out.writer.get(), options);
  std::sort(events.begin(), events.end());
  EXPECT_EQ(events, (std::vector<std::string>{"end1", "end2", "start1", "start2"}));
  events.clear();
  run({"sleep 100", "exit 1"}, out.writer.get(), options);
  std::sort(events.begin(), events.end());
  EXPECT_EQ(events, (std::vector<std::string>{"end1 by us", "end2", "start1", "start2"}));
}

TEST(Supervisor, AToolLearnsOfItsRun) {
  for (bool is_tool : {true, false}) {
    Job job = shell_job("echo $MORE >&2");
    job.is_tool = is_tool;
    std::string said;
    SupervisorOptions options;
    options.pass_on = [&](const std::string& text) { said = text; };
    run_jobs({job}, 0, 1, options);
    EXPECT_EQ(said, is_tool ? "more\n" : "\n");
  }
}

class SupervisedChunks : public FolderTest {
 protected:
  // Two workers that share an input of two chunks: the second has the second chunk and waits for
  // the beginning of its records, while the first ends with this status. Returns the kinds of
  // answers that the second had, and the outcome.
  std::pair<std::string, FlowOutcome> run(int status) const {
    const std::string has_first = folder_ / "has-first";
    const std::string has_second = folder_ / "has-second";
    EXPECT_EQ(mkfifo(has_first.c_str(), 0600), 0);
    EXPECT_EQ(mkfifo(has_second.c_str(), 0600), 0);
    const std::string take = "printf '\\2\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0' >&70; ";
    const std::string kind = "timeout 60 dd bs=100 count=1 <&70 2>/dev/null | od -An -N1 -tu1; ";
    Job first = shell_job(take + kind + "echo >" + has_first + "; read line <" + has_second +
                          "; exit " + std::to_string(status));
    Job second = shell_job("read line <" + has_first + "; " + take + kind + "echo >" + has_second +
                           "; " + kind);
    for (Job* job : {&first, &second}) {
      job->commands[0][0] = "bash";  // its descriptors may have two digits
      job->workers = 2;
    }
    second.worker = 2;
    second.out = 1;
    first.inherited = {{2, 70}};
    second.inherited = {{3, 70}};
    const std::vector<Channel> channels{
        {}, {Channel::Kind::kFlowOutput}, {Channel::Kind::kChunks}, {Channel::Kind::kChunks}};
    SupervisorOptions options;
    options.divided[1] = {2, {100}};
    Pipe out = make_pipe();
    FlowOutcome outcome = run_connected({first, second}, channels, {-1, out.writer.get()}, options);
    out.writer.reset();
    char kinds[100] = {};
    ssize_t size = ::read(out.reader.get(), kinds, sizeof kinds);
    return {std::string(kinds, static_cast<size_t>(size)), outcome};
  }
};

TEST_F(SupervisedChunks, AScanDoesNotWaitForOneThatEndedWell) {
  auto [kinds, outcome] = run(0);
  EXPECT_EQ(outcome.status, 0) << outcome.message;
  EXPECT_EQ(kinds, "   2\n   4\n") << "a chunk, and an earlier beginning";
}

// Else it could fail because of the failure, and be the one that is reported.
TEST_F(SupervisedChunks, AScanWaitsForOneThatFailed) {
  auto [kinds, outcome] = run(3);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.message, "fragment 1, worker 1 of 2, stage 1: bash ended with status 3");
  EXPECT_EQ(kinds, "   2\n");
}

// What inherits an output lives until all are gone.
TEST(Supervisor, AnErrorOfAWatcherEndsAll) {
  Pipe out = make_pipe();
  SupervisorOptions options;
  Hears hears(options, [&](const FlowEvent& event) {
    if (std::holds_alternative<ProcessEnded>(event.what)) throw Error("the disk is full");
  });
  EXPECT_THROW(run({"sleep 100", "cat", "true"}, out.writer.get(), options), Error);
  out.writer.reset();
  char byte = 0;
  EXPECT_EQ(::read(out.reader.get(), &byte, 1), 0);
}

}  // namespace
}  // namespace penstock
