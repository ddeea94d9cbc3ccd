#include "libcore/os/chunk_ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"

namespace penstock {
namespace {

constexpr size_t kMostBytes = 64;

// Always of one length, so that a later text covers an earlier one.
std::string ledger_text(int64_t next, int64_t total) {
  return fmt::format("{:19} {:19}\n", next, total);
}

// Takes a number and the blanks around it from the front of `text`.
std::optional<int64_t> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  size_t end = std::min(text.find_first_of(" \t\n"), text.size());
  auto number = parse_int64(text.substr(0, end));
  text.remove_prefix(end);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  return number;
}

void write_at_start(int fd, const std::string& path, const std::string& text) {
  ssize_t written = pwrite(fd, text.data(), text.size(), 0);
  if (written < 0) throw Error::system(path, "write", errno);
  if (static_cast<size_t>(written) < text.size()) throw Error::system(path, "write", ENOSPC);
}

// Held while a ledger is counted on.
class FileLock {
 public:
  FileLock(int fd, const std::string& path) : fd_(fd) {
    while (flock(fd, LOCK_EX) != 0) {
      if (errno != EINTR) throw Error::system(path, "lock", errno);
    }
  }
  ~FileLock() { flock(fd_, LOCK_UN); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_;
};

}  // namespace

void make_chunk_ledger(const std::string& path, int64_t total) {
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);  // NOLINT
  if (fd < 0) throw Error::system(path, "create", errno);
  try {
    write_at_start(fd, path, ledger_text(1, total));
  } catch (...) {
    close(fd);
    throw;
  }
  close(fd);
}

ChunkLedger::ChunkLedger(std::string path) : path_(std::move(path)) {
  fd_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);  // NOLINT
  if (fd_ < 0) throw Error::system(path_, "", errno);
  try {
    FileLock lock(fd_, path_);
    read();
  } catch (...) {
    close(fd_);
    throw;
  }
}

ChunkLedger::~ChunkLedger() {
  close(fd_);
}

int64_t ChunkLedger::read() {
  char bytes[kMostBytes];
  ssize_t got = pread(fd_, bytes, sizeof bytes, 0);
  if (got < 0) throw Error::system(path_, "read", errno);
  std::string_view text(bytes, static_cast<size_t>(got));
  auto next = take_number(text);
  auto total = take_number(text);
  if (!next || !total || !text.empty() || *next < 1 || *total < 1) {
    throw Error(path_ +
                ": tells of no chunks; it needs the number of the next one and how many there are, "
                "as in '1 64'");
  }
  total_ = *total;
  return *next;
}

std::optional<int64_t> ChunkLedger::take() {
  FileLock lock(fd_, path_);
  int64_t next = read();
  if (next > total_) return std::nullopt;
  write_at_start(fd_, path_, ledger_text(next + 1, total_));
  return next;
}

}  // namespace penstock
