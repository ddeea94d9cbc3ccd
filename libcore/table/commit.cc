#include "libcore/table/commit.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <random>
#include <thread>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/os/descriptor.h"
#include "libcore/table/checkpoint/write.h"
#include "libcore/table/data_path.h"
#include "libcore/table/log_time.h"

namespace penstock {
namespace {

// The parameter by which a commit is known again.
constexpr const char* kCommitId = "txnId";
constexpr std::chrono::milliseconds kFirstPause{10};
constexpr std::chrono::milliseconds kLongestPause{1000};

// The file of a version before it has its name, which is removed again.
class UnnamedVersion {
 public:
  UnnamedVersion(const std::string& folder, const std::string& text, bool sync)
      : path_(folder + "/.tmp-" + unique_name() + ".json") {
    Descriptor file(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));  // NOLINT
    if (file.get() < 0) throw Error::system(path_, "create", errno);
    try {
      write_all(file.get(), text);
      if (sync && fsync(file.get()) != 0) throw Error::system(path_, "sync", errno);
    } catch (...) {
      unlink(path_.c_str());
      throw;
    }
  }
  ~UnnamedVersion() { unlink(path_.c_str()); }
  UnnamedVersion(const UnnamedVersion&) = delete;
  UnnamedVersion& operator=(const UnnamedVersion&) = delete;

  // Returns 0, or the number of the system's error: EEXIST where the name is taken.
  int give_name(const std::string& name) const {
    if (link(path_.c_str(), name.c_str()) == 0) return 0;
    const bool has_links =
        errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK;
    if (has_links) return errno;
    if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0) return 0;
    return errno;
  }

 private:
  void write_all(int file, std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(file, text.data(), text.size());
      if (count < 0 && errno != EINTR) throw Error::system(path_, "write", errno);
      if (count > 0) text.remove_prefix(static_cast<size_t>(count));
    }
  }

  std::string path_;
};

void sync_folder(const std::string& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));  // NOLINT
  if (opened.get() < 0 || fsync(opened.get()) != 0) throw Error::system(folder, "sync", errno);
}

// Returns why a version that came between takes the change's ground away; empty when it does not.
std::string conflict_with(const VersionActions& other, const TableChange& change,
                          const std::set<std::string>& read_files) {
  if (other.protocol) return "the table's protocol was changed";
  if (other.metadata) return "the table's columns or properties were changed";
  for (const RemovedFile& file : other.removed) {
    if (read_files.contains(file.path)) {
      return "'" + printable(file.path) + "', whose rows were read, was removed";
    }
  }
  if (!change.would_have_read) return {};
  for (const DataFile& file : other.added) {
    if (change.would_have_read(file)) {
      return "'" + printable(file.path) + "' was added, whose rows may be concerned";
    }
  }
  return {};
}

class Committer {
 public:
  Committer(const TableLog& log, const TableState& began, TableChange change,
            const CommitOptions& options)
      : log_(log),
        change_(std::move(change)),
        options_(options),
        seen_(began.version),
        files_(std::ssize(began.files)) {
    count_files(change_.actions);
    read_files_ = change_.read_files;
    for (const RemovedFile& file : change_.actions.removed)
      read_files_.insert(file.path);
    CommitInfo& info = *change_.actions.info;
    info.timestamp = log_time_now();
    info.only_adds = !change_.would_have_read && change_.actions.removed.empty();
    if (began.version >= 0) info.read_version = began.version;
    info.parameters[kCommitId] = id_;
  }

