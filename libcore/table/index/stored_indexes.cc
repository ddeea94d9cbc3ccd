#include "libcore/table/index/stored_indexes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/table/data_path.h"

namespace penstock {
namespace {

constexpr const char* kIndexesFolder = "/_penstock";
constexpr std::string_view kIndexPrefix = "index-";
constexpr const char* kPieceSuffix = ".arrow";

// A name as it stands in the name of a folder: as paths in the log, but a '/' is escaped too.
std::string encode_name(std::string_view name) {
  std::string text = encode_data_path(name);
  for (size_t at; (at = text.find('/')) != text.npos;)
    text.replace(at, 1, "%2F");
  return text;
}

std::vector<std::filesystem::path> index_entries_of(const std::string& folder) {
  std::vector<std::filesystem::path> entries;
  std::error_code failure;
  std::filesystem::directory_iterator next(folder, failure);
  const std::filesystem::directory_iterator end;
  while (!failure && next != end) {
    entries.push_back(next->path());
    next.increment(failure);
  }
  if (failure && failure != std::errc::no_such_file_or_directory) {
    throw Error::system(folder, "read", failure.value());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

StoredIndex index_in(std::string name, const std::string& folder) {
  StoredIndex index{std::move(name), folder, {}, {}};
  for (const std::filesystem::path& entry : index_entries_of(folder)) {
    const bool is_piece =
        entry.extension() == kPieceSuffix && !entry.filename().string().starts_with('.');
    (is_piece ? index.pieces : index.unnamed).push_back(entry.string());
  }
  return index;
}

void make_folder(const std::string& folder) {
  if (mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST) return;
  throw Error::system(folder, "create", errno);
}

}  // namespace

std::string index_folder(const std::string& table, std::string_view name) {
  if (name.empty() || name.size() > kMaxIndexNameBytes) {
    throw Error::usage("the name of an index has 1 to " + std::to_string(kMaxIndexNameBytes) +
                       " bytes; use --name");
  }
  return table + kIndexesFolder + "/" + std::string(kIndexPrefix) + encode_name(name);
}

std::vector<StoredIndex> find_indexes(const std::string& table) {
  std::vector<StoredIndex> indexes;
  for (const std::filesystem::path& entry : index_entries_of(table + kIndexesFolder)) {
    const std::string text = entry.filename().string();
    if (!text.starts_with(kIndexPrefix)) continue;
    try {
      indexes.push_back(index_in(
          decode_data_path(std::string_view(text).substr(kIndexPrefix.size())), entry.string()));
    } catch (const Error& error) {
      throw error.names_input() ? error : error.in_input(entry.string());
    }
  }
  return indexes;
}

void make_index_folder(const std::string& table, std::string_view name) {
  const std::string folder = index_folder(table, name);
  make_folder(table + kIndexesFolder);
  make_folder(folder);
}

void drop_index(const std::string& table, std::string_view name) {
  const std::string folder = index_folder(table, name);
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0) {
    throw Error::of_input(table + ": has no index '" + printable(name) + "'");
  }
  const StoredIndex index = index_in(std::string(name), folder);
  for (const std::vector<std::string>& paths : {index.pieces, index.unnamed}) {
    for (const std::string& path : paths) {
      if (unlink(path.c_str()) != 0 && errno != ENOENT) throw Error::system(path, "remove", errno);
    }
  }
  if (rmdir(folder.c_str()) != 0 && errno != ENOENT) throw Error::system(folder, "remove", errno);
}

}  // namespace penstock
