#include "libcore/flow/detached/kept_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/flow/detached/run_recorder.h"
#include "libcore/flow/slurm/client.h"
#include "libcore/flow/tasks/job.h"
#include "libcore/os/byte_source.h"

namespace penstock {
namespace {

Descriptor open_own(const std::string& path, int flags) {
  Descriptor file(open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW));  // NOLINT
  if (file.get() < 0) throw Error::system(path, "", errno);
  require_own_alone(file.get(), path);
  return file;
}

// The lock of a run whose folder is the user's.
Descriptor open_lock(const std::string& folder) {
  open_own(folder, O_RDONLY | O_DIRECTORY);
  return open_own(folder + "/" + run_file::kLock, O_RDWR);
}

std::string read_own(const std::string& path) {
  Descriptor file = open_own(path, O_RDONLY);
  ByteSourcePtr source = source_from_descriptor(file.get(), path);
  std::string text(static_cast<size_t>(kMaxRunFileBytes) + 1, '\0');
  text.resize(static_cast<size_t>(read_fully(*source, text.data(), std::ssize(text))));
  if (std::ssize(text) > kMaxRunFileBytes) {
    throw Error(path + ": has more than " + std::to_string(kMaxRunFileBytes) + " bytes");
  }
  return text;
}

// What `decode` reads from a file, whose name its Errors get.
template <typename Value>
Value read_as(const std::string& path, Value (*decode)(std::string_view)) {
  const std::string text = read_own(path);
  try {
    return decode(text);
  } catch (const Error& error) {
    throw error.prefixed(path + ": ");
  }
}

bool exists(const std::string& path) {
  struct stat about {};
  return lstat(path.c_str(), &about) == 0;
}

// Locks a file together with others; false when that cannot be at once. Throws Error.
bool lock_shared(const Descriptor& file, int how, const std::string& path) {
  while (flock(file.get(), LOCK_SH | how) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw Error::system(path, "lock", errno);
  }
  flock(file.get(), LOCK_UN);
  return true;
}

// How often Slurm is asked how a job is.
constexpr std::chrono::seconds kAskPause{1};

// Writes the end of a run whose manager never ran.
void write_cancelled(const std::string& folder) {
  RunEnd end;
  end.state = RunState::kCancelled;
  end.status = 128 + SIGTERM;
  end.message = "cancelled before it started";
  end.ended = std::time(nullptr);
  write_run_end(folder, end);
}

}  // namespace

std::string slurm_job_name(const RunId& id) {
  return "pflow-" + id.text();
}

void require_own_alone(int fd, const std::string& path) {
  struct stat about {};
  if (fstat(fd, &about) != 0) throw Error::system(path, "", errno);
  if (about.st_uid != geteuid()) {
    throw Error(path + ": belongs to another user, so what it says of runs is not to be trusted");
  }
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    throw Error(path +
                ": others may write to it, so what it says of runs is not to be trusted; "
                "use chmod go-w");
  }
}

int RunStatus::exit_status() const {
  PENSTOCK_CHECK(has_ended(state));
  return end ? end->status : kOwnFailure;
}

KeptRun::KeptRun(const RunId& id, std::string path)
    : path_(std::move(path)),
      lock_(open_lock(path_)),
      record_(read_as(file(run_file::kRecord), decode_run_record)) {
  if (record_.id != id) {
    throw Error(file(run_file::kRecord) + ": is of run " + record_.id.text());
  }
}

// That of the manager alone: kLost when it does not live. The one who makes a run locks it before
// others see it.
RunState KeptRun::seen_state() const {
  switch (record_.place.kind) {
    case RunPlace::Kind::kProcess: {
      const bool is_free = lock_shared(lock_, LOCK_NB, file(run_file::kLock));
      return is_free ? RunState::kLost : RunState::kRunning;
    }
    case RunPlace::Kind::kSlurmJob:
      break;
  }
  const auto now = std::chrono::steady_clock::now();
  if (job_state_ && (*job_state_ == RunState::kLost || now - asked_ < kAskPause)) {
    return *job_state_;
  }
  switch (slurm_job_state(slurm_job_name(id()))) {
    case SlurmJobState::kWaiting:
      job_state_ = RunState::kWaiting;
      break;
    case SlurmJobState::kRunning:
      job_state_ = RunState::kRunning;
      break;
    case SlurmJobState::kGone:
      job_state_ = RunState::kLost;
  }
  asked_ = now;
  return *job_state_;
}