  // Without a version the change's own files are of no use, and on a full disk they take the room.
  ~Committer() {
    if (!change_.owns_added || may_be_version_) return;
    for (const DataFile& file : change_.actions.added) {
      for (const std::string& path : paths_of(file))
        unlink((log_.folder() + "/" + path).c_str());
    }
    for (const std::string& path : change_.files_beside)
      unlink((log_.folder() + "/" + path).c_str());
  }
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  CommitOutcome run() {
    const UnnamedVersion unnamed(log_.log_folder(), encode_actions(change_.actions), options_.sync);
    // Versions that came while the data files were written: an attempt would be lost for certain.
    if (options_.retries > 0 && is_taken(seen_ + 1) && !look_at_others()) return outcome_;
    for (int64_t attempt = 0;; ++attempt) {
      require_readable_files();
      const int64_t version = seen_ + 1;
      const int failure = unnamed.give_name(log_.version_file(version));
      if (failure == 0 || (failure != EEXIST && is_ours(version, failure))) {
        may_be_version_ = true;
        if (options_.sync) sync_version(version);
        outcome_.version = version;
        return outcome_;
      }
      if (attempt == options_.retries) {
        outcome_.conflict = fmt::format("other writers were faster {} times", attempt + 1);
        return outcome_;
      }
      pause(attempt);
      if (!look_at_others()) return outcome_;
    }
  }

 private:
  void count_files(const VersionActions& actions) {
    files_ += std::ssize(actions.added) - std::ssize(actions.removed);
  }

  // Throws Error for a version that nobody could read.
  void require_readable_files() const {
    const int64_t most = log_.limits().files;
    if (files_ <= most) return;
    throw Error(fmt::format("{}: would have more than {} files; use ptable --compact",
                            log_.folder(), most));
  }

  void sync_version(int64_t version) const {
    try {
      sync_folder(log_.log_folder());
    } catch (const Error& error) {
      throw error.prefixed(
          fmt::format("the change is version {}, which a loss of power may still undo: ", version));
    }
  }

  // The system reported a failure: whether the version is ours nevertheless. Throws Error when it
  // is not there, or cannot be read.
  bool is_ours(int64_t version, int failure) {
    const std::string file = log_.version_file(version);
    struct stat status {};
    if (stat(file.c_str(), &status) != 0 && errno == ENOENT) {
      throw Error::system(file, "link", failure);
    }
    VersionActions there;
    may_be_version_ = true;
    try {
      there = log_.actions_of(version);
    } catch (const Error& error) {
      throw error.prefixed("it is not known whether the change is committed: ");
    }
    may_be_version_ = false;
    if (!there.info) return false;
    const auto id = there.info->parameters.find(kCommitId);
    return id != there.info->parameters.end() && id->second == id_;
  }

  bool is_taken(int64_t version) const {
    return access(log_.version_file(version).c_str(), F_OK) == 0;
  }

  // Reads the versions since the last one that was seen. False when one of them is a conflict.
  bool look_at_others() {
    const int64_t latest = log_.latest();
    if (seen_ < 0 && latest >= 0) {
      outcome_.conflict = "another program has made the table meanwhile";
      return false;
    }
    if (seen_ < latest) ++outcome_.rebases;
    for (; seen_ < latest; ++seen_, ++outcome_.versions_between) {
      const VersionActions other = log_.actions_of(seen_ + 1);
      outcome_.conflict = conflict_with(other, change_, read_files_);
      if (!outcome_.conflict.empty()) return false;
      count_files(other);
    }
    return true;
  }

  // Longer each time, and by chance, so that writers do not meet again.
  void pause(int64_t attempt) {
    const auto longest =
        std::min(kLongestPause, kFirstPause * (int64_t{1} << std::min<int64_t>(attempt, 10)));
    std::uniform_int_distribution<int64_t> some(0, longest.count());
    std::this_thread::sleep_for(std::chrono::milliseconds(some(random_)));
  }

  const TableLog& log_;
  TableChange change_;
  CommitOptions options_;
  int64_t seen_;
  int64_t files_;  // of the version that the change would be
  std::string id_ = unique_name();
  std::set<std::string> read_files_;
  bool may_be_version_ = false;
  CommitOutcome outcome_;
  std::minstd_rand random_{std::random_device()()};
};

}  // namespace

CommitOutcome commit(const TableLog& log, const TableState& began, TableChange change,
                     const CommitOptions& options) {
  const TableMetadata metadata = change.actions.metadata.value_or(began.metadata);
  Committer committer(log, began, std::move(change), options);
  CommitOutcome outcome = committer.run();
  if (outcome.version) {
    outcome.note = write_due_checkpoint(log, *outcome.version, metadata,
                                        options.sync ? Sync::kYes : Sync::kNo);
  }
  return outcome;
}

}  // namespace penstock
