#include "libcore/flow/detached/detach.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/os/ending_signals.h"
#include "libcore/os/process.h"
#include "libcore/os/process_identity.h"
#include "libcore/os/terminal.h"

namespace penstock {
namespace {

// Where the manager has its end of the connection to the foreground.
constexpr int kConnection = 3;

// What goes over it: from the manager kStarts and the ID, from the foreground kGo once that has
// been announced, from the manager kGoes. Or from the manager a Failure of these kinds, then its
// text.
enum class Word : char { kStarts = 1, kGo, kGoes, kOutcome, kError, kUsageError };

struct Failure {
  Word word = Word::kOutcome;
  int status = 0;  // of kOutcome
  bool is_stopped = false;
  size_t line_size = 0;  // of the text, before an excerpt
};

// False when the other end is gone.
bool send_bytes(int socket, const void* bytes, size_t size) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    ssize_t sent = send(socket, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    size -= static_cast<size_t>(sent);
  }
  return true;
}

// Returns less than `size` only at the end.
size_t receive_bytes(int socket, void* bytes, size_t size) {
  char* at = static_cast<char*>(bytes);
  size_t got = 0;
  while (got < size) {
    ssize_t received = recv(socket, at + got, size - got, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) break;
    got += static_cast<size_t>(received);
  }
  return got;
}

bool send_word(int socket, Word word) {
  return send_bytes(socket, &word, sizeof word);
}

bool receive_word(int socket, Word wanted) {
  Word word{};
  return receive_bytes(socket, &word, sizeof word) == sizeof word && word == wanted;
}

// The background's part; everything of it ends with the process.
class Manager {
 public:
  Manager(const RunsFolder& runs, const DetachOptions& options, const ManagerWork& work)
      : runs_(runs), options_(options), work_(work) {}

  [[noreturn]] void run(int connection, pid_t foreground) {
    leave_session(connection, foreground);
    // For all the time: a run that is ended before it starts has files to remove.
    HeldSignals held;
    try {
      run_ = runs_.create();
      RunRecorder recorder(run_->path, record(), options_.sync);
      take_streams(recorder);
      recorder.on_start([&] { start(recorder); });
      FlowOutcome outcome = work(recorder);
      if (has_started_) {
        recorder.end(std::move(outcome));
      } else {
        tell({Word::kOutcome, outcome.status, outcome.is_stopped, outcome.message.size()},
             outcome.message);
      }
    } catch (const Error& error) {
      tell_error(error);
    }
    if (run_ && !has_started_) {
      std::error_code ignored;
      std::filesystem::remove_all(run_->path, ignored);
    }
    // The files are gone before the foreground goes on.
    _exit(0);
  }

 private:
  // Only the flow's end or a signal that means this process ends it from now on.
  static void leave_session(int connection, pid_t foreground) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != foreground) _exit(0);
    setsid();
    std::signal(SIGHUP, SIG_IGN);
    for (int number : {SIGINT, SIGQUIT, SIGTERM})
      std::signal(number, SIG_DFL);
    if (connection != kConnection) dup3(connection, kConnection, O_CLOEXEC);
    close_range(kConnection + 1, ~0U, 0);
  }

  RunRecord record() const {
    ProcessIdentity own = own_identity();
    std::vector<std::string> hosts{own.host};
    hosts.insert(hosts.end(), options_.hosts.begin(), options_.hosts.end());
    std::error_code error;
    std::string directory = std::filesystem::current_path(error).string();
    return {
        run_->id, options_.penstock,   options_.flow, options_.workers, std::move(hosts), directory,
        0,        {{}, std::move(own)}};
  }

  void take_streams(const RunRecorder& recorder) const {
    bool has_input = options_.reads == ReadsInput::kYes ||
                     (options_.reads == ReadsInput::kPerhaps && !is_terminal(STDIN_FILENO));
    if (!has_input) {
      // For writing: who reads it after all fails, and does not take it for an empty input.
      Descriptor closed(::open("/dev/null", O_WRONLY | O_CLOEXEC));  // NOLINT
      dup2(closed.get(), STDIN_FILENO);
    }
    dup2(recorder.output(), STDOUT_FILENO);
  }

  void start(const RunRecorder& recorder) {
    runs_.publish(*run_);
    bool is_announced = send_word(kConnection, Word::kStarts) &&
                        send_bytes(kConnection, run_->id.text().data(), RunId::kLength) &&
                        receive_word(kConnection, Word::kGo);
    if (!is_announced) throw Error("nobody knows the ID of the run");
    prctl(PR_SET_PDEATHSIG, 0);
    has_started_ = true;
    send_word(kConnection, Word::kGoes);
    close(kConnection);
    dup2(recorder.messages(), STDERR_FILENO);
  }

  // What went wrong behind the start is how the run ended.
  FlowOutcome work(RunRecorder& recorder) {
    try {
      FlowOutcome outcome = work_(recorder);
      if (outcome.output_closed) {
        return {128 + SIGPIPE, "a stage that writes the output died of SIGPIPE", false, false};
      }
      return outcome;
    } catch (const Error& error) {
      if (!has_started_) throw;
      int status = error.kind() == Error::Kind::kUsage ? kUsageFailure : kOwnFailure;
      return {status, error.message(), false, false};
    } catch (const std::bad_alloc&) {
      return {kOwnFailure, "out of memory: the system gives no more", false, false};
    }
  }

  void tell_error(const Error& error) const {
    if (has_started_) return;
    bool is_usage = error.kind() == Error::Kind::kUsage;
    tell({is_usage ? Word::kUsageError : Word::kError, 0, false, error.line().size()},
         error.message());
  }

  static void tell(const Failure& failure, const std::string& text) {
    send_bytes(kConnection, &failure.word, sizeof failure.word);
    send_bytes(kConnection, &failure, sizeof failure);
    send_bytes(kConnection, text.data(), text.size());
  }

  const RunsFolder& runs_;
  const DetachOptions& options_;
  const ManagerWork& work_;
  std::optional<NewRun> run_;
  bool has_started_ = false;
};

