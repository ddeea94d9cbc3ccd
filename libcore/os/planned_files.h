// Files as they were when a flow was planned. All processes of the flow read the same bytes of
// them, even if bytes are added later, and any other change is detected.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

// Distinguishes a file, as it is now, from one that is later replaced or written to. Where the file
// has grown, the bytes at its beginning and end stand for all of it.
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

// Returns what has happened to a file since look_at_file(), so that the bytes read may belong to no
// version of it: "was replaced", "became shorter", "was written to". Empty when nothing has
// happened, or when bytes were only appended.
std::string change_of(const PlannedFile& planned);

// The same for a file of another host, which was looked at before and is `now`. Bytes appended to
// it count as written to.
std::string change_between(const PlannedFile& planned, const PlannedFile& now);

// The environment variable that names the run's file with the planned sizes. Each of its lines has
// the device, inode and size of a file.
inline constexpr const char* kPlannedFilesVariable = "PENSTOCK_FILES";

// Returns what that file holds.
std::string planned_files_text(const std::vector<PlannedFile>& files);

// Returns the size in bytes at which a process of a flow ends this file. Empty for a file that was
// not planned, and outside of a flow. Reads the list once. Thread-safe.
std::optional<int64_t> planned_size(const struct stat& status);

}  // namespace penstock
