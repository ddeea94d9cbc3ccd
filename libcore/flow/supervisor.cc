#include "libcore/flow/supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/ending_signals.h"

namespace penstock {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// After a first failure, to learn of others that caused it: a process closes its output a moment
// before it can be waited for.
constexpr milliseconds kGrace{40};
// What TERM is given before KILL.
constexpr milliseconds kTermGrace{300};
// After a reader's end, before its writers are told of it by a signal.
constexpr milliseconds kReaderGone{500};
constexpr milliseconds kMostStopped{5000};
// A process's last words that are kept.
constexpr size_t kMostWords = 64 << 10;

struct Child {
  const Job* job = nullptr;
  pid_t pid = -1;
  Descriptor words;  // its standard error; closed at its end
  std::string said;
  bool is_running = false;
  int status = 0;  // as waitpid() has it
  int exec_error = 0;
  std::optional<Clock::time_point> stopped;
  std::optional<Clock::time_point> reader_ended;
  bool is_told = false;  // of its reader's end
};

bool died_of(const Child& child, int signal) {
  return WIFSIGNALED(child.status) && WTERMSIG(child.status) == signal;
}

// Of SIGPIPE, itself or what it ran for us: a shell tells of a command's signal by its own status.
bool died_of_pipe(const Child& child) {
  bool told = WIFEXITED(child.status) && WEXITSTATUS(child.status) == 128 + SIGPIPE;
  return died_of(child, SIGPIPE) || told;
}

bool ended_well(const Child& child) {
  return child.exec_error == 0 && WIFEXITED(child.status) && WEXITSTATUS(child.status) == 0;
}

std::string trimmed_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return text;
}

// Signals that come to us instead of ending us.
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

  // The next signal that asks us to end, all others being taken from the queue; 0 for none.
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

class Supervision {
 public:
  Supervision(const std::vector<Job>& jobs, const SupervisorOptions& options)
      : options_(options), children_(jobs.size()) {
    for (size_t i = 0; i < jobs.size(); ++i)
      children_[i].job = &jobs[i];
    prctl(PR_SET_CHILD_SUBREAPER, 1);
  }
  ~Supervision() { end_all(); }
  Supervision(const Supervision&) = delete;
  Supervision& operator=(const Supervision&) = delete;

  void start() {
    for (Child& child : children_) {
      Pipe words = make_pipe();
      fcntl(words.reader.get(), F_SETFL, O_NONBLOCK);
      ProcessSpec spec = child.job->spec;
      spec.err = words.writer.get();
      StartedProcess started = start_process(spec);
      child.exec_error = started.error;
      if (started.error != 0) {
        failed_at_ = Clock::now();
        return;
      }
      child.pid = started.pid;
      child.is_running = true;
      child.words = std::move(words.reader);
      if (options_.on_event) options_.on_event({"start", *child.job, child.pid, 0, nullptr});
    }
  }

  FlowOutcome watch() {
    while (is_any_running()) {
      if (failed_at_ && Clock::now() - *failed_at_ >= kGrace) break;
      wait_for_something();
      // Signals are taken before what they tell of is looked at: of a process that ends in between
      // there is a signal again. The other way round its signal was taken unheard, now and then in
      // some ten thousand flows, and the flow never ended.
      int signal = signals_.take();
      hear_all();
      reap();
      tell_writers();
      tick();
      if (signal != 0) {
        end_all();
        return {128 + signal, fmt::format("stopped by {}", strsignal(signal)), true};
      }
    }
    reap();
    end_all();
    return outcome();
  }

 private:
  bool is_any_running() const {
    return std::any_of(children_.begin(), children_.end(),
                       [](const Child& child) { return child.is_running; });
  }

  void wait_for_something() {
    polled_.clear();
    polled_.push_back({signals_.descriptor(), POLLIN, 0});
    bool waits = failed_at_.has_value();
    for (const Child& child : children_) {
      if (child.words.get() >= 0) polled_.push_back({child.words.get(), POLLIN, 0});
      waits = waits || child.stopped || (child.reader_ended && child.is_running);
    }
    int most = waits ? 10 : options_.on_tick ? static_cast<int>(options_.tick.count()) : -1;
    poll(polled_.data(), polled_.size(), most);
  }

  void tick() {
    Clock::time_point now = Clock::now();
    if (!options_.on_tick || now - ticked_ < options_.tick) return;
    ticked_ = now;
    options_.on_tick();
  }

  static void hear(Child& child) {
    std::array<char, 4096> bytes;
    while (child.words.get() >= 0) {
      ssize_t got = read(child.words.get(), bytes.data(), bytes.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) {
        child.words.reset();
        return;
      }
      child.said.append(bytes.data(), static_cast<size_t>(got));
      if (child.said.size() > kMostWords) child.said.erase(0, child.said.size() - kMostWords);
    }
  }

  void hear_all() {
    for (Child& child : children_)
      hear(child);
  }

  void reap() {
    for (Child& child : children_) {
      if (!child.is_running) continue;
      int status = 0;
      rusage used{};
      pid_t got = wait4(child.pid, &status, WNOHANG | WUNTRACED | WCONTINUED, &used);
      if (got != child.pid) {
        check_stopped(child);
        continue;
      }
      if (WIFSTOPPED(status)) {
        child.stopped = Clock::now();
      } else if (WIFCONTINUED(status)) {
        child.stopped.reset();
      } else {
        finish(child, status, used);
      }
    }
  }

