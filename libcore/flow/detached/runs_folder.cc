#include "libcore/flow/detached/runs_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

// Of a run that is not published yet; none that an ID could be.
constexpr const char* kNewPrefix = ".new-";
constexpr const char* kAllLock = ".lock";

// Relative paths are to be ignored (XDG base directory specification).
std::string absolute_in(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && value[0] == '/' ? value : "";
}

void make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw Error::system(path, "create", errno);
  }
}

// With the folders above it, of the same mode, as the specification asks.
void make_all_folders(const std::string& path) {
  for (size_t at = path.find('/', 1); at != path.npos; at = path.find('/', at + 1))
    make_folder(path.substr(0, at));
  make_folder(path);
}

// Waits for nobody, or for those that hold it for a moment. Empty when somebody holds it.
Descriptor lock_file(const std::string& path, int how) {
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));  // NOLINT
  if (file.get() < 0) throw Error::system(path, "create", errno);
  while (flock(file.get(), LOCK_EX | how) != 0) {
    if (errno == EWOULDBLOCK) return {};
    if (errno != EINTR) throw Error::system(path, "lock", errno);
  }
  return file;
}

template <typename See>
void see_names(const std::string& folder, const See& see) {
  std::error_code error;
  fs::directory_iterator entry(folder, error), end;
  for (; !error && entry != end; entry.increment(error))
    see(entry->path().filename().string());
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Error::system(folder, "read", error.value());
  }
}

}  // namespace

RunsFolder RunsFolder::of_user() {
  std::string state = absolute_in("XDG_STATE_HOME");
  if (state.empty()) {
    state = absolute_in("HOME");
    if (state.empty()) {
      throw Error(
          "there is no place for detached runs: HOME is not set to a folder; set it, or "
          "XDG_STATE_HOME");
    }
    state += "/.local/state";
  }
  return RunsFolder(state + "/penstock/runs");
}

// That of another user would be what that user says of our runs.
void RunsFolder::require_own() const {
  Descriptor folder(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));  // NOLINT
  if (folder.get() < 0) {
    if (errno == ENOENT) return;
    throw Error::system(path_, "", errno);
  }
  require_own_alone(folder.get(), path_);
}

Descriptor RunsFolder::lock_all() const {
  return lock_file(path_ + "/" + kAllLock, 0);
}

NewRun RunsFolder::create() const {
  make_all_folders(path_);
  require_own();
  // While it is held, a run without a lock is one whose manager was killed.
  Descriptor all = lock_all();
  sweep();
  if (std::ssize(list()) >= kMaxRuns) {
    throw Error(path_ + ": has " + std::to_string(kMaxRuns) +
                " runs, which is the limit; pflow --forget ID removes those that have ended");
  }
  for (;;) {
    RunId id = RunId::make();
    std::string path = path_ + "/" + kNewPrefix + id.text();
    if (access(path_of(id).c_str(), F_OK) == 0) continue;
    if (mkdir(path.c_str(), 0700) != 0) {
      if (errno == EEXIST) continue;
      throw Error::system(path, "create", errno);
    }
    Descriptor lock = lock_file(path + "/" + run_file::kLock, LOCK_NB);
    return {std::move(id), std::move(path), std::move(lock)};
  }
}

void RunsFolder::publish(NewRun& run) const {
  std::string path = path_of(run.id);
  if (rename(run.path.c_str(), path.c_str()) != 0) throw Error::system(path, "rename", errno);
  run.path = std::move(path);
}

void RunsFolder::sweep() const {
  std::vector<std::string> left;
  see_names(path_, [&](const std::string& name) {
    if (name.starts_with(kNewPrefix)) left.push_back(path_ + "/" + name);
  });
  for (const std::string& path : left) {
    // It may be gone: its own manager has removed or published it.
    struct stat about {};
    std::string lock = path + "/" + run_file::kLock;
    bool has_lock = lstat(lock.c_str(), &about) == 0;
    if (has_lock && lock_file(lock, LOCK_NB).get() < 0) continue;
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
}

int64_t RunsFolder::remove_old(int64_t now) const {
  const int64_t kept = std::chrono::seconds(kRunIsKept).count();
  int64_t removed = 0;
  for (const RunId& id : list()) {
    try {
      KeptRun run(id, path_of(id));
      std::optional<int64_t> ended = run.ended();
      if (!ended || now - *ended < kept) continue;
      run.forget();
      ++removed;
    } catch (const Error&) {
      // Those who ask for it are shown what is wrong with it.
    }
  }
  return removed;
}

std::vector<RunId> RunsFolder::list() const {
  require_own();
  std::vector<RunId> ids;
  see_names(path_, [&](const std::string& name) {
    if (std::optional<RunId> id = RunId::parse(name)) ids.push_back(*std::move(id));
  });
  return ids;
}

KeptRun RunsFolder::find(std::string_view text) const {
  std::optional<RunId> id = RunId::parse(text);
  require_own();
  if (!id || access(path_of(*id).c_str(), F_OK) != 0) {
    throw Error("there is no run '" + std::string(text) +
                "'; pflow --status lists those that are kept");
  }
  return {*id, path_of(*id)};
}

}  // namespace penstock
