#include "libcore/os/chunk_ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/number.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

// The lines of a ledger, as CHUNKS.md has them.
constexpr int64_t kNumber = 20;  // a number followed by a blank or newline
constexpr int64_t kNextLine = 2 * kNumber;
constexpr int64_t kFailedPlace = kNextLine;
constexpr int64_t kHeadBytes = kNextLine + 3 * kNumber;

// The most bytes of a line that a shell wrote.
constexpr int64_t kMostSimpleBytes = 64;

// Bytes that scans lock, far after the end of the file: one for each chunk that a scan has and
// whose end it has not stated; and one for each chunk that a scan has. The first lines of the file
// are locked while they are changed.
constexpr int64_t kUntold = int64_t{1} << 40;
constexpr int64_t kHeld = int64_t{1} << 41;

// How long a scan that fails waits for those that have earlier chunks, and then for its own end, if
// one of those has failed.
constexpr milliseconds kMostPatience{2000};
constexpr milliseconds kLookAgain{5};
constexpr milliseconds kLastWait{300};

// Locks, or with `waits` false tries to lock, a range; false when another has it.
bool lock(int fd, const std::string& path, int type, int64_t begin, int64_t size, bool waits) {
  struct flock range {};
  range.l_type = static_cast<int16_t>(type);
  range.l_whence = SEEK_SET;
  range.l_start = begin;
  range.l_len = size;
  while (fcntl(fd, waits ? F_OFD_SETLKW : F_OFD_SETLK, &range) != 0) {
    if (errno == EAGAIN || errno == EACCES) return false;
    if (errno != EINTR) throw Error::system(path, "lock", errno);
  }
  return true;
}

// Held while a ledger's first lines are read and written.
class HeadLock {
 public:
  HeadLock(int fd, const std::string& path) : fd_(fd), path_(path) {
    lock(fd_, path_, F_WRLCK, 0, kHeadBytes, true);
  }
  ~HeadLock() {
    struct flock range {};
    range.l_type = F_UNLCK;
    range.l_whence = SEEK_SET;
    range.l_len = kHeadBytes;
    fcntl(fd_, F_OFD_SETLK, &range);
  }
  HeadLock(const HeadLock&) = delete;
  HeadLock& operator=(const HeadLock&) = delete;

 private:
  int fd_;
  const std::string& path_;
};

void write_at(int fd, const std::string& path, int64_t offset, const std::string& text) {
  ssize_t written = pwrite(fd, text.data(), text.size(), offset);
  if (written < 0) throw Error::system(path, "write", errno);
  if (static_cast<size_t>(written) < text.size()) throw Error::system(path, "write", ENOSPC);
}

std::string read_at(int fd, const std::string& path, int64_t offset, int64_t size) {
  std::string text(static_cast<size_t>(size), '\0');
  ssize_t got = pread(fd, text.data(), text.size(), offset);
  if (got < 0) throw Error::system(path, "read", errno);
  text.resize(static_cast<size_t>(got));
  return text;
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

[[noreturn]] void refuse(const std::string& path) {
  throw Error(path +
              ": is not a file of chunks; write the number of the next chunk and how many chunks "
              "there are to it, as in '1 64'");
}

// Always of one length, so that a later text covers an earlier one.
std::string next_line(int64_t next, int64_t total) {
  return fmt::format("{:19} {:19}\n", next, total);
}

// A whole ledger, of which no begin of records is known yet.
void write_ledger(int fd, const std::string& path, int64_t next, int64_t total,
                  const std::vector<int64_t>& sizes) {
  std::string text = next_line(next, total);
  text += fmt::format("{:19} {:19} {:19}\n", 0, next, sizes.size());
  for (int64_t size : sizes)
    text += fmt::format("{:19}\n", size);
  int64_t whole = static_cast<int64_t>(text.size()) + total * kNumber;
  if (ftruncate(fd, whole) != 0) throw Error::system(path, "write", errno);
  // The first line last: a ledger that is half written is not taken for one.
  write_at(fd, path, kNextLine, text.substr(kNextLine));
  write_at(fd, path, 0, text.substr(0, kNextLine));
}

int64_t parts_of(int64_t size, int64_t chunk_bytes) {
  return std::max<int64_t>(1, size / chunk_bytes + (size % chunk_bytes != 0 ? 1 : 0));
}

int64_t parts_of(const std::vector<int64_t>& sizes, int64_t chunk_bytes) {
  int64_t parts = 0;
  for (int64_t size : sizes)
    parts += parts_of(size, chunk_bytes);
  return parts;
}

}  // namespace

