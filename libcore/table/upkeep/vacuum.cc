#include "libcore/table/upkeep/vacuum.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/table/change/change.h"
#include "libcore/table/checkpoint/retention.h"
#include "libcore/table/index/check_index.h"
#include "libcore/table/log.h"
#include "libcore/table/log_time.h"
#include "libcore/table/upkeep/stored_files.h"

namespace penstock {
namespace {

// Ages of thousands of years are errors of the writing.
constexpr int64_t kMostDays = 1'000'000;
// By how much the clocks of writers are taken to differ at most, in milliseconds.
constexpr int64_t kClockDifference = int64_t{60} * 60 * 1000;

std::optional<int64_t> seconds_of_unit(char unit) {
  switch (unit) {
    case 'd':
      return 24 * 60 * 60;
    case 'h':
      return 60 * 60;
    case 'm':
      return 60;
    case 's':
      return 1;
    default:
      return std::nullopt;
  }
}

// Which files are not needed at a state, and were not since a time.
class Unneeded {
 public:
  Unneeded(const TableLog& log, const TableState& state, int64_t since) : since_(since) {
    for (const DataFile& file : state.files)
      keep(paths_of(file));
    for (const auto& [first, file] : state.removed) {
      for (const std::string& path : paths_of(file))
        removed_.emplace(path, file.removed);
    }
    keep_removed_since(log, state.version);
  }

  bool has(const StoredFile& file) const {
    if (file.kind == StoredFile::Kind::kData) {
      if (is_kept(file.path)) return false;
      if (removed_.contains(file.path)) return true;
    }
    return is_old(file.modified);
  }

  // Whether a version that stays readable has the file.
  bool is_kept(const std::string& path) const {
    if (kept_.contains(path)) return true;
    const auto removed = removed_.find(path);
    if (removed == removed_.end()) return false;
    return !removed->second || *removed->second >= since_;
  }

  bool is_old(int64_t time) const { return time < since_; }

 private:
  // A state that began at a checkpoint may have forgotten removals that are younger than the time.
  void keep_removed_since(const TableLog& log, int64_t last) {
    const std::vector<int64_t> versions = log.versions();
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
      if (*version > last) continue;
      const VersionActions actions = log.actions_of(*version);
      const int64_t made = log.time_of(*version, actions);
      if (made < since_ - kClockDifference) return;
      for (const RemovedFile& file : actions.removed) {
        if (file.removed.value_or(made) >= since_) keep(paths_of(file));
      }
    }
  }

  void keep(const std::vector<std::string>& paths) { kept_.insert(paths.begin(), paths.end()); }

  std::unordered_set<std::string> kept_;
  // When the files of earlier versions were removed, as far as the log says.
  std::unordered_map<std::string, std::optional<int64_t>> removed_;
  int64_t since_;
};

// Files of indexes that concern no version which stays readable. One that was just written may be
// of a change that is not committed yet.
std::vector<StoredFile> index_files(const std::string& folder, const Unneeded& unneeded) {
  std::vector<StoredFile> files;
  for (const std::string& path : unneeded_index_files(
           folder, [&](const std::string& covered) { return unneeded.is_kept(covered); })) {
    struct stat status {};
    if (stat((folder + "/" + path).c_str(), &status) != 0) continue;
    const int64_t modified = log_time_of(status);
    if (unneeded.is_old(modified)) {
      files.push_back({path, StoredFile::Kind::kTemporary, status.st_size, modified});
    }
  }
  return files;
}

int64_t retention_in(const TableLog& log, const TableState& state) {
  try {
    return retention_of(state.metadata);
  } catch (const Error& error) {
    throw error.in_input(log.folder());
  }
}

void remove_file(const std::string& path, StoredFile::Kind kind) {
  const bool is_folder = kind == StoredFile::Kind::kTemporaryFolder;
  if ((is_folder ? rmdir(path.c_str()) : unlink(path.c_str())) == 0) return;
  if (errno != ENOENT) throw Error::system(path, "remove", errno);
}

}  // namespace

int64_t parse_age(std::string_view text) {
  const std::optional<int64_t> unit = text.empty() ? std::nullopt : seconds_of_unit(text.back());
  const std::optional<int64_t> count =
      unit ? parse_int64(text.substr(0, text.size() - 1)) : std::nullopt;
  if (!count || *count < 0 || *count > kMostDays * 24 * 60 * 60 / *unit) {
    throw Error::usage("'" + printable(text) + "' is not an age, as in 7d, 12h, 30m or 45s");
  }
  return *count * *unit * 1000;
}

Vacuumed vacuum_table(const VacuumOptions& options) {
  const TableLog log(options.folder);
  // Before the log is read: a file of a version that is made in between is known from it.
  const std::vector<StoredFile> found = find_table_files(log.folder());
  const TableState state = read_to_change(log, true);
  const int64_t age = options.older_than ? *options.older_than : retention_in(log, state);
  const Unneeded unneeded(log, state, log_time_now() - age);
  std::vector<StoredFile> gone = index_files(log.folder(), unneeded);
  std::copy_if(found.begin(), found.end(), std::back_inserter(gone),
               [&](const StoredFile& file) { return unneeded.has(file); });
  Vacuumed removed;
  for (const StoredFile& file : gone) {
    if (!options.only_names) remove_file(log.folder() + "/" + file.path, file.kind);
    if (file.kind == StoredFile::Kind::kTemporaryFolder) continue;
    ++removed.files;
    removed.bytes += file.size;
    if (options.tell) options.tell(file.path);
  }
  return removed;
}

}  // namespace penstock
