#include "libcore/flow/agent/link.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include "libcore/command/answers.h"
#include "libcore/flow/agent/connection.h"
#include "tests/unit/folder_test.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

AgentReady a_ready() {
  utsname about{};
  uname(&about);
  return {std::string(penstock_version()), about.machine, "node", "/tmp", 2, 1, 1, ""};
}

// A link whose ssh is a shell script.
class Link : public FolderTest {
 protected:
  // What an agent writes first, as the file "ready" for scripts.
  void write_ready(const AgentReady& ready, const std::string& after = "") {
    write("ready", std::string(kAgentGreeting) + encode(FromAgent(ready)) + after);
  }

  void connect(const std::string& script) {
    options_.shell = ssh_shell({"sh", "-c", "cd '" + folder_.string() + "'; " + script});
    LinkListener listener;
    listener.on_ready = [this](const AgentReady&) { ++ready_; };
    listener.on_message = [this](FromAgent& message) { messages_.push_back(std::move(message)); };
    listener.on_lost = [this](const Error& error) { lost_.push_back(error); };
    link_.emplace(processes_, host_, options_, std::move(listener));
  }

  template <typename Until>
  void run(Until until) {
    FlowTime end = std::chrono::steady_clock::now() + seconds(20);
    while (!until() && processes_.loop().run_one(end)) {
    }
    ASSERT_TRUE(until());
  }
  void run_until_ready() {
    run([this] { return ready_ > 0 || !lost_.empty(); });
    ASSERT_TRUE(lost_.empty()) << lost_[0].message();
  }
  // Returns why the host is lost.
  std::string loss(const std::string& script) {
    connect(script);
    run([this] { return !lost_.empty(); });
    std::string message = lost_.empty() ? "" : lost_[0].message();
    link_.reset();
    lost_.clear();
    return message;
  }

  Host host_{"", "h1"};
  LinkOptions options_;
  Processes processes_{[](int) {}};
  int ready_ = 0;
  std::vector<FromAgent> messages_;
  std::vector<Error> lost_;
  std::optional<AgentLink> link_;
};

TEST_F(Link, IsReadyAfterTheGreeting) {
  write_ready(a_ready());
  connect("cat ready; cat >heard");
  run_until_ready();
  EXPECT_EQ(link_->ready()->node, "node");
  link_->end();
  run([this] { return link_->is_over(); });
  EXPECT_TRUE(lost_.empty());
  std::string heard = read("heard");
  MessageSplitter splitter;
  splitter.add(heard);
  auto begin = std::get<BeginRun>(decode_to_agent(*splitter.next()));
  EXPECT_EQ(begin.version, penstock_version());
  EXPECT_TRUE(std::holds_alternative<EndRun>(decode_to_agent(*splitter.next())));
  EXPECT_FALSE(splitter.next());
}

TEST_F(Link, MessagesComeInOrderInPieces) {
  std::string more = encode(FromAgent(Swept{})) + encode(FromAgent(Beat{})) +
                     encode(FromAgent(PortsOpened{{1, 2}}));
  write_ready(a_ready(), more);
  connect("head -c 30 ready; sleep 0.05; tail -c +31 ready; cat >heard");
  run([this] { return messages_.size() == 2; });
  EXPECT_TRUE(std::holds_alternative<Swept>(messages_[0]));
  EXPECT_EQ(std::get<PortsOpened>(messages_[1]).ports, (std::vector<int64_t>{1, 2}));
}

TEST_F(Link, ABannerIsSkipped) {
  write_ready(a_ready());
  // Also one that has the greeting's beginning, and one without a line end.
  for (const char* banner : {"echo Welcome", "printf 'no line end'", "printf 'penstock-agent 1'",
                             "head -c 65536 /dev/zero"}) {
    ready_ = 0;
    connect(std::string(banner) + "; sleep 0.05; cat ready; cat >heard");
    run_until_ready();
    link_.reset();
  }
}

TEST_F(Link, ABannerThatIsTooLong) {
  const std::string message =
      "h1: printed more than 65536 bytes before an agent's greeting; a shell that is not "
      "interactive must print nothing";
  write_ready(a_ready());
  EXPECT_EQ(loss("head -c 65537 /dev/zero; cat ready; cat >heard"), message);
  EXPECT_EQ(loss("exec cat /dev/zero"), message);
}

TEST_F(Link, WhatSshSays) {
  EXPECT_EQ(loss("echo 'ssh: Could not resolve hostname h1' >&2; exit 255"),
            "h1: sh ended with status 255: ssh: Could not resolve hostname h1");
  EXPECT_EQ(loss("printf '@@@@\\r\\nIt is possible\\r\\nverification failed.\\r\\n' >&2; exit 255"),
            "h1: sh ended with status 255: verification failed.\n"
            "  @@@@\n  It is possible\n  verification failed.");
  EXPECT_EQ(loss("kill -9 $$"), "h1: sh died of signal 9 (Killed)");
  // What ssh does when a signal ended the program at its other end.
  EXPECT_EQ(loss("exit 255"), "h1: the command there was killed, says sh's status 255");
}

TEST_F(Link, AHostWithoutPenstock) {
  options_.remote_pflow = "/opt/pflow";
  EXPECT_EQ(loss("echo 'sh: 1: exec: /opt/pflow: not found' >&2; exit 127"),
            "h1: '/opt/pflow' is not a program that can be run there: sh: 1: exec: /opt/pflow: not "
            "found");
  EXPECT_EQ(loss("exit 126"), "h1: '/opt/pflow' is not a program that can be run there");
  EXPECT_EQ(loss("echo This account is not available.; exit 1"),
            "h1: its agent ended with status 1 before its greeting");
}