int64_t least_chunks(const std::vector<int64_t>& sizes) {
  return parts_of(sizes, kLedgerChunkBytes);
}

void make_chunk_ledger(const std::string& path, int64_t total, const std::vector<int64_t>& sizes) {
  PENSTOCK_CHECK(!sizes.empty() && total >= std::ssize(sizes));
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);  // NOLINT
  if (fd < 0) throw Error::system(path, "create", errno);
  try {
    write_ledger(fd, path, 1, total, sizes);
  } catch (...) {
    close(fd);
    throw;
  }
  close(fd);
}

ChunkLedger::ChunkLedger(std::string path, const std::vector<int64_t>& sizes)
    : path_(std::move(path)) {
  fd_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);  // NOLINT
  if (fd_ < 0) throw Error::system(path_, "", errno);
  try {
    HeadLock head(fd_, path_);
    read_all(sizes);
  } catch (...) {
    close(fd_);
    throw;
  }
}

ChunkLedger::~ChunkLedger() {
  close(fd_);
}

// Reads the first line: sets total_, returns the next chunk's number.
int64_t ChunkLedger::read_next() {
  std::string bytes = read_at(fd_, path_, 0, kMostSimpleBytes);
  bool simple = static_cast<int64_t>(bytes.size()) < kMostSimpleBytes;
  std::string_view text(bytes);
  if (!simple) text = text.substr(0, kNextLine);
  auto next = take_number(text);
  auto total = take_number(text);
  if (!next || !total || !text.empty() || *next < 1 || *total < 1) refuse(path_);
  total_ = *total;
  return *next;
}

// Reads the whole ledger but the begins of records, and completes one that a shell made.
void ChunkLedger::read_all(const std::vector<int64_t>& sizes) {
  int64_t next = read_next();
  std::string head = read_at(fd_, path_, kNextLine, kHeadBytes - kNextLine);
  if (static_cast<int64_t>(head.size()) < kHeadBytes - kNextLine) {
    if (total_ < std::ssize(sizes)) {
      throw Error(path_ + ": there are fewer chunks than inputs");
    }
    if (next == 1) total_ = std::max(total_, least_chunks(sizes));
    write_ledger(fd_, path_, next, total_, sizes);
    first_ = next;
    sizes_ = sizes;
  } else {
    std::string_view text(head);
    auto failed = take_number(text);
    auto first = take_number(text);
    auto inputs = take_number(text);
    if (!failed || !first || !inputs || *inputs < 1) refuse(path_);
    first_ = *first;
    if (*inputs != std::ssize(sizes)) {
      throw Error(fmt::format("{}: is for {} inputs, not for {}", path_, *inputs, sizes.size()));
    }
    std::string lines = read_at(fd_, path_, kHeadBytes, *inputs * kNumber);
    text = lines;
    for (int64_t i = 0; i < *inputs; ++i) {
      auto size = take_number(text);
      if (!size || *size < 0) refuse(path_);
      sizes_.push_back(*size);
    }
  }
  share_out();
}

// Gives each input chunks by its size: those of all are about equal.
void ChunkLedger::share_out() {
  int64_t low = 1;
  int64_t high = std::max<int64_t>(1, *std::max_element(sizes_.begin(), sizes_.end()));
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (parts_of(sizes_, middle) <= total_) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  chunks_before_ = {0};
  for (int64_t size : sizes_)
    chunks_before_.push_back(chunks_before_.back() + parts_of(size, high));
}

Chunk ChunkLedger::chunk(int64_t number) const {
  auto after = std::upper_bound(chunks_before_.begin(), chunks_before_.end(), number - 1);
  Chunk chunk;
  chunk.number = number;
  chunk.input = after - chunks_before_.begin() - 1;
  int64_t before = *(after - 1);
  chunk.part = number - before;
  chunk.parts = *after - before;
  __extension__ using Wide = __int128;
  auto cut = [&](int64_t part) {
    return static_cast<int64_t>(static_cast<Wide>(size_of(chunk.input)) * part / chunk.parts);
  };
  chunk.begin = cut(chunk.part - 1);
  chunk.end = cut(chunk.part);
  return chunk;
}

