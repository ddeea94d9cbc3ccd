#include "libcore/os/command/command_process.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/os/output_watch.h"
#include "libcore/os/process.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;
using CommandClock = std::chrono::steady_clock;

// How often one who waits looks whether the command has ended, or stop() was called.
constexpr milliseconds kLookForEnd{50};
constexpr size_t kMostRanges = 64;  // of one call of writev()

// The standard streams of the child, and where it reports why it cannot run.
struct ChildEnds {
  int in;
  int out;
  int err;
  int report;
};

// In the child between fork and exec: no memory may be taken here, for another thread of ours may
// have held the allocator's lock.
[[noreturn]] void become_command(const ChildEnds& ends, pid_t parent, char* const* words) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  take_usual_signals();
  if (dup2(ends.in, STDIN_FILENO) >= 0 && dup2(ends.out, STDOUT_FILENO) >= 0 &&
      dup2(ends.err, STDERR_FILENO) >= 0) {
    execvp(words[0], words);
  }
  const int error = errno;
  (void)!write(ends.report, &error, sizeof error);
  _exit(1);
}

// Returns the error that the child reports; 0 when it runs.
int reported_error(int fd) {
  int error = 0;
  ssize_t size = 0;
  do {
    size = read(fd, &error, sizeof error);
  } while (size < 0 && errno == EINTR);
  return size == sizeof error ? error : 0;
}

// While it lives, a write to a pipe without a reader does not end our process by SIGPIPE.
class WithoutPipeSignal {
 public:
  WithoutPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutPipeSignal() {
    // The signal of a write goes to the thread that wrote.
    if (has_failed_ && sigismember(&before_, SIGPIPE) == 0) {
      const timespec none{};
      sigtimedwait(&pipe_, nullptr, &none);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutPipeSignal(const WithoutPipeSignal&) = delete;
  WithoutPipeSignal& operator=(const WithoutPipeSignal&) = delete;

  void note_failure() { has_failed_ = true; }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool has_failed_ = false;
};

// Goes on after so many bytes of the ranges.
void advance(std::vector<iovec>& left, size_t& first, size_t bytes) {
  while (first < left.size() && bytes >= left[first].iov_len)
    bytes -= left[first++].iov_len;
  if (bytes == 0) return;
  left[first].iov_base = static_cast<char*>(left[first].iov_base) + bytes;
  left[first].iov_len -= bytes;
}

}  // namespace

std::string CommandEnd::to_string() const {
  if (signal == 0) return "exit status " + std::to_string(exit_status);
  return "signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
}

CommandProcess::CommandProcess(const std::vector<std::string>& words, Said said)
    : name_(printable(words[0])), said_(std::move(said)) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe report = make_pipe();
  std::vector<std::string> texts = words;
  const std::vector<char*> pointers = null_ended(texts);
  const ChildEnds ends{in.reader.get(), out.writer.get(), err.writer.get(), report.writer.get()};
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become_command(ends, parent, pointers.data());
  if (pid_ < 0) throw Error::system("'" + name_ + "'", "start a process", errno);
  report.writer.reset();
  if (const int error = reported_error(report.reader.get()); error != 0) {
    wait_for_end(pid_);
    const Error failed = Error::system("'" + name_ + "' cannot be run", "", error);
    throw Error(failed.message() + "; is it installed, and in PATH?");
  }
  input_ = std::move(in.writer);
  output_ = std::move(out.reader);
  errors_ = std::move(err.reader);
  // One who writes looks now and then whether the command has ended.
  fcntl(input_.get(), F_SETFL, O_NONBLOCK);
}

CommandProcess::~CommandProcess() {
  stop();
  if (!is_reaped_) wait_for_end(pid_);
}

bool CommandProcess::write(std::span<const ByteRange> ranges) {
  std::vector<iovec> left;
  for (const ByteRange& range : ranges) {
    if (range.size == 0) continue;
    left.push_back({const_cast<void*>(range.data), static_cast<size_t>(range.size)});
  }
  WithoutPipeSignal quietly;
  for (size_t first = 0; first < left.size();) {
    if (is_stopped_) return false;
    const size_t count = std::min(left.size() - first, kMostRanges);
    const ssize_t size = writev(input_.get(), &left[first], static_cast<int>(count));
    if (size >= 0) {
      written_ += size;
      advance(left, first, static_cast<size_t>(size));
      continue;
    }
    if (errno == EPIPE) {
      quietly.note_failure();
      return false;
    }
    if (errno == EAGAIN) {
      pollfd input{input_.get(), POLLOUT, 0};
      poll(&input, 1, static_cast<int>(kLookForEnd.count()));
    } else if (errno != EINTR) {
      throw Error::system("the input of " + name_, "write", errno);
    }
  }
  return true;
}

