#include "libcore/table/log.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/os/byte_source.h"
#include "libcore/table/log_time.h"
#include "libcore/table/schema_text.h"

namespace penstock {
namespace {

constexpr const char* kLogFolder = "_delta_log";
constexpr const char* kVersionSuffix = ".json";
constexpr size_t kVersionDigits = 20;

// The number of a version's file; empty for other names.
std::optional<int64_t> version_of_name(const std::string& name) {
  if (name.size() != kVersionDigits + 5 || !name.ends_with(kVersionSuffix)) return std::nullopt;
  const std::string_view digits = std::string_view(name).substr(0, kVersionDigits);
  if (digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  return parse_int64(digits);
}

// Files as a version after the other changes them: those that are removed leave a gap, so that the
// others keep their places until all versions have been read.
class FileList {
 public:
  void add(const DataFile& file) {
    // The same file with other statistics or tags takes its own place.
    const auto [place, is_new] = places_.try_emplace(file.path, files_.size());
    if (!is_new) {
      files_[place->second] = file;
      return;
    }
    if (std::ssize(places_) > kMaxTableFiles) {
      throw Error(fmt::format("the table has more than {} files", kMaxTableFiles));
    }
    files_.push_back(file);
  }

  void remove(const std::string& path) {
    const auto place = places_.find(path);
    if (place == places_.end()) return;
    files_[place->second].path.clear();
    places_.erase(place);
  }

  std::vector<DataFile> take() {
    std::erase_if(files_, [](const DataFile& file) { return file.path.empty(); });
    return std::move(files_);
  }

 private:
  std::vector<DataFile> files_;
  std::unordered_map<std::string, size_t> places_;
};

void refuse_repeats(const VersionActions& actions) {
  std::unordered_set<std::string_view> seen;
  for (const DataFile& file : actions.added) {
    if (seen.insert(file.path).second) continue;
    throw Error("the file '" + printable(file.path) + "' is added twice");
  }
}

void apply_to(const VersionActions& actions, TableState& state, FileList& files) {
  refuse_repeats(actions);
  ++state.version;
  state.timestamp = actions.info ? actions.info->timestamp : std::nullopt;
  if (actions.protocol) state.protocol = *actions.protocol;
  if (actions.metadata) {
    if (actions.metadata->schema_text != state.metadata.schema_text) ++state.schemas;
    state.metadata = *actions.metadata;
    state.schema = nullptr;
  }
  for (const ApplicationTransaction& transaction : actions.transactions)
    state.transactions[transaction.application] = transaction;
  for (const RemovedFile& file : actions.removed) {
    files.remove(file.path);
    state.removed[file.path] = file;
  }
  for (const DataFile& file : actions.added) {
    files.add(file);
    state.removed.erase(file.path);
  }
}

// What is read of the metaData alone, once the last one is known.
void finish(TableState& state) {
  if (state.schema != nullptr) return;
  try {
    state.schema = decode_schema_text(state.metadata.schema_text);
  } catch (const Error& error) {
    throw error.prefixed("the schema: ");
  }
  for (const std::string& column : state.metadata.partition_columns)
    (void)state.schema->index_of(column);
}

}  // namespace

TableLog::TableLog(std::string folder) : folder_(std::move(folder)) {
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
  return fmt::format("{}/{:0{}}{}", log_folder(), version, kVersionDigits, kVersionSuffix);
}

std::vector<int64_t> TableLog::versions() const {
  std::vector<int64_t> found;
  std::error_code failure;
  std::filesystem::directory_iterator entries(log_folder(), failure);
  if (failure == std::errc::no_such_file_or_directory) return found;
  for (; !failure && entries != std::filesystem::directory_iterator(); entries.increment(failure)) {
    if (auto version = version_of_name(entries->path().filename().string())) {
      found.push_back(*version);
    }
  }
  if (failure) throw Error::system(log_folder(), "read", failure.value());
  std::sort(found.begin(), found.end());
  return found;
}

int64_t TableLog::latest() const {
  const std::vector<int64_t> found = versions();
  return found.empty() ? -1 : found.back();
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
  const std::vector<int64_t> known = versions();
  if (known.empty()) throw Error(folder_ + ": is not a table: it has no version");
  const int64_t wanted = version.value_or(known.back());
  if (wanted < 0 || wanted > known.back()) {
    throw Error(
        fmt::format("{}: there is no version {}; the latest is {}", folder_, wanted, known.back()));
  }
  if (wanted >= kMaxVersionsRead) {
    throw Error(fmt::format("{}: more than {} versions would be read", folder_, kMaxVersionsRead));
  }
  TableState state;
  FileList files;
  for (int64_t next = 0; next <= wanted; ++next) {
    // The list may lack one that was made while it was read.
    struct stat status {};
    if (stat(version_file(next).c_str(), &status) != 0 && errno == ENOENT) {
      throw Error(fmt::format("{}: version {} is missing", folder_, next));
    }
    const VersionActions actions = actions_of(next);
    try {
      apply_to(actions, state, files);
    } catch (const Error& error) {
      throw error.in_input(version_file(next));
    }
  }
  try {
    if (state.metadata.id.empty()) throw Error("no version says what columns it has (metaData)");
    require_readable(state.protocol);
    finish(state);
  } catch (const Error& error) {
    throw error.in_input(folder_);
  }
  state.files = files.take();
  return state;
}

}  // namespace penstock