std::optional<Chunk> ChunkLedger::peek() {
  if (next_) return next_;
  if (current_.number > 0) {
    lock(fd_, path_, F_UNLCK, kHeld + current_.number, 1, false);
    lock(fd_, path_, F_UNLCK, kUntold + current_.number, 1, false);
    current_ = Chunk();
  }
  HeadLock head(fd_, path_);
  int64_t total = total_;
  int64_t next = read_next();
  if (total != total_) refuse(path_);
  if (next > chunks_before_.back()) return std::nullopt;
  // Nobody holds the bytes of a chunk that was never taken.
  lock(fd_, path_, F_WRLCK, kUntold + next, 1, true);
  lock(fd_, path_, F_WRLCK, kHeld + next, 1, true);
  write_at(fd_, path_, 0, next_line(next + 1, total_));
  next_ = chunk(next);
  return next_;
}

std::optional<Chunk> ChunkLedger::take(int64_t input) {
  std::optional<Chunk> chunk = peek();
  if (!chunk || chunk->input != input) return std::nullopt;
  current_ = *chunk;
  next_.reset();
  return chunk;
}

int64_t ChunkLedger::place_of_begin(int64_t number) const {
  return kHeadBytes + std::ssize(sizes_) * kNumber + (number - 1) * kNumber;
}

std::optional<int64_t> ChunkLedger::known_begin_of_records() {
  PENSTOCK_CHECK(current_.part > 1);
  std::string bytes = read_at(fd_, path_, place_of_begin(current_.number), kNumber);
  std::string_view text(bytes);
  return take_number(text);
}

std::optional<int64_t> ChunkLedger::begin_of_records() {
  PENSTOCK_CHECK(current_.part > 1);
  if (auto begin = known_begin_of_records()) return begin;
  if (current_.number == first_) return std::nullopt;
  int64_t before = kUntold + current_.number - 1;
  lock(fd_, path_, F_RDLCK, before, 1, true);
  lock(fd_, path_, F_UNLCK, before, 1, false);
  if (auto begin = known_begin_of_records()) return begin;
  // What that scan has to say is worth more.
  std::this_thread::sleep_for(kLastWait);
  throw Error(fmt::format("{}: the scan that took chunk {} has ended without reading it", path_,
                          current_.number - 1));
}

void ChunkLedger::tell_next(int64_t offset) {
  PENSTOCK_CHECK(current_.number > 0);
  if (current_.part < current_.parts) {
    write_at(fd_, path_, place_of_begin(current_.number + 1), fmt::format("{:19}\n", offset));
  }
  lock(fd_, path_, F_UNLCK, kUntold + current_.number, 1, false);
}

bool ChunkLedger::owns_all_before(int64_t number) const {
  if (number == 1) return true;
  if (!lock(fd_, path_, F_RDLCK, kHeld + 1, number - 1, false)) return false;
  lock(fd_, path_, F_UNLCK, kHeld + 1, number - 1, false);
  return true;
}

void ChunkLedger::give_way() noexcept {
  if (current_.number == 0) return;
  try {
    auto patience = kMostPatience / kLookAgain;
    for (auto i = patience; i > 0 && !owns_all_before(current_.number); --i)
      std::this_thread::sleep_for(kLookAgain);
    bool is_first = false;
    {
      HeadLock head(fd_, path_);
      std::string bytes = read_at(fd_, path_, kFailedPlace, kNumber);
      std::string_view text(bytes);
      int64_t failed = take_number(text).value_or(0);
      is_first = failed == 0 || failed >= current_.number;
      if (is_first) {
        write_at(fd_, path_, kFailedPlace, fmt::format("{:19} ", current_.number));
      }
    }
    if (!is_first) std::this_thread::sleep_for(kLastWait);
  } catch (const Error&) {
    // The ledger cannot be used any more, but the error to report is the one that led here.
    return;
  }
}

}  // namespace penstock
