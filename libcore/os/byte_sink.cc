#include "libcore/os/byte_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/os/descriptor.h"

namespace penstock {
namespace {

// As many ranges as one writev takes (IOV_MAX is 1024; more than this gains nothing).
constexpr size_t kRangesAtOnce = 256;

class DescriptorSink : public ByteSink {
 public:
  DescriptorSink(int fd, std::string name, bool owned)
      : fd_(fd), name_(std::move(name)), owned_(owned) {
    struct stat status {};
    if (fstat(fd_, &status) == 0 && S_ISFIFO(status.st_mode)) {
      fcntl(fd_, F_SETPIPE_SZ, kPipeBytes);
    }
  }
  ~DescriptorSink() override {
    if (owned_ && fd_ >= 0) close(fd_);
  }
  DescriptorSink(const DescriptorSink&) = delete;
  DescriptorSink& operator=(const DescriptorSink&) = delete;

  using ByteSink::write;
  void write(std::span<const ByteRange> ranges) override {
    std::array<iovec, kRangesAtOnce> pending;
    size_t count = 0;
    for (const ByteRange& range : ranges) {
      if (range.size == 0) continue;
      pending[count++] = {const_cast<void*>(range.data), static_cast<size_t>(range.size)};
      if (count == kRangesAtOnce) {
        write_all(pending.data(), count);
        count = 0;
      }
    }
    write_all(pending.data(), count);
  }

  // A descriptor that is not ours stays open, but a duplicate of it is closed, because a network
  // file system may report a full disk only from close().
  void finish() override {
    int fd = owned_ ? std::exchange(fd_, -1) : dup(fd_);
    if (fd < 0 || close(fd) != 0) throw Error::system(name_, "close", errno);
  }

  const std::string& name() const override { return name_; }
  int descriptor() const override { return fd_; }

 private:
  void write_all(iovec* ranges, size_t count) {
    while (count > 0) {
      ssize_t written = writev(fd_, ranges, static_cast<int>(count));
      if (written < 0) {
        if (errno == EINTR) continue;
        if (errno == EPIPE) throw OutputClosed();
        throw Error::system(name_, "write", errno);
      }
      size_t left = static_cast<size_t>(written);
      while (count > 0 && left >= ranges->iov_len) {
        left -= ranges->iov_len;
        ++ranges;
        --count;
      }
      if (left > 0) {
        ranges->iov_base = static_cast<char*>(ranges->iov_base) + left;
        ranges->iov_len -= left;
      }
    }
  }

