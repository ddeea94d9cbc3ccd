#include "libcore/flow/launch/start_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>

#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

using Words = std::vector<std::string>;

TEST(StartProcess, TellsWhyAProgramCannotBeRun) {
  EXPECT_EQ(start_process({{"no-such-program"}, 0, 1, 2, {}}).error, ENOENT);
  EXPECT_EQ(start_process({{"/dev/null"}, 0, 1, 2, {}}).error, EACCES);
}

// What a child says of itself.
std::string said_by(const std::string& script, const Words& more = {},
                    std::vector<InheritedDescriptor> inherited = {}) {
  Pipe pipe = make_pipe();
  Words words{"sh", "-c", script, "sh"};
  words.insert(words.end(), more.begin(), more.end());
  StartedProcess started = start_process({words, 0, pipe.writer.get(), 2, std::move(inherited)});
  pipe.writer.reset();
  std::string text;
  char byte = 0;
  while (::read(pipe.reader.get(), &byte, 1) == 1)
    text += byte;
  waitpid(started.pid, nullptr, 0);
  return text;
}

TEST(StartProcess, HasOnlyTheDescriptorsThatItIsGiven) {
  Pipe ours = make_pipe();
  std::string fd = std::to_string(ours.reader.get());
  EXPECT_EQ(said_by("[ -e /dev/fd/$1 ] && echo open || echo closed", {fd}), "closed\n");
  EXPECT_EQ(said_by("[ -e /dev/fd/$1 ] && echo open || echo closed", {fd},
                    {{ours.reader.get(), ours.reader.get()}}),
            "open\n");
}

// Each under the number that it was given, though each other's numbers are these.
TEST(StartProcess, InheritedDescriptorsMayBeSwapped) {
  Pipe one = make_pipe();
  Pipe two = make_pipe();
  ASSERT_EQ(::write(one.writer.get(), "1\n", 2), 2);
  ASSERT_EQ(::write(two.writer.get(), "2\n", 2), 2);
  int first = one.reader.get();
  int second = two.reader.get();
  EXPECT_EQ(
      said_by("read a </dev/fd/$1; read b </dev/fd/$2; echo $a $b",
              {std::to_string(first), std::to_string(second)}, {{first, second}, {second, first}}),
      "2 1\n");
}

TEST(StartProcess, MayRunUnderAnotherName) {
  Pipe pipe = make_pipe();
  ProcessSpec spec{{"ours", "-c", "echo $0 $A"}, 0, pipe.writer.get(), 2, {}};
  spec.program = "sh";
  spec.environment = {"A=b"};
  StartedProcess started = start_process(spec);
  char bytes[8] = {};
  EXPECT_EQ(::read(pipe.reader.get(), bytes, 7), 7);
  EXPECT_STREQ(bytes, "ours b\n");
  waitpid(started.pid, nullptr, 0);
}

TEST(StartProcess, StandardStreamsMayBeSwapped) {
  Pipe pipe = make_pipe();
  StartedProcess started =
      start_process({{"sh", "-c", "echo out; echo err >&2"}, 0, 2, pipe.writer.get(), {}});
  pipe.writer.reset();
  char bytes[8] = {};
  EXPECT_EQ(::read(pipe.reader.get(), bytes, sizeof bytes), 4);
  EXPECT_STREQ(bytes, "err\n");
  waitpid(started.pid, nullptr, 0);
}