TEST_F(Link, AProgramThatIsNotThere) {
  options_.shell = ssh_shell({"no-such-ssh"});
  LinkListener listener;
  listener.on_lost = [this](const Error& error) { lost_.push_back(error); };
  link_.emplace(processes_, host_, options_, std::move(listener));
  EXPECT_TRUE(lost_.empty());
  run([this] { return !lost_.empty(); });
  EXPECT_EQ(lost_[0].message(), "h1: no-such-ssh cannot be run: No such file or directory");
}

TEST_F(Link, TheAgentOfThisHost) {
  const Host here{"", "", 0, {}, true};
  EXPECT_EQ(agent_command(here, options_).words, (std::vector<std::string>{"pflow", "--agent"}));
}

TEST_F(Link, AnotherVersionOrMachine) {
  AgentReady other = a_ready();
  other.version = "9.9.9";
  write_ready(other);
  EXPECT_EQ(loss("cat ready; cat >heard"),
            fmt::format("h1: has Penstock 9.9.9, and this host {}; all hosts need the same version",
                        penstock_version()));
  other = a_ready();
  other.architecture = "vax";
  write_ready(other);
  EXPECT_EQ(loss("cat ready; cat >heard"),
            fmt::format("h1: is a machine of the architecture vax, and this host is {}; all hosts "
                        "need the same",
                        a_ready().architecture));
}

TEST_F(Link, WhatAnAgentMustNotSend) {
  EXPECT_EQ(loss("printf 'penstock-agent 1\\n\\0\\0\\0\\0'; cat >heard"),
            "h1: its agent sent a message has 0 bytes; 1 to 67108864 are allowed");
  write_ready(a_ready(), encode(ToAgent(EndRun{})));
  EXPECT_EQ(loss("cat ready; cat >heard"), "h1: its agent sent a message has the unknown kind 12");
  write_ready(a_ready(), encode(FromAgent(a_ready())));
  EXPECT_EQ(loss("cat ready; cat >heard"), "h1: its agent was ready twice");
  write("ready", std::string(kAgentGreeting) + encode(FromAgent(Swept{})));
  EXPECT_EQ(loss("cat ready; cat >heard"), "h1: its agent sent a message before it was ready");
}

TEST_F(Link, AnAgentThatCannotGoOn) {
  write_ready(a_ready(), encode(FromAgent(AgentFailed{"no space"})));
  EXPECT_EQ(loss("cat ready; exit 1"), "h1: its agent cannot go on: no space");
}

TEST_F(Link, AnEndAfterwards) {
  write_ready(a_ready());
  EXPECT_EQ(loss("cat ready; echo broken >&2; exit 255"), "h1: sh ended with status 255: broken");
  EXPECT_EQ(loss("cat ready; exit 255"), "h1: its agent was killed, says sh's status 255");
  EXPECT_EQ(loss("cat ready; kill -9 $$"), "h1: sh died of signal 9 (Killed)");
  EXPECT_EQ(loss("cat ready; exit 0"), "h1: its agent ended with status 0");
  EXPECT_EQ(loss("cat ready; exec >&-; sleep 20"), "h1: its agent closed the connection");
}

TEST_F(Link, SilenceAndBeats) {
  options_.times = {milliseconds(20), milliseconds(1000)};
  write_ready(a_ready());
  EXPECT_EQ(loss("cat ready; cat >heard"), "h1: nothing was heard of it for 1 s");
  // Both ends beat.
  std::string beat;
  for (char c : encode(FromAgent(Beat{})))
    beat += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  connect("cat ready; while printf '" + beat + "'; do sleep 0.05; done & cat >heard; kill $!");
  FlowTime end = std::chrono::steady_clock::now() + milliseconds(1800);
  while (processes_.loop().run_one(end)) {
  }
  EXPECT_TRUE(lost_.empty());
  MessageSplitter splitter;
  splitter.add(read("heard"));
  int beats = 0;
  while (auto message = splitter.next())
    beats += std::holds_alternative<Beat>(decode_to_agent(*message)) ? 1 : 0;
  EXPECT_GT(beats, 5);
}

TEST_F(Link, LoggingInIsNotSilence) {
  options_.times = {milliseconds(10), milliseconds(100)};
  write_ready(a_ready());
  connect("sleep 0.4; cat ready; cat >heard");
  run_until_ready();
  EXPECT_TRUE(lost_.empty());
}

TEST_F(Link, AHandshakeHasALimit) {
  options_.handshake = milliseconds(50);
  EXPECT_EQ(loss("sleep 20"), "h1: did not answer within 0 s");
}

TEST_F(Link, WritingToOneThatIsGoneIsNoSignalToUs) {
  write_ready(a_ready());
  // It closes its input, and ends later.
  connect("cat ready; exec <&-; sleep 0.3; exit 7");
  run_until_ready();
  for (int i = 0; i < 100; ++i) {
    link_->send(PutFile{"f", std::string(10'000, 'x')});
    processes_.loop().run_one(std::chrono::steady_clock::now() + milliseconds(1));
  }
  run([this] { return !lost_.empty(); });
  EXPECT_EQ(lost_[0].message(), "h1: its agent ended with status 7");
}

// A program that takes nothing must not stop us.
TEST_F(Link, SendingNeverWaits) {
  write_ready(a_ready());
  connect("cat ready; sleep 0.5; cat >heard");
  run_until_ready();
  std::string contents(5 << 20, 'x');
  for (int i = 0; i < 4; ++i)
    link_->send(PutFile{"f", contents});
  link_->end();
  run([this] { return link_->is_over(); });
  EXPECT_GT(read("heard").size(), size_t{20} << 20);
}

}  // namespace
}  // namespace penstock