  void check_stopped(Child& child) {
    if (!child.stopped || Clock::now() - *child.stopped < kMostStopped || failed_at_) return;
    stopped_too_long_ = &child;
    failed_at_ = Clock::now() - kGrace;
  }

  void finish(Child& child, int status, const rusage& used) {
    child.is_running = false;
    child.status = status;
    hear(child);
    child.words.reset();
    if (options_.on_event) options_.on_event({"end", *child.job, child.pid, status, &used});
    if (ended_well(child)) {
      if (!child.said.empty() && options_.pass_on) options_.pass_on(child.said);
      Clock::time_point now = Clock::now();
      auto number = &child - children_.data();
      for (Child& writer : children_) {
        if (writer.job->reader == number) writer.reader_ended = now;
      }
    } else if (has_failed(child) && !failed_at_) {
      failed_at_ = Clock::now();
    }
  }

  static bool has_failed(const Child& child) {
    return !child.is_running && !ended_well(child) && !died_of_pipe(child);
  }

  void tell_writers() {
    for (Child& child : children_) {
      bool late = child.is_running && child.job->is_tool && !child.job->has_more_readers &&
                  !child.is_told && child.reader_ended &&
                  Clock::now() - *child.reader_ended >= kReaderGone;
      if (!late) continue;
      child.is_told = true;
      kill(child.pid, SIGPIPE);
    }
  }

  // Ends what still runs, and whatever was started by what has ended.
  void end_all() {
    bool unwell = failed_at_.has_value() || is_any_running();
    if (!unwell) return;
    signal_all(SIGTERM);
    Clock::time_point until = Clock::now() + kTermGrace;
    while (!await_all() && Clock::now() < until)
      std::this_thread::sleep_for(milliseconds(1));
    signal_all(SIGKILL);
    while (!await_all())
      std::this_thread::sleep_for(milliseconds(1));
    end_orphans();
  }

  void signal_all(int signal) {
    for (Child& child : children_) {
      if (child.is_running) signal_group(child.pid, signal);
    }
  }

  bool await_all() {
    bool all = true;
    for (Child& child : children_) {
      if (!child.is_running) continue;
      if (waitpid(child.pid, nullptr, WNOHANG) == 0) {
        all = false;
        continue;
      }
      // Ended by us: that is no failure of its own.
      child.is_running = false;
      child.status = SIGPIPE;
    }
    return all;
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

  FlowOutcome outcome() const {
    if (stopped_too_long_ != nullptr) {
      return failure(*stopped_too_long_, 128 + SIGSTOP, "was stopped and did not go on");
    }
    for (const Child& child : children_) {
      if (child.exec_error != 0) {
        return failure(child, child.exec_error == ENOENT ? 127 : 126,
                       child.exec_error == ENOENT
                           ? "is no program that can be found in PATH"
                           : fmt::format("cannot be run: {}", strerror(child.exec_error)));
      }
    }
    // First what was killed: an exchange has its senders fail too when a receiver is gone.
    for (const Child& child : children_) {
      if (!has_failed(child) || !WIFSIGNALED(child.status)) continue;
      int signal = WTERMSIG(child.status);
      return failure(child, 128 + signal,
                     fmt::format("died of signal {} ({})", signal, strsignal(signal)));
    }
    for (const Child& child : children_) {
      if (!has_failed(child)) continue;
      int status = WEXITSTATUS(child.status);
      return failure(child, status, fmt::format("ended with status {}", status));
    }
    FlowOutcome outcome;
    for (const Child& child : children_) {
      if (child.job->reader < 0 && died_of_pipe(child)) outcome.output_closed = true;
    }
    return outcome;
  }

  // Of stages that share a process, the one whose program `said` it, where there is one such.
  static std::string stage_of(const Job& job, const std::string& said) {
    int64_t first = job.stage;
    int64_t last = job.stage + std::ssize(job.programs) - 1;
    auto spoke = [&](const std::string& program) { return said.starts_with(program + ": "); };
    if (std::count_if(job.programs.begin(), job.programs.end(), spoke) == 1) {
      auto it = std::find_if(job.programs.begin(), job.programs.end(), spoke);
      first = last = job.stage + (it - job.programs.begin());
    }
    return first == last ? fmt::format("stage {}: ", first)
                         : fmt::format("stages {} to {}: ", first, last);
  }

  static FlowOutcome failure(const Child& child, int status, const std::string& how) {
    const Job& job = *child.job;
    std::string place = fmt::format("fragment {}, ", job.fragment);
    if (job.workers > 1) place += fmt::format("worker {} of {}, ", job.worker, job.workers);
    std::string said = trimmed_end(child.said);
    place += stage_of(job, said);
    std::string program = fmt::format("{}", fmt::join(job.programs, " | "));
    // A tool's last words tell it all.
    if (job.is_tool && status <= 2 && !said.empty()) return {status, place + said, false};
    if (!said.empty()) said = ": " + said;
    return {status, fmt::format("{}{} {}{}", place, program, how, said), false};
  }

  const SupervisorOptions& options_;
  SignalQueue signals_;
  std::vector<Child> children_;
  std::vector<pollfd> polled_;
  std::optional<Clock::time_point> failed_at_;
  Clock::time_point ticked_ = Clock::now();
  const Child* stopped_too_long_ = nullptr;
};

}  // namespace

FlowOutcome supervise(const std::vector<Job>& jobs, std::vector<Descriptor>& descriptors,
                      const SupervisorOptions& options) {
  Supervision supervision(jobs, options);
  supervision.start();
  descriptors.clear();
  return supervision.watch();
}

}  // namespace penstock
