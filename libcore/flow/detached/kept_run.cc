#include "libcore/flow/detached/kept_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
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

}  // namespace

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
  PENSTOCK_CHECK(state != RunState::kRunning);
  return end ? end->status : kOwnFailure;
}

KeptRun::KeptRun(RunId id, std::string path)
    : path_(std::move(path)),
      lock_(open_lock(path_)),
      record_(read_as(file(run_file::kRecord), decode_run_record)) {
  if (record_.id != id) {
    throw Error(file(run_file::kRecord) + ": is of run " + record_.id.text());
  }
}

// The one who makes a run locks it before others see it.
bool KeptRun::manager_lives() const {
  switch (record_.place.kind) {
    case RunPlace::Kind::kProcess:
      return !lock_shared(lock_, LOCK_NB, file(run_file::kLock));
  }
  PENSTOCK_CHECK(false);
}

RunStatus KeptRun::status() const {
  RunStatus status;
  // Before the end is looked for: it is written before the lock goes.
  const bool lives = manager_lives();
  if (exists(file(run_file::kProgress))) {
    status.progress = read_as(file(run_file::kProgress), decode_run_progress);
  }
  if (exists(file(run_file::kEnd))) {
    status.end = read_as(file(run_file::kEnd), decode_run_end);
    status.state = status.end->state;
  } else {
    status.state = lives ? RunState::kRunning : RunState::kLost;
  }
  return status;
}

void KeptRun::wait() const {
  switch (record_.place.kind) {
    case RunPlace::Kind::kProcess:
      lock_shared(lock_, 0, file(run_file::kLock));
      return;
  }
  PENSTOCK_CHECK(false);
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
  if (now.state == RunState::kRunning) return std::nullopt;
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
