#include "libcore/os/planned_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <map>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

// The bytes of a file's beginning and of its end that are compared.
constexpr int64_t kKeptBytes = int64_t{16} << 10;

using Sizes = std::map<std::pair<uint64_t, uint64_t>, int64_t>;

std::string read_piece(int fd, const std::string& path, int64_t begin, int64_t end) {
  std::string piece(static_cast<size_t>(end - begin), '\0');
  int64_t done = 0;
  while (done < std::ssize(piece)) {
    ssize_t got =
        pread(fd, piece.data() + done, piece.size() - static_cast<size_t>(done), begin + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error::system(path, "read", errno);
    if (got == 0) break;
    done += got;
  }
  piece.resize(static_cast<size_t>(done));
  return piece;
}

// The ends of a file's first `size` bytes.
void read_ends(int fd, int64_t size, PlannedFile& file) {
  file.head = read_piece(fd, file.path, 0, std::min(size, kKeptBytes));
  file.tail = read_piece(fd, file.path, std::max<int64_t>(0, size - kKeptBytes), size);
}

Descriptor open_file(const std::string& path, struct stat& status) {
  Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));  // NOLINT: open() is variadic
  if (fd.get() < 0 || fstat(fd.get(), &status) != 0) throw Error::system(path, "", errno);
  return fd;
}

Sizes read_sizes() {
  Sizes sizes;
  const char* path = std::getenv(kPlannedFilesVariable);
  if (path == nullptr) return sizes;
  std::ifstream list(path);
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  while (list >> device >> inode >> size)
    sizes[{device, inode}] = size;
  return sizes;
}

}  // namespace

PlannedFile look_at_file(const std::string& path) {
  struct stat status {};
  Descriptor fd = open_file(path, status);
  PlannedFile file;
  file.path = path;
  file.device = status.st_dev;
  file.inode = status.st_ino;
  file.size = status.st_size;
  file.changed_seconds = status.st_mtim.tv_sec;
  file.changed_nanoseconds = status.st_mtim.tv_nsec;
  read_ends(fd.get(), file.size, file);
  return file;
}

std::string change_of(const PlannedFile& planned) {
  struct stat status {};
  Descriptor fd;
  try {
    fd = open_file(planned.path, status);
  } catch (const Error&) {
    return "is gone";
  }
  if (status.st_dev != planned.device || status.st_ino != planned.inode) return "was replaced";
  if (status.st_size < planned.size) return "became shorter";
  bool written = status.st_mtim.tv_sec != planned.changed_seconds ||
                 status.st_mtim.tv_nsec != planned.changed_nanoseconds;
  if (!written) return "";
  if (status.st_size == planned.size) return "was written to";
  PlannedFile now;
  now.path = planned.path;
  read_ends(fd.get(), planned.size, now);
  return now.head == planned.head && now.tail == planned.tail ? "" : "was written to";
}

std::string change_between(const PlannedFile& planned, const PlannedFile& now) {
  if (now.device != planned.device || now.inode != planned.inode) return "was replaced";
  if (now.size < planned.size) return "became shorter";
  bool is_same = now.size == planned.size && now.changed_seconds == planned.changed_seconds &&
                 now.changed_nanoseconds == planned.changed_nanoseconds;
  return is_same ? "" : "was written to";
}

std::string planned_files_text(const std::vector<PlannedFile>& files) {
  std::string text;
  for (const PlannedFile& file : files)
    text += fmt::format("{} {} {}\n", file.device, file.inode, file.size);
  return text;
}

std::optional<int64_t> planned_size(const struct stat& status) {
  static const Sizes kSizes = read_sizes();
  auto found = kSizes.find({status.st_dev, status.st_ino});
  if (found == kSizes.end()) return std::nullopt;
  return found->second;
}

}  // namespace penstock
