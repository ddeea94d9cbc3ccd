#include "libcore/os/chunk_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

using std::chrono::milliseconds;

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

// Writes a whole ledger, in which no beginning of records is known yet.
void write_ledger(LedgerFile& file, int64_t next, int64_t total,
                  const std::vector<int64_t>& sizes) {
  std::string text = fmt::format("{:19} {:19} {:19} {:19}\n", 0, 0, next, sizes.size());
  for (int64_t size : sizes)
    text += fmt::format("{:19}\n", size);
  int64_t begins = total * kLedgerNumberBytes;
  file.resize(kLedgerNextLine + std::ssize(text) + begins + ChunkTakers::bytes(total));
  // Writes the first line last, so that a ledger that is half written is not taken for one.
  file.write(kLedgerNextLine, text);
  file.write_next(next, total);
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
  LedgerFile file = LedgerFile::create(path);
  write_ledger(file, 1, total, sizes);
}

ChunkLedger::ChunkLedger(std::string path, const std::vector<int64_t>& sizes, std::string taker)
    : file_(std::move(path)), taker_(std::move(taker)) {
  LedgerHeadLock head(file_);
  read_all(sizes);
}

// Reads the whole ledger except for the beginnings of records, and completes one that a shell made.
void ChunkLedger::read_all(const std::vector<int64_t>& sizes) {
  LedgerHead head = file_.read_head();
  total_ = head.total;
  if (!head.is_whole) {
    if (total_ < std::ssize(sizes)) {
      throw Error(file_.path() + ": there are fewer chunks than inputs");
    }
    if (head.next == 1) total_ = std::max(total_, least_chunks(sizes));
    write_ledger(file_, head.next, total_, sizes);
    first_ = head.next;
    sizes_ = sizes;
  } else {
    first_ = head.first;
    if (head.inputs != std::ssize(sizes)) {
      throw Error(
          fmt::format("{}: is for {} inputs, not for {}", file_.path(), head.inputs, sizes.size()));
    }
    for (int64_t i = 0; i < head.inputs; ++i) {
      auto size = file_.number_at(kLedgerHeadBytes + i * kLedgerNumberBytes);
      if (!size || *size < 0) file_.refuse();
      sizes_.push_back(*size);
    }
  }
  takers_.emplace(file_, place_of_begin(total_ + 1), total_);
  share_out();
}

// Gives each input chunks by its size, so that all chunks are about equal.
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
  last_ = 0;
  return see_next();
}

std::optional<Chunk> ChunkLedger::see_next() {
  if (next_) return next_;
  if (current_.number > 0) {
    file_.unlock(kHeld + current_.number, 1);
    file_.unlock(kUntold + current_.number, 1);
  }
  LedgerHeadLock locked(file_);
  if (current_.number > 0) takers_->finish(current_.number, taker_);
  current_ = Chunk();
  LedgerHead head = file_.read_head();
  if (head.total != total_) file_.refuse();
  int64_t number = head.next;
  std::optional<int64_t> given_back;
  if (head.given_back > 0) given_back = takers_->first_given_back();
  if (given_back) {
    number = *given_back;
    file_.write_given_back(head.given_back - 1);
  } else if (number > chunks_before_.back()) {
    return std::nullopt;
  }
  // Nobody holds the bytes of a chunk that was never taken, or whose scan is lost.
  file_.lock(LedgerFile::Lock::kOwn, kUntold + number, 1);
  file_.lock(LedgerFile::Lock::kOwn, kHeld + number, 1);
  takers_->take(number, taker_);
  if (!given_back) file_.write_next(number + 1, total_);
  next_ = chunk(number);
  return next_;
}

std::optional<Chunk> ChunkLedger::take(int64_t input) {
  std::optional<Chunk> chunk = see_next();
  if (!chunk || chunk->input != input || chunk->number < last_) return std::nullopt;
  current_ = *chunk;
  last_ = chunk->number;
  next_.reset();
  return chunk;
}

int64_t ChunkLedger::place_of_begin(int64_t number) const {
  return kLedgerHeadBytes + (std::ssize(sizes_) + number - 1) * kLedgerNumberBytes;
}

std::optional<int64_t> ChunkLedger::known_begin_of_records() {
  PENSTOCK_CHECK(current_.part > 1);
  return file_.number_at(place_of_begin(current_.number));
}

std::optional<int64_t> ChunkLedger::begin_of_records() {
  PENSTOCK_CHECK(current_.part > 1);
  if (auto begin = known_begin_of_records()) return begin;
  if (current_.number == first_) return std::nullopt;
  do {
    int64_t before = kUntold + current_.number - 1;
    file_.lock(LedgerFile::Lock::kShared, before, 1);
    file_.unlock(before, 1);
    if (auto begin = known_begin_of_records()) return begin;
  } while (awaits_successor(current_.number - 1));
  throw Error(fmt::format("{}: the scan that took chunk {} has ended without reading it",
                          file_.path(), current_.number - 1));
}

// Waits for another scan to take a chunk whose scan has ended without stating where the records of
// the next chunk begin. Returns false when the chunk is not given out again for some time, in which
// the error of that scan, which matters more, is reported.
bool ChunkLedger::awaits_successor(int64_t number) {
  for (auto left = kLastWait / kLookAgain; left > 0;) {
    // Another scan has it, or has even read it.
    if (known_begin_of_records()) return true;
    if (!file_.try_lock(LedgerFile::Lock::kShared, kUntold + number, 1)) return true;
    file_.unlock(kUntold + number, 1);
    if (!takers_->is_given_back(number)) --left;
    std::this_thread::sleep_for(kLookAgain);
  }
  return false;
}

void ChunkLedger::tell_next(int64_t offset) {
  PENSTOCK_CHECK(current_.number > 0);
  if (current_.part < current_.parts) {
    file_.write(place_of_begin(current_.number + 1), fmt::format("{:19}\n", offset));
  }
  file_.unlock(kUntold + current_.number, 1);
}

bool ChunkLedger::owns_all_before(int64_t number) {
  if (number == 1) return true;
  if (!file_.try_lock(LedgerFile::Lock::kShared, kHeld + 1, number - 1)) return false;
  file_.unlock(kHeld + 1, number - 1);
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
      LedgerHeadLock locked(file_);
      int64_t failed = file_.read_head().failed;
      is_first = failed == 0 || failed >= current_.number;
      if (is_first) file_.write_failed(current_.number);
    }
    if (!is_first) std::this_thread::sleep_for(kLastWait);
  } catch (const Error&) {
    // The ledger cannot be used any more, but the error to report is the one that led here.
    return;
  }
}

}  // namespace penstock
