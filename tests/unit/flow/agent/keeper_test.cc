#include "libcore/flow/agent/keeper.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

// A process that keeps one, whose descendants all hold the writer of `lifeline`: it ends when they
// are gone.
class Keeper : public ::testing::Test {
 protected:
  // Runs `body`, given a shell's script that runs while it does. Returns the keeper.
  pid_t keep(const char* script, int status) {
    pid_t keeper = fork();
    if (keeper != 0) {
      lifeline_.writer.reset();
      return keeper;
    }
    lifeline_.reader.reset();
    _exit(run_kept([=, this] {
      pid_t pid = getpid();
      (void)!::write(lifeline_.writer.get(), &pid, sizeof pid);
      pid_t worker = fork();
      if (worker == 0) execlp("sh", "sh", "-c", script, nullptr);
      if (status < 0) pause();
      return status;
    }));
  }

  // The process that runs the body.
  pid_t kept() {
    pid_t pid = 0;
    EXPECT_EQ(::read(lifeline_.reader.get(), &pid, sizeof pid), ssize_t{sizeof pid});
    return pid;
  }

  // Waits until all descendants are gone.
  void expect_all_gone() {
    char byte = 0;
    EXPECT_EQ(::read(lifeline_.reader.get(), &byte, 1), 0);
  }

  static int status_of(pid_t pid) {
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return status;
  }

  Pipe lifeline_ = make_pipe();
};

constexpr const char* kTree =
    "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 100; :' & sleep 100; :";

TEST_F(Keeper, ReturnsTheStatusAndLeavesNothing) {
  pid_t keeper = keep(kTree, 7);
  kept();
  EXPECT_EQ(WEXITSTATUS(status_of(keeper)), 7);
  expect_all_gone();
}

TEST_F(Keeper, TheKeptIsKilled) {
  pid_t keeper = keep(kTree, -1);
  kill(kept(), SIGKILL);
  EXPECT_EQ(WEXITSTATUS(status_of(keeper)), 128 + SIGKILL);
  expect_all_gone();
}

TEST_F(Keeper, ASignalIsPassedOn) {
  for (int signal : {SIGTERM, SIGHUP}) {
    lifeline_ = make_pipe();
    pid_t keeper = keep(kTree, -1);
    kept();
    kill(keeper, signal);
    EXPECT_EQ(WEXITSTATUS(status_of(keeper)), 128 + SIGTERM);
    expect_all_gone();
  }
}

TEST_F(Keeper, TheKeeperIsKilled) {
  pid_t keeper = keep("exec 3>&-; :", -1);
  kept();
  kill(keeper, SIGKILL);
  EXPECT_EQ(WTERMSIG(status_of(keeper)), SIGKILL);
  expect_all_gone();
}

}  // namespace
}  // namespace penstock
