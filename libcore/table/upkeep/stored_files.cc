#include "libcore/table/upkeep/stored_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/table/log_time.h"

namespace penstock {
namespace {

// Of the folders of partition/new_files.h, and of the files of commit.cc.
constexpr std::string_view kWaitingFolder = ".penstock-";
constexpr std::string_view kUnnamedVersion = ".tmp-";
constexpr const char* kVersionsFolder = "_delta_log";

struct Entry {
  std::string name;
  struct stat status {};
  bool is_folder() const { return S_ISDIR(status.st_mode); }
  bool is_file() const { return S_ISREG(status.st_mode); }
  int64_t modified() const { return log_time_of(status); }
};

// What a folder has, by name. A folder that is gone has nothing.
std::vector<Entry> entries_of(const std::string& folder) {
  std::vector<Entry> entries;
  std::error_code failure;
  std::filesystem::directory_iterator each(folder, failure);
  if (failure == std::errc::no_such_file_or_directory) return entries;
  for (; !failure && each != std::filesystem::directory_iterator(); each.increment(failure)) {
    Entry entry;
    entry.name = each->path().filename().string();
    if (lstat(each->path().c_str(), &entry.status) == 0) entries.push_back(std::move(entry));
  }
  if (failure) throw Error::system(folder, "read", failure.value());
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

bool is_data_folder(std::string_view name) {
  if (name.starts_with('.')) return false;
  return !name.starts_with('_') || name.find('=') != name.npos;
}

bool is_data_file(std::string_view name) {
  return !name.starts_with('.') && !name.starts_with('_') &&
         (name.ends_with(".arrow") || name.ends_with(".parquet"));
}

class Search {
 public:
  explicit Search(const std::string& folder) : folder_(folder) {}

  std::vector<StoredFile> run() {
    // Folders that are still to be read, "" for the table's own.
    std::vector<std::string> waiting{""};
    while (!waiting.empty()) {
      const std::string prefix = std::move(waiting.back());
      waiting.pop_back();
      for (const Entry& entry : entries_of(folder_ + "/" + prefix)) {
        const std::string path = prefix + entry.name;
        if (entry.is_file() && is_data_file(entry.name)) {
          add(path, StoredFile::Kind::kData, entry);
        } else if (entry.is_folder() && is_data_folder(entry.name)) {
          waiting.push_back(path + "/");
        } else if (entry.is_folder() && prefix.empty() && entry.name.starts_with(kWaitingFolder)) {
          add_waiting_folder(path, entry);
        }
      }
    }
    const std::string log = kVersionsFolder;
    for (const Entry& entry : entries_of(folder_ + "/" + log)) {
      if (entry.is_file() && entry.name.starts_with(kUnnamedVersion)) {
        add(log + "/" + entry.name, StoredFile::Kind::kTemporary, entry);
      }
    }
    return std::move(found_);
  }

 private:
  void add(const std::string& path, StoredFile::Kind kind, const Entry& entry) {
    found_.push_back({path, kind, entry.status.st_size, entry.modified()});
  }

  // A writer may still be at work in it: the files are as old as the latest of them.
  void add_waiting_folder(const std::string& path, const Entry& folder) {
    const size_t begin = found_.size();
    int64_t latest = folder.modified();
    for (const Entry& entry : entries_of(folder_ + "/" + path)) {
      if (!entry.is_file()) continue;
      add(path + "/" + entry.name, StoredFile::Kind::kTemporary, entry);
      latest = std::max(latest, entry.modified());
    }
    found_.push_back({path, StoredFile::Kind::kTemporaryFolder});
    for (size_t i = begin; i < found_.size(); ++i)
      found_[i].modified = latest;
  }

  const std::string& folder_;
  std::vector<StoredFile> found_;
};

}  // namespace

std::vector<StoredFile> find_table_files(const std::string& folder) {
  return Search(folder).run();
}

}  // namespace penstock