void CommandProcess::close_input() {
  // Another reader of the pipe, by which we learn in the end what nobody has read. We do not hold
  // it before, for a pipe without any reader is how we learn that nobody reads on.
  const std::string path = "/proc/self/fd/" + std::to_string(input_.get());
  std::lock_guard lock(input_mutex_);
  unread_ = Descriptor(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  input_.reset();
}

int64_t CommandProcess::unread_bytes() const {
  std::lock_guard lock(input_mutex_);
  const int fd = input_.get() >= 0 ? input_.get() : unread_.get();
  int bytes = 0;
  if (fd < 0 || ioctl(fd, FIONREAD, &bytes) != 0) return 0;
  return bytes;
}

void CommandProcess::pass_on_lines() {
  size_t begin = 0;
  for (size_t end = 0; (end = said_text_.find('\n', begin)) != said_text_.npos; begin = end + 1)
    said_(std::string_view(said_text_).substr(begin, end - begin));
  said_text_.erase(0, begin);
  const bool is_whole = errors_.get() < 0 || std::ssize(said_text_) >= kMostSaidBytes;
  if (!is_whole || said_text_.empty()) return;
  said_(said_text_);
  said_text_.clear();
}

void CommandProcess::read_said() {
  char bytes[kMostSaidBytes];
  const ssize_t size = ::read(errors_.get(), bytes, sizeof bytes);
  if (size < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (size <= 0) {
    errors_.reset();
  } else {
    said_text_.append(bytes, static_cast<size_t>(size));
  }
  pass_on_lines();
}

// Waits until the output has bytes or its end, and returns whether it has. Passes on what is said
// meanwhile.
bool CommandProcess::poll_outputs(milliseconds most) {
  // A negative number is left out.
  pollfd outputs[] = {{output_.get(), POLLIN, 0}, {errors_.get(), POLLIN, 0}};
  const int ready = poll(outputs, std::size(outputs), static_cast<int>(most.count()));
  if (ready <= 0) return false;
  if (outputs[1].revents != 0) read_said();
  return outputs[0].revents != 0;
}

bool CommandProcess::has_ended() {
  if (has_ended_) return true;
  siginfo_t about{};
  // The process stays, so that no other group gets its number before we end this one.
  if (waitid(P_PID, static_cast<id_t>(pid_), &about, WEXITED | WNOHANG | WNOWAIT) != 0)
    return false;
  has_ended_ = about.si_pid == pid_;
  return has_ended_;
}

int64_t CommandProcess::read(void* out, int64_t size) {
  auto quiet_since = CommandClock::now();
  while (output_.get() >= 0) {
    if (!poll_outputs(kLookForEnd)) {
      end_without_reader();
      const bool is_left_behind =
          has_ended() && CommandClock::now() - quiet_since >= kLeftBehindPatience;
      if (is_left_behind || is_stopped_) output_.reset();
      continue;
    }
    const ssize_t count = ::read(output_.get(), out, static_cast<size_t>(size));
    if (count > 0) return count;
    if (count == 0) output_.reset();
    if (count < 0 && errno != EINTR) throw Error::system("the output of " + name_, "read", errno);
  }
  return 0;
}

bool CommandProcess::wait(milliseconds quiet, milliseconds most) {
  if (output_.get() < 0) return true;
  const milliseconds wanted = std::min(quiet, most);
  const auto end = CommandClock::now() + wanted;
  for (milliseconds left = wanted;;) {
    if (poll_outputs(left)) return true;
    left = std::chrono::ceil<milliseconds>(end - CommandClock::now());
    if (left.count() <= 0) return false;
  }
}

CommandEnd CommandProcess::finish() {
  if (is_reaped_) return end_;
  // What it says until its end, also where others keep its standard error open.
  while (errors_.get() >= 0 && !has_ended())
    poll_outputs(kLookForEnd);
  siginfo_t about{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &about, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  stop();
  while (errors_.get() >= 0) {
    pollfd errors{errors_.get(), POLLIN, 0};
    if (poll(&errors, 1, 0) <= 0) break;
    read_said();
  }
  errors_.reset();
  pass_on_lines();
  is_reaped_ = true;
  const int status = wait_for_end(pid_);
  if (WIFSIGNALED(status)) {
    end_.signal = WTERMSIG(status);
  } else {
    end_.exit_status = WEXITSTATUS(status);
  }
  return end_;
}

void CommandProcess::stop() {
  is_stopped_ = true;
  if (!is_reaped_) kill(-pid_, SIGKILL);
}

}  // namespace penstock