TEST(StartProcess, HasItsOwnGroupAndSignalsAtTheirDefaults) {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  // Read by the shell itself: while it starts a program it blocks all signals for a moment.
  std::string said = said_by(
      "while IFS= read -r line; do case $line in SigBlk* | SigIgn*) echo \"$line\" ;; esac; done "
      "</proc/$$/status; ps -o pgid= -p $$; echo $$");
  sigprocmask(SIG_SETMASK, &before, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(said.substr(0, 50), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  std::string rest = said.substr(50);
  size_t line = rest.find('\n');
  EXPECT_EQ(std::stoi(rest.substr(0, line)), std::stoi(rest.substr(line + 1)));
}

TEST(StartProcess, VariablesMayBeLeftOut) {
  setenv("PENSTOCK_TEST_A", "a", 1);
  setenv("PENSTOCK_TEST_AB", "ab", 1);
  Pipe pipe = make_pipe();
  ProcessSpec spec;
  spec.words = {"sh", "-c", "echo $PENSTOCK_TEST_A-$PENSTOCK_TEST_AB"};
  spec.out = pipe.writer.get();
  spec.without = {"PENSTOCK_TEST_A", "PENSTOCK_TEST_B"};
  StartedProcess started = start_process(spec);
  pipe.writer.reset();
  char text[8] = "";
  EXPECT_EQ(::read(pipe.reader.get(), text, sizeof text), 4);
  EXPECT_EQ(std::string(text), "-ab\n");
  waitpid(started.pid, nullptr, 0);
  unsetenv("PENSTOCK_TEST_A");
  unsetenv("PENSTOCK_TEST_AB");
}

// What a child of a process that is killed says when its input ends.
std::string last_words(int death_signal) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  pid_t middle = fork();
  if (middle == 0) {
    in.writer.reset();
    ProcessSpec spec;
    spec.words = {"sh", "-c", "trap 'echo asked; exit' TERM; echo begun; read line; echo ended"};
    spec.in = in.reader.get();
    spec.out = out.writer.get();
    spec.death_signal = death_signal;
    start_process(spec);
    pause();
  }
  in.reader.reset();
  out.writer.reset();
  char byte = 0;
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(::read(out.reader.get(), &byte, 1), 1);
  kill(middle, SIGKILL);
  waitpid(middle, nullptr, 0);
  // Where no signal ends it, this does.
  in.writer.reset();
  std::string said;
  while (::read(out.reader.get(), &byte, 1) == 1)
    said += byte;
  return said;
}

TEST(StartProcess, HowItEndsWithUs) {
  EXPECT_EQ(last_words(SIGKILL), "");
  EXPECT_EQ(last_words(SIGTERM), "asked\n");
  EXPECT_EQ(last_words(0), "ended\n");
}

// A process of the test that starts a program, held where it has just forked, with its child.
class HeldStart {
 public:
  HeldStart() {
    Pipe go = make_pipe();
    launcher_ = fork();
    if (launcher_ == 0) {
      char byte = 0;
      if (::read(go.reader.get(), &byte, 1) != 1) _exit(1);
      StartedProcess started = start_process({{"true"}, 0, 1, 2, {}});
      int status = 0;
      waitpid(started.pid, &status, 0);
      _exit(WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    }
    EXPECT_EQ(ptrace(PTRACE_SEIZE, launcher_, nullptr, PTRACE_O_TRACEFORK), 0);
    EXPECT_EQ(::write(go.writer.get(), "", 1), 1);
    int status = 0;
    waitpid(launcher_, &status, 0);
    EXPECT_EQ(status >> 8, SIGTRAP | PTRACE_EVENT_FORK << 8);
    unsigned long child = 0;
    ptrace(PTRACE_GETEVENTMSG, launcher_, nullptr, &child);
    child_ = static_cast<pid_t>(child);
    waitpid(child_, nullptr, 0);
  }
  void free_launcher() { ptrace(PTRACE_DETACH, launcher_, nullptr, nullptr); }
  void free_child() { ptrace(PTRACE_DETACH, child_, nullptr, nullptr); }
  // The signal of which the program's process died, 0 if of none.
  int died_of() {
    int status = 0;
    // Its launcher sees its end when we have, who trace it.
    waitpid(child_, nullptr, 0);
    waitpid(launcher_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t launcher_ = -1;
  pid_t child_ = -1;
};

TEST(StartProcess, AChildThatDoesNotStartIsKilled) {
  HeldStart start;
  start.free_launcher();
  EXPECT_EQ(start.died_of(), SIGKILL);
}

TEST(StartProcess, AHostThatStopsAsAWholeKillsNoChild) {
  HeldStart start;
  sleep(kMostStartSeconds + 2);
  start.free_launcher();
  usleep(100'000);
  start.free_child();
  EXPECT_EQ(start.died_of(), 0);
}

TEST(StartProcess, AGroupEndsTogether) {
  Pipe pipe = make_pipe();
  StartedProcess started =
      start_process({{"sh", "-c", "sleep 100 & sleep 100"}, 0, pipe.writer.get(), 2, {}});
  pipe.writer.reset();
  usleep(50000);
  kill(-started.pid, SIGTERM);
  // The end of the pipe comes when the last of them is gone.
  char byte = 0;
  EXPECT_EQ(::read(pipe.reader.get(), &byte, 1), 0);
  int status = 0;
  waitpid(started.pid, &status, 0);
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

// What a copy of this process says, when it runs `body` with the words "tool" and "word".
std::string said_by_copy(const std::function<std::string(std::span<char*>)>& body,
                         std::vector<InheritedDescriptor> inherited = {}) {
  Pipe pipe = make_pipe();
  ProcessSpec spec;
  spec.words = {"/nowhere/tool", "word"};
  spec.out = pipe.writer.get();
  spec.inherited = std::move(inherited);
  spec.environment = {"PENSTOCK_TEST=given"};
  spec.without = {"PENSTOCK_OTHER"};
  spec.run_here = [&](std::span<char*> words) {
    const std::string text = body(words);
    return ::write(STDOUT_FILENO, text.data(), text.size()) == std::ssize(text) ? 7 : 1;
  };
  StartedProcess started = start_process(spec);
  EXPECT_EQ(started.error, 0);
  pipe.writer.reset();
  std::string text;
  char byte = 0;
  while (::read(pipe.reader.get(), &byte, 1) == 1)
    text += byte;
  int status = 0;
  EXPECT_EQ(waitpid(started.pid, &status, 0), started.pid);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  return text;
}

std::string contents_of(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(StartProcess, ACopyHasTheWordsAndTheEnvironmentOfTheProgram) {
  setenv("PENSTOCK_OTHER", "ours", 1);
  EXPECT_EQ(said_by_copy([](std::span<char*> words) {
              std::string text = words[words.size()] == nullptr ? "" : "no end;";
              for (const char* word : words)
                text += std::string(word) + ';';
              const char* other = std::getenv("PENSTOCK_OTHER");
              return text + std::getenv("PENSTOCK_TEST") + ';' + (other == nullptr ? "" : other);
            }),
            "/nowhere/tool;word;given;");
  unsetenv("PENSTOCK_OTHER");
}

TEST(StartProcess, ACopyIsSeenUnderItsOwnName) {
  const std::string seen = said_by_copy([](std::span<char*>) {
    return contents_of("/proc/self/comm") + contents_of("/proc/self/cmdline").c_str();
  });
  EXPECT_EQ(seen, "tool\n/nowhere/tool word");
}

TEST(StartProcess, ACopyHasOnlyTheDescriptorsThatItIsGiven) {
  Pipe ours = make_pipe();
  auto is_open = [&](std::span<char*>) {
    return std::string(fcntl(ours.reader.get(), F_GETFD) < 0 ? "closed " : "open ") +
           (fcntl(90, F_GETFD) < 0 ? "closed" : "open");
  };
  EXPECT_EQ(said_by_copy(is_open), "closed closed");
  EXPECT_EQ(said_by_copy(is_open, {{ours.reader.get(), 90}}), "closed open");
}

TEST(StartProcess, ACopyHasSignalsAtTheirDefaults) {
  std::signal(SIGUSR1, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  const std::string seen = said_by_copy([](std::span<char*>) {
    sigset_t now;
    sigprocmask(SIG_SETMASK, nullptr, &now);
    struct sigaction pipe {};
    sigaction(SIGPIPE, nullptr, &pipe);
    return std::string(sigismember(&now, SIGTERM) == 0 ? "open " : "blocked ") +
           (pipe.sa_handler == SIG_DFL ? "default" : "ignored");  // NOLINT
  });
  EXPECT_EQ(seen, "open default");
  sigprocmask(SIG_SETMASK, &before, nullptr);
  std::signal(SIGUSR1, SIG_DFL);
  std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace penstock
