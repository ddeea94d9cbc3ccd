#include "libcore/flow/agent/keeper.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <fstream>

#include "libcore/base/error.h"

namespace penstock {
namespace {

constexpr int kEndingSignals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
// How long we wait for a process that was killed before its parent is looked at again.
constexpr timespec kReapPause{0, 1'000'000};

// Kills the processes that became ours, and those that become ours by that, until there are none.
void end_all_children() {
  for (;;) {
    bool any = false;
    std::ifstream list(fmt::format("/proc/self/task/{}/children", getpid()));
    for (pid_t pid = 0; list >> pid; any = true) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, WNOHANG);
    }
    if (!any) return;
    nanosleep(&kReapPause, nullptr);
  }
}

// The wait status of `child`.
int wait_for(pid_t child, const sigset_t& signals) {
  for (;;) {
    int signal = sigwaitinfo(&signals, nullptr);
    if (signal > 0 && signal != SIGCHLD) kill(child, SIGTERM);
    for (;;) {
      int status = 0;
      pid_t ended = waitpid(-1, &status, WNOHANG);
      if (ended == child) return status;
      if (ended <= 0) break;
    }
  }
}

}  // namespace

int run_kept(const std::function<int()>& body) {
  sigset_t signals;
  sigset_t before;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  std::signal(SIGCHLD, SIG_DFL);
  for (int number : kEndingSignals) {
    // Also where the one who started us ignores it: the child is ended by it.
    std::signal(number, SIG_DFL);
    sigaddset(&signals, number);
  }
  sigprocmask(SIG_BLOCK, &signals, &before);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) throw Error::system("an agent", "start a process", errno);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, &before, nullptr);
    _exit(getppid() == parent ? body() : 1);
  }
  int status = wait_for(child, signals);
  end_all_children();
  sigprocmask(SIG_SETMASK, &before, nullptr);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace penstock
