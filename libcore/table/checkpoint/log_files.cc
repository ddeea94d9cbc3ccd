#include "libcore/table/checkpoint/log_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"

namespace penstock {
namespace {

constexpr std::string_view kVersionSuffix = ".json";
constexpr std::string_view kCheckpointWord = ".checkpoint";
constexpr std::string_view kCheckpointSuffix = ".parquet";
constexpr size_t kVersionDigits = 20;
// Of the number of a part, and of how many there are.
constexpr size_t kPartDigits = 10;

// Takes so many digits from the beginning of a name; empty where there are not so many.
std::optional<int64_t> take_number(std::string_view& name, size_t digits) {
  const std::string_view number = name.substr(0, digits);
  if (number.size() < digits || number.find_first_not_of("0123456789") != number.npos) {
    return std::nullopt;
  }
  name.remove_prefix(digits);
  return parse_int64(number);
}

bool take_word(std::string_view& name, std::string_view word) {
  if (!name.starts_with(word)) return false;
  name.remove_prefix(word.size());
  return true;
}

// Takes ".PART.PARTS".
std::optional<std::pair<int64_t, int64_t>> take_part(std::string_view& name) {
  if (!take_word(name, ".")) return std::nullopt;
  const std::optional<int64_t> part = take_number(name, kPartDigits);
  if (!part || !take_word(name, ".")) return std::nullopt;
  const std::optional<int64_t> parts = take_number(name, kPartDigits);
  if (!parts) return std::nullopt;
  return std::pair(*part, *parts);
}

// By version and number of parts: the names of those parts that are there.
using Parts = std::map<std::pair<int64_t, int64_t>, std::map<int64_t, std::string>>;

void take_name(const std::string& name, LogFiles& files, Parts& parts) {
  std::string_view rest = name;
  const std::optional<int64_t> version = take_number(rest, kVersionDigits);
  if (!version) return;
  if (rest == kVersionSuffix) {
    files.versions.push_back(*version);
    return;
  }
  if (!take_word(rest, kCheckpointWord)) return;
  std::pair<int64_t, int64_t> part(1, 1);
  if (rest != kCheckpointSuffix) {
    const auto numbered = take_part(rest);
    if (!numbered || rest != kCheckpointSuffix) return;
    part = *numbered;
  }
  if (part.first < 1 || part.first > part.second) return;
  parts[{*version, part.second}].emplace(part.first, name);
}

}  // namespace

int64_t LogFiles::latest() const {
  const int64_t version = versions.empty() ? -1 : versions.back();
  return std::max(version, checkpoints.empty() ? -1 : checkpoints.back().version);
}

bool LogFiles::has_version(int64_t version) const {
  return std::binary_search(versions.begin(), versions.end(), version);
}

std::string version_name(int64_t version) {
  return fmt::format("{:0{}}{}", version, kVersionDigits, kVersionSuffix);
}

std::string checkpoint_name(int64_t version) {
  return fmt::format("{:0{}}{}{}", version, kVersionDigits, kCheckpointWord, kCheckpointSuffix);
}

LogFiles list_log_files(const std::string& folder) {
  LogFiles files;
  Parts parts;
  std::error_code failure;
  std::filesystem::directory_iterator entries(folder, failure);
  if (failure == std::errc::no_such_file_or_directory) return files;
  for (; !failure && entries != std::filesystem::directory_iterator(); entries.increment(failure))
    take_name(entries->path().filename().string(), files, parts);
  if (failure) throw Error::system(folder, "read", failure.value());
  std::sort(files.versions.begin(), files.versions.end());
  for (auto& [which, there] : parts) {
    const auto& [version, count] = which;
    if (std::ssize(there) != count) continue;
    if (!files.checkpoints.empty() && files.checkpoints.back().version == version) continue;
    CheckpointFiles& checkpoint = files.checkpoints.emplace_back();
    checkpoint.version = version;
    for (auto& [part, name] : there)
      checkpoint.parts.push_back(std::move(name));
  }
  return files;
}

}  // namespace penstock
