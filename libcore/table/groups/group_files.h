// The files of one data file whose columns lie apart: FORMAT.md, "Column groups". This is the place
// that says which files of the table's directory are those of an action.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Groups of a table, with the one of the columns that no group names: a scan has a file of each
// open.
inline constexpr size_t kMaxColumnGroups = 64;

// The tag of "add" and "remove" that lists the files.
inline constexpr const char* kGroupFilesTag = "penstock.groups";

// The file of one group.
struct GroupFile {
  std::string path;      // in the table's directory
  int64_t size = 0;      // bytes
  std::string checksum;  // as the tag of a whole file has it (kChecksumTag)
  bool operator==(const GroupFile&) const = default;
};

// Returns the text of the tag. REQUIRES a file.
std::string encode_group_files(const std::vector<GroupFile>& files);

// Reads the text of the tag. Any bytes are safe. Throws Error for what it cannot be: no file, more
// than kMaxColumnGroups, a first one that is not `path`, which the action has, a path outside of
// the table, one that comes twice, and a size that is negative.
std::vector<GroupFile> decode_group_files(std::string_view text, const std::string& path);

// Returns the bytes of all. Throws Error for more than 64 bits hold.
int64_t bytes_of(const std::vector<GroupFile>& files);

// Returns the paths in the table's directory of the files of an action, DataFile or RemovedFile;
// the first is action.path.
template <typename Action>
std::vector<std::string> paths_of(const Action& action) {
  if (action.groups.empty()) return {action.path};
  std::vector<std::string> paths;
  for (const GroupFile& file : action.groups)
    paths.push_back(file.path);
  return paths;
}

}  // namespace penstock
