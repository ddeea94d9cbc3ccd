#include "libcore/flow/slurm/allocation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>
#include <variant>

#include "libcore/base/error.h"
#include "libcore/flow/agent/ssh_command.h"
#include "libcore/flow/flow_words.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

// What salloc is given to give nodes back.
constexpr milliseconds kReleasePause{5000};
// A wait that is longer is reported.
constexpr milliseconds kUnreportedWait{1000};
// Bytes of the output that are kept: more than the longest variables that slurm_job() takes.
constexpr size_t kMostPrinted = 256 << 10;

// The variables of slurm_job(), one on a line each, by the command that salloc runs. Then that
// waits for our word, or our death. At our word it ends, and so does salloc. When we die salloc is
// sent a TERM, and must not see its command end at the same time: Slurm 22.05 then waits for it in
// a loop that never ends, with all of a core (20 of 60 times). So the command ends a second later.
// When salloc was killed nobody else gives the nodes back.
constexpr const char* kNames[] = {"SLURM_JOB_ID", "SLURM_JOB_NODELIST", "SLURM_NTASKS",
                                  "SLURM_TASKS_PER_NODE", "SLURM_JOB_CPUS_PER_NODE"};
constexpr const char* kScript =
    "printf '%s\\n' penstock-allocation \"$SLURM_JOB_ID\" \"$SLURM_JOB_NODELIST\" "
    "\"$SLURM_NTASKS\" \"$SLURM_TASKS_PER_NODE\" \"$SLURM_JOB_CPUS_PER_NODE\"; "
    "read -r word || sleep 1; kill -0 $PPID 2>/dev/null || exec scancel --quiet \"$SLURM_JOB_ID\"";
constexpr std::string_view kBegin = "penstock-allocation\n";

// Whether the next word may be the value of this one.
bool may_lack_value(std::string_view option) {
  if (option.starts_with("--")) return option.find('=') == option.npos;
  // Of several letters the last may be an option with a value, or the value.
  return option.size() == 2;
}

// Whether getopt_long takes `word` for this long option: it may be cut, down to `least` bytes.
bool is_option(std::string_view word, std::string_view name, size_t least) {
  return word.size() >= least && name.starts_with(word);
}

}  // namespace

std::vector<std::string> parse_slurm_options(std::string_view text) {
  std::vector<std::string> words = read_words(text, "a list of options for Slurm");
  bool may_be_value = false;
  for (const std::string& word : words) {
    const bool is_dashed = word.size() >= 2 && word[0] == '-' && word != "--";
    if (!is_dashed && !may_be_value) {
      throw Error::usage(
          fmt::format("'{}' is not an option of Slurm; the flow stands outside of them, as in "
                      "--slurm='-p PARTITION' 'PIPELINE'",
                      word));
    }
    if (is_option(word, "--no-shell", 6) || is_option(word, "--help", 4) ||
        is_option(word, "--usage", 4) || is_option(word, "--version", 6) || word == "-h" ||
        word == "-V") {
      throw Error::usage(fmt::format("with Slurm's option {} there is no job for the flow", word));
    }
    may_be_value = is_dashed && may_lack_value(word);
  }
  return words;
}

Allocation::Allocation(LocalLauncher& launcher, const std::vector<std::string>& options,
                       std::optional<int64_t> tasks)
    : launcher_(launcher) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  ProcessSpec spec;
  spec.words = {"salloc", "--quiet", "--job-name=pflow"};
  if (tasks) spec.words.push_back(fmt::format("--ntasks={}", *tasks));
  spec.words.insert(spec.words.end(), options.begin(), options.end());
  spec.words.insert(spec.words.end(), {"--", "sh", "-c", kScript});
  spec.in = in.reader.get();
  spec.out = out.writer.get();
  // It gives the request up, and the nodes back.
  spec.death_signal = SIGTERM;
  ProcessListener listener;
  listener.on_ended = [slot = ended_](EndedProcess& ended) { *slot = std::move(ended); };
  StartedProcess started = launcher_.processes().start(spec, std::move(listener));
  if (started.error != 0) {
    throw Error(
        fmt::format("Slurm's salloc cannot be run: {}; --slurm is for hosts that have Slurm",
                    strerror(started.error)));
  }
  pid_ = started.pid;
  hold_ = std::move(in);
  out_ = std::move(out.reader);
  fcntl(out_.get(), F_SETFL, O_NONBLOCK);
  watch_ =
      launcher_.processes().loop().watch(out_.get(), EventLoop::Ready::kToRead, [this] { read(); });
}

Allocation::~Allocation() {
  // Its script may have been killed with it.
  const bool was_killed = ended_->has_value();
  (void)!write(hold_.writer.get(), "end\n", 4);
  hold_.writer.reset();
  if (!is_granted() && !*ended_) kill(-pid_, SIGTERM);
  const FlowTime until = now() + kReleasePause;
  while (!*ended_ && launcher_.processes().loop().run_one(until)) {
  }
  if (!*ended_) kill(-pid_, SIGKILL);
  if (job_ && was_killed) cancel(until);
}

void Allocation::cancel(FlowTime until) {
  ProcessSpec spec;
  spec.words = {"scancel", "--quiet", job_.number};
  auto is_over = std::make_shared<bool>(false);  // the listener may outlive this
  ProcessListener listener;
  listener.on_ended = [is_over](EndedProcess&) { *is_over = true; };
  try {
    *is_over = launcher_.processes().start(spec, std::move(listener)).error != 0;
  } catch (const Error&) {
    return;  // the script may still do it
  }
  while (!*is_over && launcher_.processes().loop().run_one(until)) {
  }
}

void Allocation::read() {
  std::array<char, 4096> bytes;
  ssize_t count = ::read(out_.get(), bytes.data(), bytes.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    watch_.reset();
  } else if (printed_.size() < kMostPrinted) {
    printed_.append(bytes.data(), static_cast<size_t>(count));
  }
}

// What stands before the values is not ours.
std::vector<std::string> Allocation::values() const {
  std::vector<std::string> values;
  size_t at = printed_.find(kBegin);
  if (at == printed_.npos) return values;
  at += kBegin.size();
  for (size_t end; (end = printed_.find('\n', at)) != printed_.npos; at = end + 1)
    values.push_back(printed_.substr(at, end - at));
  return values;
}

bool Allocation::is_granted() const {
  return values().size() >= std::size(kNames);
}

bool Allocation::wait(const std::function<void(const std::string&)>& note) {
  std::unique_ptr<EventLoop::Timer> timer =
      launcher_.processes().loop().at(now() + kUnreportedWait, [&] {
        if (note) note("waiting until Slurm allocates nodes");
      });
  while (!is_granted()) {
    while (std::optional<TaskEvent> event = launcher_.take()) {
      const auto* asked = std::get_if<EndingAsked>(&event->what);
      if (asked != nullptr && signal_ == 0) signal_ = asked->signal;
    }
    if (signal_ != 0) return false;
    if (*ended_ && !watch_) {
      throw with_words("Slurm allocates no nodes: salloc " + how_ended((*ended_)->wait_status),
                       (*ended_)->said, SaysMost::kFirst);
    }
    launcher_.processes().loop().run_one(std::nullopt);
  }
  const std::vector<std::string> all = values();
  job_ = slurm_job([&](const std::string& name) -> std::optional<std::string> {
    const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
    const std::string& value = all[static_cast<size_t>(found - std::begin(kNames))];
    if (value.empty()) return std::nullopt;
    return value;
  });
  return true;
}

}  // namespace penstock
