#include "libcore/flow/launch/processes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/os/ending_signals.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

// A process's last words that are kept.
constexpr size_t kMostWords = 64 << 10;
// What those that are left at the end of all are given before they are killed.
constexpr milliseconds kLastGrace{300};

}  // namespace

class Processes::SignalQueue {
 public:
  SignalQueue() {
    sigset_t set;
    sigemptyset(&set);
    // Where it is ignored nobody can wait for a child.
    std::signal(SIGCHLD, SIG_DFL);
    sigaddset(&set, SIGCHLD);
    for (int signal : ending_signals())
      sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, &before_);
    queue_ = Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (queue_.get() < 0) throw Error::system("signals", "receive", errno);
  }
  ~SignalQueue() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  SignalQueue(const SignalQueue&) = delete;
  SignalQueue& operator=(const SignalQueue&) = delete;

  int descriptor() const { return queue_.get(); }

  // The first signal that asks us to end, all others being taken from the queue; 0 for none.
  int take() {
    signalfd_siginfo info{};
    int ending = 0;
    while (read(queue_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      auto signal = static_cast<int>(info.ssi_signo);
      if (signal != SIGCHLD && ending == 0) ending = signal;
    }
    return ending;
  }

 private:
  Descriptor queue_;
  sigset_t before_{};
};

struct Processes::Child {
  // Takes what the process has written by now; at the end of it closes `words`.
  void hear() {
    std::array<char, 4096> bytes;
    while (words.get() >= 0) {
      ssize_t got = read(words.get(), bytes.data(), bytes.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        watch.reset();
        words.reset();
        return;
      }
      said.append(bytes.data(), static_cast<size_t>(got));
      if (said.size() > kMostWords) said.erase(0, said.size() - kMostWords);
    }
  }

  ProcessListener listener;
  Descriptor words;  // its standard error
  std::unique_ptr<EventLoop::Watch> watch;
  std::string said;
};

Processes::Processes(std::function<void(int)> on_signal)
    : on_signal_(std::move(on_signal)), signals_(std::make_unique<SignalQueue>()) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  signal_watch_ =
      loop_.watch(signals_->descriptor(), EventLoop::Ready::kToRead, [this] { take_signals(); });
}

Processes::~Processes() {
  end_children();
}

StartedProcess Processes::start(const ProcessSpec& given, ProcessListener listener) {
  PENSTOCK_CHECK(listener.on_ended);
  Pipe words = make_pipe();
  fcntl(words.reader.get(), F_SETFL, O_NONBLOCK);
  auto child = std::make_unique<Child>();
  child->listener = std::move(listener);
  child->words = std::move(words.reader);
  ProcessSpec spec = given;
  spec.err = words.writer.get();
  StartedProcess started = start_process(spec);
  if (started.error != 0) return started;
  child->watch = loop_.watch(child->words.get(), EventLoop::Ready::kToRead,
                             [heard = child.get()] { heard->hear(); });
  children_[started.pid] = std::move(child);
  return started;
}

// Signals are taken before what they are about is looked at: of a process that ends in between
// there is a signal again. The other way round its signal was taken unheard, now and then in some
// ten thousand flows, and the flow never ended.
void Processes::take_signals() {
  int signal = signals_->take();
  // Before ends, the last of which may be the flow's: then nobody would look at it.
  if (signal != 0) on_signal_(signal);
  reap();
}

void Processes::reap() {
  for (;;) {
    int status = 0;
    rusage used{};
    pid_t pid = wait4(-1, &status, WNOHANG | WUNTRACED | WCONTINUED, &used);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) return;
    auto found = children_.find(pid);
    // Else an orphan.
    if (found != children_.end()) change(found, status, used);
  }
}

void Processes::change(Children::iterator found, int status, const rusage& used) {
  Child& child = *found->second;
  if (WIFSTOPPED(status)) {
    if (child.listener.on_stopped) child.listener.on_stopped();
  } else if (WIFCONTINUED(status)) {
    if (child.listener.on_continued) child.listener.on_continued();
  } else {
    child.hear();
    EndedProcess ended{status, used, std::move(child.said)};
    ProcessListener listener = std::move(child.listener);
    children_.erase(found);
    listener.on_ended(ended);
  }
}

// When we go before what we started: an error has ended the flow.
void Processes::end_children() {
  for (const auto& [pid, child] : children_)
    child->listener = {[](EndedProcess&) {}};
  if (children_.empty()) return;
  signal_all(SIGTERM);
  FlowTime until = std::chrono::steady_clock::now() + kLastGrace;
  for (reap(); !children_.empty(); reap()) {
    if (std::chrono::steady_clock::now() >= until) signal_all(SIGKILL);
    std::this_thread::sleep_for(milliseconds(1));
  }
  end_orphans();
}

void Processes::signal_all(int number) {
  for (const auto& [pid, child] : children_)
    kill(-pid, number);
}

// Children of our children became ours when those died.
void Processes::end_orphans() {
  for (int i = 0; i < 100; ++i) {
    std::ifstream list(fmt::format("/proc/self/task/{}/children", getpid()));
    bool any = false;
    for (pid_t pid = 0; list >> pid;) {
      if (children_.contains(pid)) continue;
      any = true;
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, WNOHANG);
    }
    if (!any) return;
    std::this_thread::sleep_for(milliseconds(1));
  }
}

}  // namespace penstock
