// Files as a flow's planning saw them, so that all its processes read the same bytes of them,
// whatever is added meanwhile, and what else happens to them is noticed.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

// What tells a file, as it is now, from one that was replaced or written to. The bytes at its
// beginning and end stand for all of it where it has grown.
struct PlannedFile {
  std::string path;
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t changed_seconds = 0;  // when it was last written to
  int64_t changed_nanoseconds = 0;
  std::string head;
  std::string tail;
};

// Throws Error when the file cannot be opened or read.
PlannedFile look_at_file(const std::string& path);

// What has happened to a file since it was looked at, so that what was read of it may be true of no
// version of it: "was replaced", "became shorter", "was written to". Empty when nothing has, or
// when bytes were added behind those that it had.
std::string change_of(const PlannedFile& planned);

// The environment variable that names the file of the run in which a flow's processes find the
// planned sizes: a line a file, its device, inode and size.
inline constexpr const char* kPlannedFilesVariable = "PENSTOCK_FILES";

// Writes that file. Throws Error when it cannot be written.
void write_planned_files(const std::string& path, const std::vector<PlannedFile>& files);

// How long the file is for a process of a flow; empty for a file that was not planned, or outside
// of a flow. Reads the list once. Thread-safe.
std::optional<int64_t> planned_size(const struct stat& status);

}  // namespace penstock