RunStatus KeptRun::status() const {
  RunStatus status;
  // Before the end is looked for: it is written before the lock goes.
  // A job that has written its end need not be asked for.
  const bool is_job = record_.place.kind == RunPlace::Kind::kSlurmJob;
  const bool is_over = is_job && exists(file(run_file::kEnd));
  const RunState seen = is_over ? RunState::kLost : seen_state();
  if (exists(file(run_file::kProgress))) {
    status.progress = read_as(file(run_file::kProgress), decode_run_progress);
  }
  if (exists(file(run_file::kEnd))) {
    status.end = read_as(file(run_file::kEnd), decode_run_end);
    status.state = status.end->state;
  } else {
    status.state = seen;
  }
  return status;
}

void KeptRun::wait() const {
  switch (record_.place.kind) {
    case RunPlace::Kind::kProcess:
      lock_shared(lock_, 0, file(run_file::kLock));
      return;
    case RunPlace::Kind::kSlurmJob:
      break;
  }
  while (manager_lives())
    std::this_thread::sleep_for(kAskPause);
}

bool KeptRun::ends_within(std::chrono::milliseconds pause, const Descriptor& manager) const {
  const auto until = std::chrono::steady_clock::now() + pause;
  pollfd ended{manager.get(), POLLIN, 0};
  for (;;) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    int ready = poll(&ended, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) throw Error::system("a process", "wait", errno);
  }
}

bool KeptRun::cancel(std::chrono::milliseconds pause) const {
  if (!manager_lives()) return false;
  switch (record_.place.kind) {
    case RunPlace::Kind::kProcess:
      return cancel_process(pause);
    case RunPlace::Kind::kSlurmJob:
      break;
  }
  return cancel_job(pause);
}

// The manager of a job ends the flow as one of a process does: TERM to the job itself would end the
// agents before the manager.
bool KeptRun::cancel_job(std::chrono::milliseconds pause) const {
  const std::string& job = record_.place.job;
  const auto until = std::chrono::steady_clock::now() + pause;
  if (seen_state() == RunState::kRunning) {
    ask_slurm({"scancel", "--quiet", "--batch", "--signal=TERM", job});
    while (manager_lives() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(kAskPause);
  }
  if (manager_lives()) ask_slurm({"scancel", "--quiet", job});
  const bool had_started = exists(file(run_file::kPartialOutput));
  wait();
  if (!had_started && !exists(file(run_file::kEnd))) write_cancelled(path_);
  return true;
}

bool KeptRun::cancel_process(std::chrono::milliseconds pause) const {
  Descriptor manager = open_process(record_.place.process);
  if (manager.get() < 0) return false;
  // One that is stopped obeys TERM only when it goes on.
  bool is_there = signal_process(manager, SIGTERM) && signal_process(manager, SIGCONT);
  if (is_there && !ends_within(pause, manager)) signal_process(manager, SIGKILL);
  wait();
  return is_there;
}

void KeptRun::forget() const {
  // A manager that has written the end is about to leave.
  if (exists(file(run_file::kEnd))) wait();
  if (manager_lives()) {
    throw Error("run " + id().text() + " is running; pflow --cancel " + id().text() + " ends it");
  }
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (error) throw Error::system(path_, "remove", error.value());
}

std::optional<int64_t> KeptRun::ended() const {
  const RunStatus now = status();
  if (!has_ended(now.state)) return std::nullopt;
  if (now.end) return now.end->ended;
  // Of a lost run only this is known: when its manager last wrote something.
  struct stat about {};
  if (stat(path_.c_str(), &about) != 0) throw Error::system(path_, "", errno);
  return about.st_mtim.tv_sec;
}

Descriptor KeptRun::open_output(const RunEnd& end) const {
  const std::string path = file(run_file::kOutput);
  Descriptor output = open_own(path, O_RDONLY);
  struct stat about {};
  if (fstat(output.get(), &about) != 0) throw Error::system(path, "", errno);
  if (about.st_size != end.output_bytes) {
    throw Error(path + ": has " + std::to_string(about.st_size) + " bytes, and had " +
                std::to_string(end.output_bytes) + " when the run ended; run the flow again");
  }
  return output;
}

}  // namespace penstock
