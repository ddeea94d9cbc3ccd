#include "libcore/table/log.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/byte_source.h"
#include "libcore/table/checkpoint/log_files.h"
#include "libcore/table/checkpoint/read.h"
#include "libcore/table/log_time.h"
#include "libcore/table/state_builder.h"

namespace penstock {
namespace {

constexpr const char* kLogFolder = "_delta_log";

// Begins with the latest checkpoint that can be read and from which the versions up to `wanted` are
// there. Leaves the state where there is none, but the versions from 0 on are there.
void begin_at_checkpoint(const TableLog& log, const LogFiles& known, int64_t wanted,
                         StateBuilder& state) {
  const auto is_there = [&](int64_t version) {
    // The list may lack a version that was made while it was read.
    return known.has_version(version) || access(log.version_file(version).c_str(), F_OK) == 0;
  };
  int64_t first = wanted + 1;  // of the versions without a gap up to `wanted`
  while (first > 0 && is_there(first - 1))
    --first;
  std::optional<Error> failed;
  for (auto at = known.checkpoints.rbegin(); at != known.checkpoints.rend(); ++at) {
    const CheckpointFiles& checkpoint = *at;
    if (checkpoint.version > wanted || checkpoint.version + 1 < first) continue;
    try {
      const int64_t most_files = log.limits().files;
      const CheckpointRead read = read_checkpoint(log.log_folder(), checkpoint, most_files);
      StateBuilder there(most_files);
      there.begin(checkpoint.version, read.actions, read.schemas);
      state = std::move(there);
      return;
    } catch (const Error& error) {
      if (!failed) failed = error;
    }
  }
  if (first == 0) return;
  if (failed) {
    throw Error::of_input(fmt::format("{}: the versions before {} are only in a checkpoint: {}",
                                      log.folder(), first, failed->message()));
  }
  if (!known.checkpoints.empty() && wanted < known.checkpoints.front().version) {
    throw Error(fmt::format("{}: version {} is no longer there; the oldest is {}", log.folder(),
                            wanted, known.checkpoints.front().version));
  }
  throw Error(fmt::format("{}: version {} is missing", log.folder(), first - 1));
}

}  // namespace

TableLog::TableLog(std::string folder, TableLimits limits)
    : folder_(std::move(folder)), limits_(limits) {
  while (folder_.size() > 1 && folder_.ends_with('/'))
    folder_.pop_back();
}

bool TableLog::is_table(const std::string& folder) {
  struct stat status {};
  return stat((folder + "/" + kLogFolder).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::string TableLog::log_folder() const {
  return folder_ + "/" + kLogFolder;
}

std::string TableLog::version_file(int64_t version) const {
  return log_folder() + "/" + version_name(version);
}

std::vector<int64_t> TableLog::versions() const {
  return list_log_files(log_folder()).versions;
}

int64_t TableLog::latest() const {
  return list_log_files(log_folder()).latest();
}

int64_t TableLog::version_at(int64_t time) const {
  std::optional<int64_t> last;
  for (const int64_t version : versions()) {
    if (time_of(version, actions_of(version)) <= time) last = version;
  }
  if (!last) throw Error(folder_ + ": all versions are later than that time");
  return *last;
}

VersionActions TableLog::actions_of(int64_t version) const {
  const std::string file = version_file(version);
  const std::string text = read_beginning(file, kMaxVersionBytes + 1);
  try {
    return decode_actions(text);
  } catch (const Error& error) {
    throw error.in_input(file);
  }
}

int64_t TableLog::time_of(int64_t version, const VersionActions& actions) const {
  if (actions.info && actions.info->timestamp) return *actions.info->timestamp;
  struct stat status {};
  const std::string file = version_file(version);
  if (stat(file.c_str(), &status) != 0) throw Error::system(file, "look at", errno);
  return log_time_of(status);
}

TableState TableLog::read(std::optional<int64_t> version) const {
  const LogFiles known = list_log_files(log_folder());
  const int64_t latest = known.latest();
  if (latest < 0) throw Error(folder_ + ": is not a table: it has no version");
  const int64_t wanted = version.value_or(latest);
  if (wanted < 0 || wanted > latest) {
    throw Error(
        fmt::format("{}: there is no version {}; the latest is {}", folder_, wanted, latest));
  }
  StateBuilder state(limits_.files);
  begin_at_checkpoint(*this, known, wanted, state);
  if (wanted - state.version() > limits_.versions_read) {
    throw Error(
        fmt::format("{}: more than {} versions would be read", folder_, limits_.versions_read));
  }
  while (state.version() < wanted) {
    const int64_t next = state.version() + 1;
    const VersionActions actions = actions_of(next);
    try {
      state.apply(actions);
    } catch (const Error& error) {
      throw error.in_input(version_file(next));
    }
  }
  try {
    return state.take();
  } catch (const Error& error) {
    throw error.in_input(folder_);
  }
}

}  // namespace penstock
