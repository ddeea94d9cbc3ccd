#include "libcore/flow/detached/attach.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <utility>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/error.h"
#include "libcore/ops/print.h"
#include "libcore/os/byte_sink.h"
#include "libcore/os/byte_source.h"
#include "libcore/os/ending_signals.h"
#include "libcore/os/terminal.h"

namespace penstock {
namespace {

// How often we look again; nobody notices it on a terminal.
constexpr timespec kLookPause{0, 100'000'000};
constexpr size_t kCopyBytes = size_t{1} << 20;
constexpr int64_t kBeginningBytes = 8;

// Reads the messages of a run as they come.
class MessageReader {
 public:
  MessageReader(const KeptRun& run, const std::function<void(const std::string&)>& pass_on)
      : path_(run.file(run_file::kMessages)),
        file_(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)),  // NOLINT
        pass_on_(pass_on) {
    if (file_.get() < 0) throw Error::system(path_, "", errno);
    require_own_alone(file_.get(), path_);
  }

  // What was written since the last call; of a run that goes on, whole lines.
  void pass(bool is_all) {
    std::string bytes(kCopyBytes, '\0');
    for (;;) {
      ssize_t got = read(file_.get(), bytes.data(), bytes.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw Error::system(path_, "read", errno);
      if (got == 0) break;
      held_.append(bytes, 0, static_cast<size_t>(got));
    }
    size_t size = is_all ? held_.size() : held_.rfind('\n') + 1;
    if (size == 0) return;
    if (pass_on_) pass_on_(held_.substr(0, size));
    held_.erase(0, size);
  }

 private:
  std::string path_;
  Descriptor file_;
  const std::function<void(const std::string&)>& pass_on_;
  std::string held_;
};

// Returns the signal that came within the pause, or 0.
int wait_for_signal(const sigset_t& signals) {
  int signal = sigtimedwait(&signals, nullptr, &kLookPause);
  return signal > 0 ? signal : 0;
}

void print_table(std::unique_ptr<PeekableSource> source) {
  OperatorPtr rows = open_ipc(std::move(source));
  PrintOptions options;
  options.format = Format::kTable;
  options.text.width = terminal_width(STDOUT_FILENO);
  options.text.color = wants_color(STDOUT_FILENO);
  ByteSinkPtr sink = open_sink("-");
  print(*rows, *sink, options);
}

}  // namespace

Followed follow(const KeptRun& run, const FollowOptions& options) {
  HeldSignals held;
  sigset_t signals;
  sigemptyset(&signals);
  for (int number : ending_signals())
    sigaddset(&signals, number);
  MessageReader messages(run, options.pass_on);
  for (;;) {
    Followed followed{0, run.status()};
    const bool is_over = has_ended(followed.status.state);
    messages.pass(is_over);
    const bool has_failed = is_over && followed.status.state != RunState::kDone;
    if (options.on_progress && !has_failed) {
      const RunProgress& progress = followed.status.progress;
      options.on_progress(
          {progress.fragments, std::chrono::duration<double>(progress.elapsed), false, is_over});
    }
    if (is_over) {
      // The end is written; what is left of the manager is gone in a moment.
      run.wait();
      return followed;
    }
    followed.signal = wait_for_signal(signals);
    if (followed.signal == 0) continue;
    held.forget();
    return followed;
  }
}

void hand_over(const KeptRun& run, const RunEnd& end) {
  Descriptor output = run.open_output(end);
  auto source = std::make_unique<PeekableSource>(
      source_from_descriptor(output.get(), run.file(run_file::kOutput)));
  if (is_terminal(STDOUT_FILENO) && is_surely_ipc(source->peek(kBeginningBytes))) {
    print_table(std::move(source));
    return;
  }
  ByteSinkPtr sink = open_sink("-");
  std::string bytes(kCopyBytes, '\0');
  while (int64_t got = source->read(bytes.data(), std::ssize(bytes)))
    sink->write(std::string_view(bytes).substr(0, static_cast<size_t>(got)));
  sink->finish();
}

}  // namespace penstock