// The manager as its parent has it, until the run has started.
class ManagerChild {
 public:
  ManagerChild(pid_t pid, Descriptor connection) : pid_(pid), connection_(std::move(connection)) {}
  // A manager whose run does not start ends by itself when the connection is closed.
  ~ManagerChild() {
    connection_.reset();
    if (!has_started_) wait();
  }
  ManagerChild(const ManagerChild&) = delete;
  ManagerChild& operator=(const ManagerChild&) = delete;

  std::optional<FlowOutcome> await_start(const std::function<void(const RunId&)>& announce) {
    Word word{};
    receive_bytes(connection_.get(), &word, sizeof word);
    if (word != Word::kStarts) return take_failure(word);
    std::string text(RunId::kLength, '\0');
    receive_bytes(connection_.get(), text.data(), text.size());
    std::optional<RunId> id = RunId::parse(text);
    if (!id) throw ended_early();
    announce(*id);
    has_started_ =
        send_word(connection_.get(), Word::kGo) && receive_word(connection_.get(), Word::kGoes);
    if (!has_started_) throw ended_early();
    return std::nullopt;
  }

 private:
  static Error ended_early() {
    return Error("the manager of the run was killed before it started");
  }

  void wait() const { wait_for_end(pid_); }

  FlowOutcome take_failure(Word word) {
    Failure failure;
    if (receive_bytes(connection_.get(), &failure, sizeof failure) != sizeof failure) {
      throw ended_early();
    }
    std::string text;
    char byte = 0;
    while (receive_bytes(connection_.get(), &byte, 1) == 1)
      text += byte;
    if (word == Word::kOutcome) return {failure.status, text, failure.is_stopped, false};
    Error error = Error::with_excerpt(text.substr(0, failure.line_size),
                                      std::string_view(text).substr(failure.line_size));
    throw word == Word::kUsageError ? error.as_usage() : error;
  }

  pid_t pid_;
  Descriptor connection_;
  bool has_started_ = false;
};

}  // namespace

std::optional<FlowOutcome> detach(const RunsFolder& runs, const DetachOptions& options,
                                  const ManagerWork& work,
                                  const std::function<void(const RunId&)>& announce) {
  if (options.reads == ReadsInput::kYes && is_terminal(STDIN_FILENO)) {
    throw Error::usage(
        "the flow reads standard input, which is a terminal, and a detached run "
        "cannot read that; name a file, or use < FILE");
  }
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error::system("a connection", "create", errno);
  }
  Descriptor ours(ends[0]);
  Descriptor managers(ends[1]);
  const pid_t foreground = getpid();
  pid_t pid = fork();
  if (pid < 0) throw Error::system("a process", "start", errno);
  if (pid == 0) Manager(runs, options, work).run(managers.get(), foreground);
  managers.reset();
  return ManagerChild(pid, std::move(ours)).await_start(announce);
}

}  // namespace penstock