  int fd_;
  std::string name_;
  bool owned_;
};

mode_t current_umask() {
  mode_t mask = umask(0);
  umask(mask);
  return mask;
}

std::string folder_of(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// Writes a file without a name if the file system supports it (then even SIGKILL leaves nothing
// behind), and otherwise a file under a temporary name. finish() gives it the wanted name.
class FileSink : public DescriptorSink {
 public:
  FileSink(int fd, std::string shown, std::string path, std::string temporary, Sync sync)
      : DescriptorSink(fd, std::move(shown), true),
        path_(std::move(path)),
        temporary_(std::move(temporary)),
        sync_(sync) {}
  ~FileSink() override {
    if (!temporary_.empty()) unlink(temporary_.c_str());
  }

  void finish() override {
    if (sync_ == Sync::kYes) sync(descriptor());
    if (temporary_.empty()) give_name();
    DescriptorSink::finish();
    if (rename(temporary_.c_str(), path_.c_str()) != 0) {
      throw Error::system(name(), "rename", errno);
    }
    temporary_.clear();
    if (sync_ == Sync::kYes) sync_folder();
  }

  bool appears_when_finished() const override { return true; }

  // Returns names in the same directory as `path`, to be tried in turn.
  static std::string beside(const std::string& path, int attempt) {
    size_t slash = path.rfind('/');
    size_t base = slash == std::string::npos ? 0 : slash + 1;
    return path.substr(0, base) + "." + path.substr(base) + "." + std::to_string(getpid()) + "." +
           std::to_string(attempt);
  }

 private:
  void sync(int fd) const {
    while (fsync(fd) != 0) {
      if (errno == EINTR) continue;
      // Some file systems do not support it.
      if (errno == EINVAL || errno == ENOTSUP || errno == EROFS) return;
      throw Error::system(name(), "sync", errno);
    }
  }

  // A directory that may be written but not read cannot be synchronized.
  void sync_folder() const {
    Descriptor folder(open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() >= 0) sync(folder.get());
  }

  void give_name() {
    std::string self = "/proc/self/fd/" + std::to_string(descriptor());
    for (int attempt = 0;; ++attempt) {
      std::string candidate = beside(path_, attempt);
      if (linkat(AT_FDCWD, self.c_str(), AT_FDCWD, candidate.c_str(), AT_SYMLINK_FOLLOW) == 0) {
        temporary_ = candidate;
        return;
      }
      if (errno != EEXIST || attempt == 100) throw Error::system(name(), "create", errno);
    }
  }

  std::string path_;
  std::string temporary_;  // empty while the file has no name
  Sync sync_;
};

ByteSinkPtr open_new_file(const std::string& shown, const std::string& path, mode_t mode,
                          Sync sync) {
  std::string folder = folder_of(path);
  std::string temporary;
  int fd = open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);  // NOLINT
  for (int attempt = 0; fd < 0 && attempt < 100; ++attempt) {
    if (attempt > 0 && errno != EEXIST) break;
    temporary = FileSink::beside(path, attempt);
    fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);  // NOLINT
  }
  if (fd < 0) throw Error::system(shown, "create", errno);
  fchmod(fd, mode);
  return std::make_unique<FileSink>(fd, shown, path, temporary, sync);
}

class StringSink : public ByteSink {
 public:
  explicit StringSink(std::string& out) : out_(out) {}
  using ByteSink::write;
  void write(std::span<const ByteRange> ranges) override {
    for (const ByteRange& range : ranges) {
      out_.append(static_cast<const char*>(range.data), static_cast<size_t>(range.size));
    }
  }
  void finish() override {}
  const std::string& name() const override { return name_; }

 private:
  std::string& out_;
  std::string name_ = "memory";
};

}  // namespace

void ByteSink::write(std::string_view bytes) {
  ByteRange range{bytes.data(), static_cast<int64_t>(bytes.size())};
  write(std::span<const ByteRange>(&range, 1));
}

ByteSinkPtr open_sink(const std::string& operand, Sync sync) {
  if (operand.empty()) throw Error("an output file has an empty name");
  if (operand == "-") return sink_to_descriptor(STDOUT_FILENO, "standard output");
  struct stat status {};
  bool exists = stat(operand.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) throw Error::system(operand, "", EISDIR);
  // The names in /dev (/dev/stdout, /dev/fd/N) are open files of other processes, which must not be
  // replaced.
  bool direct = operand.starts_with("/dev/") || (exists && !S_ISREG(status.st_mode));
  if (direct) {
    int fd = open(operand.c_str(), O_WRONLY | O_CLOEXEC);  // NOLINT
    if (fd < 0) throw Error::system(operand, "", errno);
    return std::make_unique<DescriptorSink>(fd, operand, true);
  }
  if (!exists && lstat(operand.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
    throw Error(operand + ": is a link to a file that does not exist; remove it, or name the file");
  }
  if (!exists) return open_new_file(operand, operand, 0666 & ~current_umask(), sync);
  if (access(operand.c_str(), W_OK) != 0) throw Error::system(operand, "", errno);
  // A link keeps its target's name: the file that it points to is replaced.
  std::unique_ptr<char, void (*)(void*)> real(realpath(operand.c_str(), nullptr), std::free);
  if (!real) throw Error::system(operand, "", errno);
  return open_new_file(operand, real.get(), status.st_mode & 07777, sync);
}

ByteSinkPtr sink_to_descriptor(int fd, std::string name) {
  return std::make_unique<DescriptorSink>(fd, std::move(name), false);
}

ByteSinkPtr sink_to_string(std::string& out) {
  return std::make_unique<StringSink>(out);
}

}  // namespace penstock
