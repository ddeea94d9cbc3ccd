#include "libcore/flow/agent/agent.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "libcore/command/answers.h"
#include "libcore/flow/agent/codec.h"
#include "libcore/os/descriptor.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

// An agent in a process of its own, as a manager sees it.
class AgentProcess : public FolderTest {
 protected:
  void SetUp() override {
    setenv("TMPDIR", folder_.c_str(), 1);
    Pipe to = make_pipe();
    Pipe from = make_pipe();
    pid_ = fork();
    if (pid_ == 0) {
      dup2(to.reader.get(), STDIN_FILENO);
      dup2(from.writer.get(), STDOUT_FILENO);
      // Nothing but its connection, as from ssh; else it would also keep its own input open.
      close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
      to = {};
      from = {};
      _exit(run_agent({}, times_));
    }
    in_ = std::move(to.writer);
    out_ = std::move(from.reader);
    std::string greeting(kAgentGreeting.size(), '\0');
    for (char& byte : greeting)
      ASSERT_EQ(::read(out_.get(), &byte, 1), 1);
    ASSERT_EQ(greeting, kAgentGreeting);
  }
  void TearDown() override {
    in_.reset();
    if (pid_ > 0) status();
    EXPECT_TRUE(std::filesystem::is_empty(folder_)) << "the run's folder is left";
    unsetenv("TMPDIR");
  }

  void send(const ToAgent& message) const {
    std::string bytes = encode(message);
    EXPECT_EQ(::write(in_.get(), bytes.data(), bytes.size()), std::ssize(bytes));
  }
  void begin(const std::string& version = std::string(penstock_version())) const {
    send(BeginRun{version, "run", "/", {"PENSTOCK_TEST=a=b"}});
  }

