#include "libcore/flow/launch/local.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/flow/launch/start_process.h"
#include "libcore/os/descriptor.h"
#include "libcore/os/ending_signals.h"

namespace penstock {
namespace {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
using boost::system::error_code;
using std::chrono::milliseconds;

// A process's last words that are kept.
constexpr size_t kMostWords = 64 << 10;
// What those that are left at the end of all are given before they are killed.
constexpr milliseconds kLastGrace{300};

// Signals that come to us instead of ending us. A signalfd and not asio's signal_set, for that
// needs them unblocked, and the flow's files must be gone before one takes effect.
class SignalQueue {
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

using Key = std::pair<size_t, int64_t>;

Key key_of(const Attempt& attempt) {
  return {attempt.task, attempt.number};
}

struct Child {
  Child(asio::io_context& context, const Attempt& which, Descriptor error)
      : attempt(which), words(context, error.get()) {
    error.release();
  }

  Attempt attempt;
  stream_descriptor words;  // its standard error; closed at its end
  std::string said;
};

// Takes what the child has written by now.
void hear(Child& child) {
  std::array<char, 4096> bytes;
  while (child.words.is_open()) {
    ssize_t got = read(child.words.native_handle(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      child.words.close();
      return;
    }
    child.said.append(bytes.data(), static_cast<size_t>(got));
    if (child.said.size() > kMostWords) child.said.erase(0, child.said.size() - kMostWords);
  }
}

}  // namespace

class LocalLauncher::Loop {
 public:
  Loop() : context_(1), signal_input_(context_, signals_.descriptor()) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    await_signals();
  }
  ~Loop() {
    end_children();
    signal_input_.release();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start(const Attempt& attempt, const ProcessSpec& given) {
    Pipe words = make_pipe();
    fcntl(words.reader.get(), F_SETFL, O_NONBLOCK);
    auto child = std::make_shared<Child>(context_, attempt, std::move(words.reader));
    ProcessSpec spec = given;
    spec.err = words.writer.get();
    StartedProcess started = start_process(spec);
    if (started.error != 0) {
      add(TaskNotRun{attempt, started.error});
      return;
    }
    await_words(child);
    pids_[key_of(attempt)] = started.pid;
    children_[started.pid] = std::move(child);
    add(TaskStarted{attempt, started.pid});
  }

  void signal(const Attempt& attempt, int number) {
    auto pid = pids_.find(key_of(attempt));
    if (pid == pids_.end()) return;
    kill(number == SIGPIPE ? pid->second : -pid->second, number);
  }

  std::optional<TaskEvent> next(std::optional<FlowTime> deadline) {
    if (events_.empty()) context_.poll();
    while (events_.empty()) {
      size_t handled = deadline ? context_.run_one_until(*deadline) : context_.run_one();
      if (handled == 0) return std::nullopt;
    }
    TaskEvent event = std::move(events_.front());
    events_.pop_front();
    event.at = std::chrono::steady_clock::now();
    return event;
  }

  // Children of our children became ours when those died.
  static void end_orphans() {
    for (int i = 0; i < 100; ++i) {
      while (waitpid(-1, nullptr, WNOHANG) > 0) {
      }
      std::ifstream list(fmt::format("/proc/self/task/{}/children", getpid()));
      bool any = false;
      for (pid_t pid = 0; list >> pid; any = true)
        kill(pid, SIGKILL);
      if (!any) return;
      std::this_thread::sleep_for(milliseconds(1));
    }
  }

 private:
  template <typename What>
  void add(What what) {
    events_.push_back({{}, std::move(what)});
  }

  void await_signals() {
    signal_input_.async_wait(stream_descriptor::wait_read, [this](const error_code& error) {
      if (error == asio::error::operation_aborted) return;
      if (error) throw Error::system("signals", "receive", error.value());
      // Signals are taken before what they are about is looked at: of a process that ends in
      // between there is a signal again. The other way round its signal was taken unheard, now and
      // then in some ten thousand flows, and the flow never ended.
      int signal = signals_.take();
      // Before ends, the last of which may be the flow's: then nobody would look at it.
      if (signal != 0) add(EndingAsked{signal});
      reap();
      await_signals();
    });
  }

  // A handler may be called after the child's end, when the loop had both at hand.
  void await_words(const std::shared_ptr<Child>& child) {
    child->words.async_wait(stream_descriptor::wait_read, [this, child](const error_code& error) {
      if (error) return;
      hear(*child);
      if (child->words.is_open()) await_words(child);
    });
  }

  void reap() {
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

  using Children = std::map<pid_t, std::shared_ptr<Child>>;

  void change(Children::iterator found, int status, const rusage& used) {
    Child& child = *found->second;
    if (WIFSTOPPED(status)) {
      add(TaskStopped{child.attempt});
    } else if (WIFCONTINUED(status)) {
      add(TaskContinued{child.attempt});
    } else {
      hear(child);
      if (child.words.is_open()) child.words.close();
      add(TaskEnded{child.attempt, status, used, std::move(child.said)});
      pids_.erase(key_of(child.attempt));
      children_.erase(found);
    }
  }

  // When the launcher goes before what it launched: an error has ended the flow.
  void end_children() {
    if (children_.empty()) return;
    signal_all(SIGTERM);
    FlowTime until = std::chrono::steady_clock::now() + kLastGrace;
    for (reap(); !children_.empty(); reap()) {
      if (std::chrono::steady_clock::now() >= until) signal_all(SIGKILL);
      std::this_thread::sleep_for(milliseconds(1));
    }
    end_orphans();
  }

  void signal_all(int number) {
    for (const auto& [pid, child] : children_)
      kill(-pid, number);
  }

  asio::io_context context_;
  SignalQueue signals_;
  stream_descriptor signal_input_;
  Children children_;
  std::map<Key, pid_t> pids_;
  std::deque<TaskEvent> events_;
};

LocalLauncher::LocalLauncher() {
  try {
    loop_ = std::make_unique<Loop>();
  } catch (const boost::system::system_error& failed) {
    throw Error::system("an event loop", "create", failed.code().value());
  }
}

LocalLauncher::~LocalLauncher() = default;

void LocalLauncher::start(const Attempt& attempt, const ProcessSpec& spec) {
  loop_->start(attempt, spec);
}

void LocalLauncher::signal(const Attempt& attempt, int number) {
  loop_->signal(attempt, number);
}

std::optional<TaskEvent> LocalLauncher::next(std::optional<FlowTime> deadline) {
  return loop_->next(deadline);
}

void LocalLauncher::end_left_behind() {
  Loop::end_orphans();
}

}  // namespace penstock
