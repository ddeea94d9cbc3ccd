#include "libcore/exchange_files/served_files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"

namespace penstock {
namespace {

// A FIFO is opened at once, and then refused.
constexpr int kHow = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// Returns a descriptor or -1, with errno.
int open_below(int folder, const std::string& path) {
  open_how how{};
  how.flags = kHow;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long file = syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how);
  // Kernels before 5.6 do not have it, and some containers hide it.
  if (file >= 0 || (errno != ENOSYS && errno != EPERM)) return static_cast<int>(file);
  return openat(folder, path.c_str(), kHow);
}

// Returns the number of bytes, fewer than `size` at the end, or -1.
int64_t read_all(int file, uint8_t* out, int64_t size, int64_t offset) {
  int64_t have = 0;
  while (have < size) {
    const ssize_t got = pread(file, out + have, static_cast<size_t>(size - have), offset + have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    have += got;
  }
  return have;
}

Buffer refusal(const FileRequest& request, int problem) {
  if (problem == ENOENT || problem == ENOTDIR) {
    return encode_refusal(request.id, FileStatus::kGone, "");
  }
  // Of openat2, for a link that leads there.
  const char* why = problem == EXDEV ? "is not below the served folder" : strerror(problem);
  return encode_refusal(request.id, FileStatus::kUnreadable, why);
}

}  // namespace

ServedFiles::ServedFiles(const std::string& path)
    : folder_(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (folder_.get() < 0) throw Error::system(path, "", errno);
}

Buffer ServedFiles::answer(const FileRequest& request) {
  const int file = descriptor_of(request.path);
  struct stat status {};
  if (file < 0 || fstat(file, &status) != 0) return refusal(request, errno);
  if (!S_ISREG(status.st_mode)) {
    return encode_refusal(request.id, FileStatus::kUnreadable, "is not a file");
  }
  const int64_t left = std::max<int64_t>(status.st_size - request.offset, 0);
  MutableBuffer reply(kReplyHeaderBytes + std::min(left, request.size));
  const int64_t got = read_all(file, reply.data() + kReplyHeaderBytes,
                               reply.size() - kReplyHeaderBytes, request.offset);
  if (got < 0) return refusal(request, errno);
  reply.resize(kReplyHeaderBytes + got);
  write_reply_header(reply.data(), request.id, status.st_size, got);
  return reply.freeze();
}

bool ServedFiles::is_current(const OpenFile& file) const {
  struct stat named {};
  return Clock::now() - file.opened < kServedFileLife &&
         fstatat(folder_.get(), file.path.c_str(), &named, 0) == 0 &&
         named.st_dev == file.status.st_dev && named.st_ino == file.status.st_ino;
}

// Returns -1, with errno, for a file that cannot be opened.
int ServedFiles::descriptor_of(const std::string& path) {
  auto file = std::find_if(files_.begin(), files_.end(),
                           [&](const OpenFile& open) { return open.path == path; });
  if (file == files_.end() || !is_current(*file)) {
    if (file != files_.end()) files_.erase(file);
    OpenFile opened{path, Descriptor(open_below(folder_.get(), path)), {}, Clock::now()};
    if (opened.file.get() < 0 || fstat(opened.file.get(), &opened.status) != 0) return -1;
    if (files_.size() == kMostServedFiles) {
      files_.erase(std::min_element(
          files_.begin(), files_.end(),
          [](const OpenFile& a, const OpenFile& b) { return a.last_use < b.last_use; }));
    }
    files_.push_back(std::move(opened));
    file = files_.end() - 1;
  }
  file->last_use = ++uses_;
  return file->file.get();
}

bool ServedFiles::close_old() {
  const Clock::time_point now = Clock::now();
  std::erase_if(files_, [&](const OpenFile& file) { return now - file.opened >= kServedFileLife; });
  return !files_.empty();
}

}  // namespace penstock
