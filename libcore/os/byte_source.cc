#include "libcore/os/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/os/output_watch.h"
#include "libcore/os/patience.h"
#include "libcore/os/planned_files.h"

namespace penstock {
namespace {

// The most bytes of one read(); the kernel's own limit is a little under 2 GiB.
constexpr int64_t kMaxReadBytes = int64_t{1} << 30;

// What read_beginning() reads first.
constexpr int64_t kFirstPieceBytes = int64_t{64} << 10;

class DescriptorSource : public ByteSource {
 public:
  DescriptorSource(int fd, std::string name, bool owned)
      : fd_(fd), name_(std::move(name)), owned_(owned) {
    struct stat status {};
    if (fstat(fd_, &status) != 0) return;  // read() will report the error
    if (S_ISDIR(status.st_mode)) {
      close_owned();
      throw Error(name_ + ": is a directory without a table manifest");
    }
    is_pipe_ = S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
    if (S_ISFIFO(status.st_mode)) fcntl(fd_, F_SETPIPE_SZ, kPipeBytes);
    waits_ = !S_ISREG(status.st_mode);
    if (waits_) return;
    at_ = std::max<int64_t>(lseek(fd_, 0, SEEK_CUR), 0);
    if (std::optional<int64_t> planned = planned_size(status)) {
      if (status.st_size < *planned) {
        close_owned();
        throw Error::of_input(name_ +
                              ": the file became shorter while the flow ran; run it again "
                              "when nobody writes to it, or on a copy");
      }
      status.st_size = *planned;
      end_ = *planned;
    }
    // Files of /proc state a size of 0 and have bytes all the same.
    if (status.st_size == 0) {
      began_empty_ = !end_;
      return;
    }
    end_ = status.st_size;
    // If another process has read from it before, the input does not begin at offset 0.
    if (at_ == 0) {
      size_ = status.st_size;
      posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
  }
  ~DescriptorSource() override { close_owned(); }
  DescriptorSource(const DescriptorSource&) = delete;
  DescriptorSource& operator=(const DescriptorSource&) = delete;

  int64_t read(void* out, int64_t size) override {
    if (end_) size = std::min(size, *end_ - at_);
    if (size <= 0) return 0;
    if (waits_) wait_for_input(fd_);
    int64_t count = read_some(out, size);
    if (waits_) last_byte_ = Clock::now();
    if (count == 0 && end_) {
      refuse_early_end(at_, [&] { return is_where_we_were() && read_some(out, size) > 0; });
      end_ = at_;
    }
    // Bytes that came into an empty file after it was opened do not belong to it.
    if (count > 0 && began_empty_ && now().st_size > 0) {
      end_ = at_;
      return 0;
    }
    at_ += count;
    return count;
  }

  bool waits() const override { return waits_; }
  bool wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) override {
    if (!waits_) return true;
    const auto since = std::chrono::floor<std::chrono::milliseconds>(Clock::now() - last_byte_);
    const auto most_now = std::max(std::chrono::milliseconds(0), std::min(most, quiet - since));
    pollfd ready{fd_, POLLIN, 0};
    // Where the system cannot say, read() says it. A signal may end the wait early.
    return poll(&ready, 1, static_cast<int>(most_now.count())) != 0;
  }

  const std::string& name() const override { return name_; }
  std::optional<int64_t> size() const override { return size_; }
  bool is_pipe() const override { return is_pipe_; }

  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    size = std::min(size, size_.value_or(0) - offset);
    int64_t done = 0;
    while (done < size) {
      char* to = static_cast<char*>(out) + done;
      int64_t count = read_some_at(offset + done, to, size - done);
      if (count == 0) {
        refuse_early_end(offset + done,
                         [&] { return read_some_at(offset + done, to, size - done) > 0; });
        break;
      }
      done += count;
    }
    return std::max<int64_t>(done, 0);
  }

 private:
  using Clock = std::chrono::steady_clock;

  template <typename Call>
  int64_t checked(Call call) const {
    for (;;) {
      ssize_t count = call();
      if (count >= 0) return count;
      if (errno != EINTR) throw Error::system(name_, "read", errno);
    }
  }

  int64_t read_some(void* out, int64_t size) const {
    return checked(
        [&] { return ::read(fd_, out, static_cast<size_t>(std::min(size, kMaxReadBytes))); });
  }

  int64_t read_some_at(int64_t offset, void* out, int64_t size) const {
    return checked([&] {
      return pread(fd_, out, static_cast<size_t>(std::min(size, kMaxReadBytes)), offset);
    });
  }

  struct stat now() const {
    struct stat status {};
    fstat(fd_, &status);
    return status;
  }

  // False when another process reads from the same open file.
  bool is_where_we_were() const { return lseek(fd_, 0, SEEK_CUR) == at_; }

  // Throws when a file that ended at `offset`, before its size, was cut. Files of other kinds end
  // there by nature: those of /sys state a size of 4096 and have a few bytes. `has_more` returns
  // whether there are bytes again: then the file was cut and written to since.
  template <typename HasMore>
  void refuse_early_end(int64_t offset, HasMore has_more) const {
    if (now().st_size >= *end_ && !has_more()) return;
    throw Error::of_input(name_ + ": the file became shorter while it was read (it ended after " +
                          std::to_string(offset) + " of " + std::to_string(*end_) +
                          " bytes); read it when nobody writes to it, or read a copy");
  }

  void close_owned() {
    if (owned_) close(fd_);
    owned_ = false;
  }

