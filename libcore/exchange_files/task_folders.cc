#include "libcore/exchange_files/task_folders.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

#include "libcore/base/error.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFragmentPrefix = "fragment-";

void make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
    throw Error::system(path, "create", errno);
  }
}

void remove_path(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

std::vector<fs::path> entries_of(const std::string& path) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error))
    entries.push_back(entry->path());
  return entries;
}

std::vector<fs::path> fragments_of(const std::string& path) {
  std::vector<fs::path> folders = entries_of(path);
  std::erase_if(folders, [](const fs::path& folder) {
    return !folder.filename().string().starts_with(kFragmentPrefix);
  });
  return folders;
}

std::string fragment_name(const TaskAttempt& attempt) {
  return fmt::format("{}{}", kFragmentPrefix, attempt.fragment);
}

}  // namespace

std::string output_name(const TaskAttempt& attempt) {
  return fmt::format("{}/task-{}-{}", fragment_name(attempt), attempt.task, attempt.attempt);
}

std::string TaskFolders::unfinished(const TaskAttempt& attempt) const {
  return fmt::format("{}/{}/.task-{}-{}", path_, fragment_name(attempt), attempt.task,
                     attempt.attempt);
}

std::string TaskFolders::output_of(const TaskAttempt& attempt) const {
  return path_ + "/" + output_name(attempt);
}

std::string TaskFolders::begin(const TaskAttempt& attempt) const {
  make_folder(path_ + "/" + fragment_name(attempt));
  std::string folder = unfinished(attempt);
  remove_path(folder);
  make_folder(folder);
  return folder;
}

void TaskFolders::finish(const TaskAttempt& attempt) const {
  const std::string to = output_of(attempt);
  remove_path(to);
  if (std::rename(unfinished(attempt).c_str(), to.c_str()) != 0) {
    throw Error::system(to, "rename", errno);
  }
}

std::vector<PartitionFile> TaskFolders::files_of(const TaskAttempt& attempt) const {
  const std::string folder = output_of(attempt);
  std::vector<PartitionFile> files = read_partition_list(folder);
  for (const PartitionFile& file : files) {
    const std::string path = folder + "/" + file.name;
    struct stat about {};
    if (stat(path.c_str(), &about) != 0) throw Error::of_machine(path + ": is gone");
    if (about.st_size != file.facts.bytes) throw Error::of_machine(path + ": is damaged");
  }
  return files;
}

bool TaskFolders::is_whole(const TaskAttempt& attempt, const OnPiece& on_piece) const {
  try {
    const std::vector<PartitionFile> files = files_of(attempt);
    return std::all_of(files.begin(), files.end(), [&](const PartitionFile& file) {
      return sum_file(output_of(attempt) + "/" + file.name, file.facts.rows, on_piece) ==
             file.facts;
    });
  } catch (const Error&) {
    return false;  // it cannot be read
  }
}

void TaskFolders::remove(const TaskAttempt& attempt) const {
  remove_path(unfinished(attempt));
  remove_path(output_of(attempt));
}

void TaskFolders::keep_only(std::span<const TaskAttempt> kept) const {
  std::set<std::string> outputs;
  for (const TaskAttempt& attempt : kept)
    outputs.insert(output_of(attempt));
  for (const fs::path& fragment : fragments_of(path_)) {
    for (const fs::path& task : entries_of(fragment.string())) {
      if (!outputs.contains(task.string())) remove_path(task.string());
    }
  }
}

void TaskFolders::remove_all() const {
  for (const fs::path& fragment : fragments_of(path_))
    remove_path(fragment.string());
}

}  // namespace penstock