  // Returns the next message, which is a What, without beats and counts.
  template <typename What>
  What next() {
    for (;;) {
      if (auto message = splitter_.next()) {
        FromAgent read = decode_from_agent(*message);
        if (auto* what = std::get_if<What>(&read)) return std::move(*what);
        bool may_pass =
            std::holds_alternative<Beat>(read) || std::holds_alternative<MovedCounts>(read);
        EXPECT_TRUE(may_pass) << read.index();
        continue;
      }
      char bytes[4096];
      pollfd asked{out_.get(), POLLIN, 0};
      EXPECT_EQ(poll(&asked, 1, 20'000), 1);
      ssize_t count = ::read(out_.get(), bytes, sizeof bytes);
      EXPECT_GT(count, 0) << "the agent has closed the connection";
      if (count <= 0) return What{};
      splitter_.add({bytes, static_cast<size_t>(count)});
    }
  }

  // Waits for its end.
  int status() {
    int status = 0;
    EXPECT_EQ(waitpid(std::exchange(pid_, -1), &status, 0) > 0, true);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  ConnectionTimes times_;
  pid_t pid_ = -1;
  Descriptor in_;
  Descriptor out_;
  MessageSplitter splitter_;
};

TEST_F(AgentProcess, SaysWhatItsHostIs) {
  auto ready = next<AgentReady>();
  EXPECT_EQ(ready.version, penstock_version());
  EXPECT_GE(ready.cores, 1);
  EXPECT_GT(ready.memory_bytes, 1 << 20);
  EXPECT_GT(ready.clock_seconds, 1'700'000'000);
  begin();
  send(EndRun{});
  EXPECT_EQ(status(), 0);
}

TEST_F(AgentProcess, EndsWhenItsInputEnds) {
  next<AgentReady>();
  begin();
  in_.reset();
  EXPECT_EQ(status(), 1);
}

class ImpatientAgent : public AgentProcess {
 protected:
  ImpatientAgent() { times_ = {std::chrono::milliseconds(50), std::chrono::milliseconds(1000)}; }
};

TEST_F(ImpatientAgent, EndsWhenItsManagerIsSilent) {
  next<AgentReady>();
  begin();
  EXPECT_EQ(next<AgentFailed>().message, "nothing was heard of the manager for 1 s");
  EXPECT_EQ(status(), 1);
}

// Between its ends is a program that passes on whole lines.
class AgentOfSrun : public AgentProcess {
 protected:
  AgentOfSrun() { setenv("SLURM_LAUNCH_NODE_IPADDR", "127.0.0.1", 1); }
  ~AgentOfSrun() override { unsetenv("SLURM_LAUNCH_NODE_IPADDR"); }
};

TEST_F(AgentOfSrun, KnowsItsAddress) {
  EXPECT_EQ(next<AgentReady>().connection, "127.0.0.1 0 127.0.0.1 0");
  in_.reset();
  EXPECT_EQ(status(), 1);
}

TEST_F(AgentOfSrun, EachMessageIsFollowedByALineEnd) {
  std::vector<uint8_t> kinds;
  char byte = 0;
  while (kinds.size() < 3 && ::read(out_.get(), &byte, 1) == 1) {
    splitter_.add({&byte, 1});
    if (auto message = splitter_.next()) kinds.push_back(static_cast<uint8_t>((*message)[0]));
  }
  EXPECT_EQ(byte, '\n');
  // That of the greeting, AgentReady, and its own.
  EXPECT_EQ(kinds, (std::vector<uint8_t>{'\n', 65, '\n'}));
  in_.reset();
  EXPECT_EQ(status(), 1);
}

TEST_F(AgentProcess, EndsOnASignal) {
  next<AgentReady>();
  kill(pid_, SIGHUP);
  EXPECT_EQ(status(), 128 + SIGTERM);
}

TEST_F(AgentProcess, AnotherVersionIsRefused) {
  next<AgentReady>();
  begin("9.9.9");
  EXPECT_EQ(next<AgentFailed>().message,
            "is version " + std::string(penstock_version()) + ", and the manager 9.9.9");
  EXPECT_EQ(status(), 1);
}

TEST_F(AgentProcess, BytesThatAreNotMessagesAreRefused) {
  next<AgentReady>();
  const char bytes[] = "GET / HTTP/1.0\r\n\r\n";
  EXPECT_GT(::write(in_.get(), bytes, sizeof bytes), 0);
  EXPECT_EQ(next<AgentFailed>().message,
            "a message has 542393671 bytes; 1 to 67108864 are allowed");
  EXPECT_EQ(status(), 1);
}

TEST_F(AgentProcess, LooksAtFiles) {
  next<AgentReady>();
  std::filesystem::path elsewhere = std::filesystem::temp_directory_path() / "penstock-agent-test";
  std::ofstream(elsewhere) << "some bytes";
  begin();
  send(LookAtFiles{{elsewhere.string(), "/no/such/file", "."}});
  auto seen = next<FilesSeen>().files;
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].refusal, "");
  EXPECT_EQ(seen[0].file.size, 10);
  EXPECT_EQ(seen[0].file.head, "some bytes");
  EXPECT_NE(seen[1].refusal.find("No such file or directory"), std::string::npos);
  EXPECT_EQ(seen[1].file.path, "/no/such/file");
  // From where it was started, not from the manager's folder.
  EXPECT_TRUE(seen[2].file.path.starts_with(std::filesystem::current_path().string()));
  std::filesystem::remove(elsewhere);
}

TEST_F(AgentProcess, ListensAtPorts) {
  next<AgentReady>();
  begin();
  send(OpenPorts{"127.0.0.1", 3});
  auto ports = next<PortsOpened>().ports;
  ASSERT_EQ(ports.size(), 3U);
  EXPECT_NE(ports[0], ports[1]);
  send(OpenPorts{"::1", 1});
  EXPECT_EQ(next<PortsOpened>().ports.size(), 1U);
  send(OpenPorts{"localhost", 1});
  EXPECT_EQ(next<AgentFailed>().message,
            "'localhost' is not a numeric address: Name or service not known");
  EXPECT_EQ(status(), 1);
}

TEST_F(AgentProcess, KeepsFilesOfTheRun) {
  EXPECT_TRUE(next<AgentReady>().folder.starts_with(folder_.string()));
  begin();
  send(PutFile{"schema-1", std::string("a\0b", 3)});
  send(SweepLeftBehind{});
  next<Swept>();
  auto run = std::filesystem::directory_iterator(folder_)->path();
  EXPECT_EQ(read(run.filename() / "schema-1"), std::string("a\0b", 3));
  struct stat about {};
  EXPECT_EQ(stat(run.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0700U);
}

// Jobs as a manager sends them.
class AgentJobs : public AgentProcess {
 protected:
  void SetUp() override {
    AgentProcess::SetUp();
    run_folder_ = next<AgentReady>().folder;
    begin();
  }

  static Job shell(const std::string& script, size_t in = 0, size_t out = 0) {
    Job job;
    job.commands = {{"sh", "-c", script}};
    job.in = in;
    job.out = out;
    return job;
  }
  void start(size_t task, const Job& job, const std::vector<std::string>& environment = {}) {
    send(StartJob{{task, 1}, job, environment});
    EXPECT_EQ(next<TaskStarted>().attempt, (Attempt{task, 1}));
  }
  // What a job says, once it has ended with `status`.
  std::string said(size_t task, int status = 0) {
    auto ended = next<TaskEnded>();
    EXPECT_EQ(ended.attempt.task, task);
    EXPECT_EQ(WIFEXITED(ended.wait_status) ? WEXITSTATUS(ended.wait_status) : -1, status);
    return ended.said;
  }

  std::string run_folder_;
};

using Kind = Channel::Kind;

TEST_F(AgentJobs, TellWhatTheySaidAndHowTheyEnded) {
  send(BeginStep{3, {{}}});
  start(2, shell("pwd >&2; echo $PENSTOCK_TEST $MORE >&2; cat; exit 3"), {"MORE=more"});
  EXPECT_EQ(said(2, 3), "/\na=b more\n");
  Job missing = shell("");
  missing.commands = {{"no-such-program"}};
  send(StartJob{{1, 1}, missing, {}});
  auto not_run = next<TaskNotRun>();
  EXPECT_EQ(not_run.attempt, (Attempt{1, 1}));
  EXPECT_EQ(not_run.error, ENOENT);
}

TEST_F(AgentJobs, PipesEndWhenTheStartsHaveEnded) {
  send(BeginStep{2, {{}, {Kind::kPipe}}});
  start(0, shell("seq 100000", 0, 1));
  start(1, shell("tail -n 1 >&2", 1, 0));
  send(EndStarts{});
  auto first = next<TaskEnded>();
  auto second = next<TaskEnded>();
  EXPECT_EQ(first.said + second.said, "100000\n");
}

TEST_F(AgentJobs, InheritFilesSecretsAndSockets) {
  send(PutFile{"schema-1", "a schema"});
  send(OpenPorts{"127.0.0.1", 1});
  int64_t port = next<PortsOpened>().ports[0];
  send(PutSecret{"first"});
  send(PutSecret{"second"});
  send(BeginStep{1, {{}, {Kind::kRunFolder}, {Kind::kSecret, 1}, {Kind::kListener, 0}}});
  Job job = shell("cat /dev/fd/64/schema-1 /dev/fd/70 >&2; ls -l /dev/fd/71 >&2; ls /dev/fd >&2");
  job.inherited = {{1, 64}, {2, 70}, {3, 71}};
  start(0, job);
  std::string words = said(0);
  EXPECT_TRUE(words.starts_with("a schemasecond")) << words;
  EXPECT_NE(words.find("socket:["), std::string::npos) << words;
  EXPECT_GT(port, 0);
  // Nothing else: the descriptors of the agent are not a worker's.
  EXPECT_TRUE(words.ends_with("\n0\n1\n2\n3\n64\n70\n71\n")) << words;
}

// A step that never began, because another host was lost.
TEST_F(AgentJobs, AStatementHasNothingOfAStepThatNeverBegan) {
  send(OpenPorts{"127.0.0.1", 2});
  next<PortsOpened>();
  send(PutSecret{"stale"});
  send(BeginStatement{});
  send(OpenPorts{"127.0.0.1", 1});
  const int64_t port = next<PortsOpened>().ports[0];
  send(PutSecret{"fresh"});
  send(BeginStep{1, {{}, {Kind::kSecret, 0}, {Kind::kListener, 0}}});
  Job job =
      shell(fmt::format("cat /dev/fd/70 >&2; inode=$(readlink /proc/self/fd/71); "
                        "inode=${{inode#socket:[}}; "
                        "grep -q \"0100007F:{:04X} .* ${{inode%]}} \" /proc/net/tcp && "
                        "echo ' listens' >&2",
                        port));
  job.inherited = {{1, 70}, {2, 71}};
  start(0, job);
  EXPECT_EQ(said(0), "fresh listens\n");
}

TEST_F(AgentJobs, SharedFilesOutliveTheirStep) {
  send(BeginStep{1, {{}, {Kind::kShared, 1}}});
  start(0, shell("echo shared", 0, 1));
  said(0);
  send(BeginStep{1, {{}, {Kind::kShared, 1}}});
  Job reader = shell("cat /dev/fd/64 >&2");
  reader.inherited = {{1, 64}};
  start(0, reader);
  EXPECT_EQ(said(0), "shared\n");
  // The next statement has its own.
  send(BeginStatement{});
  send(BeginStep{1, {{}, {Kind::kShared, 1}}});
  start(0, reader);
  EXPECT_EQ(said(0), "");
}

// What a scan sends and what it is sent pass through as they are.
TEST_F(AgentJobs, ChunksAreAskedForAndGranted) {
  send(BeginStep{1, {{}, {Kind::kChunks}}});
  Job job;
  job.commands = {{"bash", "-c", "printf question >&64; head -c 5 <&64 >&2"}};
  job.inherited = {{1, 64}};
  start(0, job);
  auto asked = next<ChunksAsked>();
  EXPECT_EQ(asked.attempt, (Attempt{0, 1}));
  EXPECT_NE(asked.request.find("question"), std::string::npos);
  send(GrantChunk{{0, 1}, "chunk"});
  EXPECT_EQ(said(0), "chunk");
}

TEST_F(AgentJobs, SignalsReachThem) {
  send(BeginStep{1, {{}}});
  start(0, shell("trap 'exit 5' TERM; kill -STOP $$; while :; do sleep 0.01; done"));
  next<TaskStopped>();
  send(SignalAttempt{{0, 1}, SIGCONT});
  next<TaskContinued>();
  send(SignalAttempt{{0, 1}, SIGTERM});
  said(0, 5);
}

TEST_F(AgentJobs, WhatIsLeftBehindIsSwept) {
  send(BeginStep{1, {{}}});
  start(0, shell("setsid sleep 100 & echo $! >&2"));
  std::string pid = said(0);
  std::string process = "/proc/" + pid.substr(0, pid.size() - 1);
  EXPECT_TRUE(std::filesystem::exists(process));
  send(SweepLeftBehind{});
  next<Swept>();
  EXPECT_FALSE(std::filesystem::exists(process));
}

TEST_F(AgentJobs, AllEndWithTheConnection) {
  send(BeginStep{2, {{}}});
  start(0, shell("trap '' TERM; setsid sleep 100 & sleep 100; :"));
  start(1, shell("sleep 100"));
  in_.reset();
  EXPECT_EQ(status(), 1);
  char byte = 0;
  while (::read(out_.get(), &byte, 1) > 0) {
  }
}

TEST_F(AgentJobs, WhatIsNotOfTheStepIsRefused) {
  send(BeginStep{1, {{}}});
  send(StartJob{{1, 1}, shell(""), {}});
  EXPECT_EQ(next<AgentFailed>().message, "a job that is not of the step");
  EXPECT_EQ(status(), 1);
}

TEST_F(AgentJobs, ChannelsOfOtherHostsAreRefused) {
  send(BeginStep{1, {{Kind::kFlowOutput}}});
  EXPECT_EQ(next<AgentFailed>().message, "a channel that is not of this host");
  EXPECT_EQ(status(), 1);
}

// The directory of a run with checkpoints, on a disk that the manager shares.
class AgentOutputs : public AgentJobs {
 protected:
  void SetUp() override {
    AgentJobs::SetUp();
    std::filesystem::create_directory(directory_);
    std::ofstream(directory_ / "sign");
    send(TakeFolder{directory_, "sign", "127.0.0.1", ""});
    const auto taken = next<FolderTaken>();
    EXPECT_TRUE(taken.is_shared) << taken.refusal;
  }
  void TearDown() override {
    AgentJobs::TearDown();
    std::filesystem::remove_all(directory_);
  }

  // An attempt whose job writes this to the output; the list of its files.
  OutputFinished make(const TaskAttempt& output, int64_t number, const std::string& text) {
    send(BeginOutput{output});
    const TaskFolders folders(directory_);
    send(BeginStep{1, {{}, {Kind::kFlowOutput}}, number, folders.unfinished(output)});
    send(StartJob{{0, number}, shell("printf " + text, 0, 1), {}});
    EXPECT_EQ(next<TaskStarted>().attempt, (Attempt{0, number}));
    EXPECT_EQ(next<TaskEnded>().wait_status, 0);
    send(EndStep{number});
    send(FinishOutput{output, true});
    return next<OutputFinished>();
  }

  const std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("penstock-outputs-" + std::to_string(getpid()));
};

TEST_F(AgentOutputs, AreMadeFoundCheckedAndRemoved) {
  const OutputFinished first = make({1, 1, 1}, 5, "rows");
  EXPECT_EQ(first.refusal, "");
  EXPECT_EQ(decode_partition_files(first.list).at(0).facts.bytes, 4);
  make({1, 2, 1}, 6, "more");
  send(FindOutputs{{{1, 1, 1}, {1, 9, 1}}});
  EXPECT_EQ(next<OutputsFound>().lists, (std::vector<std::string>{first.list, ""}));
  send(CheckOutput{{1, 1, 1}});
  EXPECT_TRUE(next<OutputChecked>().is_whole);
  std::ofstream(directory_ / output_name({1, 1, 1}) / "output") << "rowz";
  send(CheckOutput{{1, 1, 1}});
  EXPECT_FALSE(next<OutputChecked>().is_whole);
  send(RemoveOutput{{1, 1, 1}});
  send(CheckOutput{{1, 1, 1}});
  EXPECT_FALSE(next<OutputChecked>().is_whole);
  send(KeepOutputs{{{1, 2, 1}}});
  send(CheckOutput{{1, 2, 1}});
  EXPECT_TRUE(next<OutputChecked>().is_whole);
  send(KeepOutputs{});
  send(CheckOutput{{1, 2, 1}});
  EXPECT_FALSE(next<OutputChecked>().is_whole);
  EXPECT_TRUE(std::filesystem::exists(directory_ / "sign")) << "it is the manager's";
}

TEST_F(AgentOutputs, AnAttemptThatHasWrittenNothingIsRefused) {
  send(BeginOutput{{1, 1, 1}});
  send(FinishOutput{{1, 1, 1}, false});
  EXPECT_NE(next<OutputFinished>().refusal, "");
}

TEST_F(AgentOutputs, StepsRunSideBySide) {
  send(BeginStep{1, {{}}, 1});
  send(BeginStep{1, {{}}, 2});
  send(StartJob{{0, 1}, shell("exit 3"), {}});
  EXPECT_EQ(next<TaskStarted>().attempt, (Attempt{0, 1}));
  EXPECT_EQ(next<TaskEnded>().attempt, (Attempt{0, 1}));
  send(EndStep{1});
  send(StartJob{{0, 2}, shell("exit 4"), {}});
  EXPECT_EQ(next<TaskStarted>().attempt, (Attempt{0, 2}));
  EXPECT_EQ(next<TaskEnded>().attempt, (Attempt{0, 2}));
  send(StartJob{{0, 1}, shell("exit 5"), {}});
  EXPECT_EQ(next<AgentFailed>().message, "a job that is not of the step");
}

TEST_F(AgentProcess, OutputsNeedADirectory) {
  next<AgentReady>();
  begin();
  send(BeginOutput{{1, 1, 1}});
  EXPECT_EQ(next<AgentFailed>().message, "a message about a directory before one was taken");
}

TEST_F(AgentProcess, ADirectoryThatCannotBeMadeIsRefused) {
  next<AgentReady>();
  begin();
  send(TakeFolder{"/dev/null/ck", "sign", "127.0.0.1", ""});
  EXPECT_NE(next<FolderTaken>().refusal.find("Not a directory"), std::string::npos);
  send(EndRun{});
  EXPECT_EQ(status(), 0);
}

}  // namespace
}  // namespace penstock