  int fd_;
  std::string name_;
  bool owned_;
  bool is_pipe_ = false;
  bool waits_ = false;  // for other processes, or people, to write
  Clock::time_point last_byte_ = Clock::now();
  int64_t at_ = 0;              // of read(), in a regular file
  std::optional<int64_t> end_;  // of a regular file's data, as it was opened
  bool began_empty_ = false;    // a regular file without bytes, or one that does not state its size
  std::optional<int64_t> size_;
};

class MemorySource : public ByteSource {
 public:
  MemorySource(std::string bytes, std::string name)
      : bytes_(std::move(bytes)), name_(std::move(name)) {}

  int64_t read(void* out, int64_t size) override {
    int64_t count = read_at(at_, out, size);
    at_ += count;
    return count;
  }
  const std::string& name() const override { return name_; }
  std::optional<int64_t> size() const override { return static_cast<int64_t>(bytes_.size()); }
  int64_t read_at(int64_t offset, void* out, int64_t size) const override {
    int64_t left = std::max<int64_t>(static_cast<int64_t>(bytes_.size()) - offset, 0);
    int64_t count = std::min(size, left);
    if (count > 0) std::memcpy(out, bytes_.data() + offset, static_cast<size_t>(count));
    return count;
  }

 private:
  std::string bytes_;
  std::string name_;
  int64_t at_ = 0;
};

}  // namespace

bool ByteSource::wait(std::chrono::milliseconds, std::chrono::milliseconds) {
  return true;
}

int64_t ByteSource::read_at(int64_t, void*, int64_t) const {
  check_failed(__FILE__, __LINE__, "size().has_value()");
}

int64_t read_fully(ByteSource& source, void* out, int64_t size) {
  int64_t done = 0;
  while (done < size) {
    int64_t count = source.read(static_cast<char*>(out) + done, size - done);
    if (count == 0) break;
    done += count;
  }
  return done;
}

ByteSourcePtr open_source(const std::string& operand) {
  if (operand == "-") {
    return std::make_unique<DescriptorSource>(STDIN_FILENO, "standard input", false);
  }
  if (operand.empty()) throw Error("an input file has an empty name");
  int fd = -1;
  do {
    fd = open(operand.c_str(), O_RDONLY | O_CLOEXEC);  // NOLINT: open() is variadic
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) throw Error::system(operand, "", errno);
  return std::make_unique<DescriptorSource>(fd, operand, true);
}

ByteSourcePtr source_from_descriptor(int fd, std::string name) {
  return std::make_unique<DescriptorSource>(fd, std::move(name), false);
}

ByteSourcePtr source_from_bytes(std::string bytes, std::string name) {
  return std::make_unique<MemorySource>(std::move(bytes), std::move(name));
}

PeekableSource::PeekableSource(ByteSourcePtr below) : below_(std::move(below)) {}

std::span<const uint8_t> PeekableSource::peek(int64_t size, const Patience& patience,
                                              int64_t least) {
  constexpr int64_t kLeastPeek = int64_t{16} << 10;
  int64_t have = static_cast<int64_t>(peeked_.size() - used_);
  if (have < size) {
    peeked_.erase(peeked_.begin(), peeked_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ = 0;
    // Room grows with the bytes that come: zeros for a megabyte cost 1 ms, ten times as much as a
    // small file's bytes.
    PatientWait waiting(patience);
    while (have < size && !at_end_ && (have < least || waiting.is_ready(*below_))) {
      int64_t piece = std::min(size - have, std::max(kLeastPeek, have));
      peeked_.resize(static_cast<size_t>(have + piece));
      int64_t got = below_->read(peeked_.data() + have, piece);
      at_end_ = got == 0;
      have += got;
      peeked_.resize(static_cast<size_t>(have));
    }
  }
  return {peeked_.data() + used_, static_cast<size_t>(std::min(have, size))};
}

int64_t PeekableSource::read(void* out, int64_t size) {
  int64_t have = static_cast<int64_t>(peeked_.size() - used_);
  if (have == 0) return below_->read(out, size);
  int64_t count = std::min(have, size);
  std::memcpy(out, peeked_.data() + used_, static_cast<size_t>(count));
  used_ += static_cast<size_t>(count);
  if (used_ == peeked_.size()) {
    peeked_ = {};
    used_ = 0;
  }
  return count;
}

bool PeekableSource::wait(std::chrono::milliseconds quiet, std::chrono::milliseconds most) {
  return used_ < peeked_.size() || below_->wait(quiet, most);
}

const std::string& PeekableSource::name() const {
  return below_->name();
}
std::optional<int64_t> PeekableSource::size() const {
  return below_->size();
}
bool PeekableSource::is_pipe() const {
  return below_->is_pipe();
}
int64_t PeekableSource::read_at(int64_t offset, void* out, int64_t size) const {
  return below_->read_at(offset, out, size);
}

std::string read_beginning(const std::string& operand, int64_t most) {
  ByteSourcePtr source = open_source(operand);
  std::string bytes;
  // Memory grows with the bytes that there are: `most` may be far more.
  for (int64_t piece = kFirstPieceBytes; std::ssize(bytes) < most; piece *= 2) {
    const int64_t before = std::ssize(bytes);
    piece = std::min(piece, most - before);
    bytes.resize(static_cast<size_t>(before + piece));
    const int64_t got = read_fully(*source, bytes.data() + before, piece);
    bytes.resize(static_cast<size_t>(before + got));
    if (got < piece) break;
  }
  return bytes;
}

}  // namespace penstock
