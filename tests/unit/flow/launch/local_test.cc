#include "libcore/flow/launch/local.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <set>

#include "libcore/os/chunks/messages.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

using std::chrono::seconds;

ProcessSpec shell(const std::string& script, int out = 1) {
  ProcessSpec spec;
  spec.words = {"sh", "-c", script};
  spec.out = out;
  return spec;
}

// The next event, which is a What.
template <typename What>
What next(LocalLauncher& launcher) {
  std::optional<TaskEvent> event = launcher.next(std::chrono::steady_clock::now() + seconds(30));
  const What* what = event ? std::get_if<What>(&event->what) : nullptr;
  EXPECT_NE(what, nullptr) << (event ? event->what.index() : 99);
  return what != nullptr ? *what : What{};
}

TEST(LocalLauncher, ABeginningAndAnEnd) {
  LocalLauncher launcher;
  launcher.start({7, 2}, shell("echo a note >&2; exit 3"));
  TaskStarted started = next<TaskStarted>(launcher);
  EXPECT_EQ(started.attempt, (Attempt{7, 2}));
  EXPECT_GT(started.pid, 0);
  TaskEnded ended = next<TaskEnded>(launcher);
  EXPECT_EQ(ended.attempt, (Attempt{7, 2}));
  EXPECT_EQ(WEXITSTATUS(ended.wait_status), 3);
  EXPECT_EQ(ended.said, "a note\n");
  EXPECT_GT(ended.used.ru_maxrss, 0);
}

TEST(LocalLauncher, WhatCannotBeRun) {
  LocalLauncher launcher;
  ProcessSpec spec;
  spec.words = {"no-such-program"};
  launcher.start({0}, spec);
  EXPECT_EQ(next<TaskNotRun>(launcher).error, ENOENT);
}

TEST(LocalLauncher, TheLastWordsAreKept) {
  LocalLauncher launcher;
  launcher.start({0}, shell("seq 100000 >&2; echo end >&2"));
  next<TaskStarted>(launcher);
  std::string said = next<TaskEnded>(launcher).said;
  EXPECT_EQ(said.size(), 64U << 10);
  EXPECT_TRUE(said.ends_with("\n100000\nend\n"));
}

TEST(LocalLauncher, StoppedAndContinued) {
  LocalLauncher launcher;
  // It waits, for of one that ends as soon as it goes on only the end is to be had.
  Pipe go = make_pipe();
  ProcessSpec spec = shell("kill -STOP $$; read line; exit 4");
  spec.in = go.reader.get();
  launcher.start({0}, spec);
  TaskStarted started = next<TaskStarted>(launcher);
  next<TaskStopped>(launcher);
  kill(started.pid, SIGCONT);
  next<TaskContinued>(launcher);
  go.writer.reset();
  EXPECT_EQ(WEXITSTATUS(next<TaskEnded>(launcher).wait_status), 4);
}

TEST(LocalLauncher, WithoutAnEventTheDeadlinePasses) {
  LocalLauncher launcher;
  launcher.start({0}, shell("sleep 100"));
  next<TaskStarted>(launcher);
  EXPECT_FALSE(launcher.next(std::chrono::steady_clock::now() + std::chrono::milliseconds(20)));
  launcher.signal({0}, SIGKILL);
  EXPECT_EQ(WTERMSIG(next<TaskEnded>(launcher).wait_status), SIGKILL);
  launcher.signal({0}, SIGKILL);
}

TEST(LocalLauncher, WhatIsAtHandComesAfterTheDeadlineToo) {
  LocalLauncher launcher;
  launcher.start({0}, shell("exit 0"));
  pid_t pid = next<TaskStarted>(launcher).pid;
  siginfo_t info{};
  EXPECT_EQ(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  std::optional<TaskEvent> event = launcher.next(FlowTime{});
  ASSERT_TRUE(event);
  EXPECT_TRUE(std::holds_alternative<TaskEnded>(event->what));
}

// SIGPIPE goes to the process alone, what ends it to all that it started.
TEST(LocalLauncher, SignalsGoToTheGroupButForSigpipe) {
  LocalLauncher launcher;
  Pipe out = make_pipe();
  std::string script = "sh -c 'trap \"echo heard\" PIPE; echo up; sleep 0.2; sleep 100' & wait";
  launcher.start({0}, shell(script, out.writer.get()));
  out.writer.reset();
  next<TaskStarted>(launcher);
  char bytes[16] = {};
  EXPECT_EQ(::read(out.reader.get(), bytes, sizeof bytes), 3);
  launcher.signal({0}, SIGPIPE);
  EXPECT_EQ(WTERMSIG(next<TaskEnded>(launcher).wait_status), SIGPIPE);
  launcher.end_left_behind();
  EXPECT_EQ(::read(out.reader.get(), bytes, sizeof bytes), 0);
}

TEST(LocalLauncher, ASignalToUsIsAnEvent) {
  LocalLauncher launcher;
  kill(getpid(), SIGTERM);
  EXPECT_EQ(next<EndingAsked>(launcher).signal, SIGTERM);
}

TEST(LocalLauncher, WhatIsLeftEndsWithIt) {
  Pipe out = make_pipe();
  {
    LocalLauncher launcher;
    launcher.start({0}, shell("trap '' TERM; setsid sleep 100 & sleep 100", out.writer.get()));
    launcher.start({1}, shell("sleep 100", out.writer.get()));
  }
  out.writer.reset();
  char byte = 0;
  EXPECT_EQ(::read(out.reader.get(), &byte, 1), 0);
}

// Its requests and its end come in order, whatever the requests are.
TEST(LocalLauncher, AProcessAsksForChunks) {
  LocalLauncher launcher;
  ProcessSpec spec;
  // A shell whose descriptors may have two digits.
  spec.words = {"bash", "-c",
                "socket=70; printf one >&$socket; "
                "dd bs=100 count=1 <&$socket >&$socket 2>/dev/null; "
                "printf '%01000d' 7 | dd bs=1000 iflag=fullblock >&$socket 2>/dev/null"};
  spec.asks_for_chunks_as = 70;
  launcher.start({3, 2}, spec);
  next<TaskStarted>(launcher);
  ChunksAsked asked = next<ChunksAsked>(launcher);
  EXPECT_EQ(asked.attempt, (Attempt{3, 2}));
  EXPECT_EQ(asked.request, "one");
  launcher.answer({3, 1}, "not for this attempt");
  launcher.answer({3, 2}, "two");
  EXPECT_EQ(next<ChunksAsked>(launcher).request, "two");
  EXPECT_EQ(next<ChunksAsked>(launcher).request, std::string(kMostChunkMessageBytes + 1, '0'));
  EXPECT_EQ(next<TaskEnded>(launcher).wait_status, 0);
  launcher.answer({3, 2}, "three");
}

TEST(LocalLauncher, ManyAtOnce) {
  LocalLauncher launcher;
  std::set<size_t> running;
  for (size_t i = 0; i < 100; ++i)
    launcher.start({i}, shell("echo $$ >&2"));
  for (size_t i = 0; i < 100; ++i)
    running.insert(next<TaskStarted>(launcher).attempt.task);
  EXPECT_EQ(running.size(), 100U);
  while (!running.empty()) {
    TaskEnded ended = next<TaskEnded>(launcher);
    ASSERT_EQ(running.erase(ended.attempt.task), 1U);
    EXPECT_EQ(ended.wait_status, 0);
    EXPECT_GT(ended.said.size(), 1U);
  }
}

}  // namespace
}  // namespace penstock
