#include "libcore/os/chunks/ledger.h"

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

// How long a scan waits before it fails, if one that has an earlier chunk has failed.
constexpr milliseconds kLastWait{300};
constexpr milliseconds kLookAgain{5};

// Writes a whole ledger, in which no beginning of records is known yet.
void write_ledger(LedgerFile& file, int64_t next, int64_t total,
                  const std::vector<int64_t>& sizes) {
  std::string text = fmt::format("{:19} {:19} {:19}\n", 0, next, sizes.size());
  for (int64_t size : sizes)
    text += fmt::format("{:19}\n", size);
  file.resize(kLedgerNextLine + std::ssize(text) + total * kLedgerNumberBytes);
  // Writes the first line last, so that a ledger that is half written is not taken for one.
  file.write(kLedgerNextLine, text);
  file.write_next(next, total);
}

}  // namespace

void make_chunk_ledger(const std::string& path, int64_t total, const std::vector<int64_t>& sizes) {
  PENSTOCK_CHECK(!sizes.empty() && total >= std::ssize(sizes));
  LedgerFile file = LedgerFile::create(path);
  write_ledger(file, 1, total, sizes);
}

ChunkLedger::ChunkLedger(std::string path, const std::vector<int64_t>& sizes)
    : file_(std::move(path)) {
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
    division_.emplace(sizes, total_);
  } else {
    first_ = head.first;
    if (head.inputs != std::ssize(sizes)) {
      throw Error(
          fmt::format("{}: is for {} inputs, not for {}", file_.path(), head.inputs, sizes.size()));
    }
    std::vector<int64_t> recorded;
    for (int64_t i = 0; i < head.inputs; ++i) {
      auto size = file_.number_at(kLedgerHeadBytes + i * kLedgerNumberBytes);
      if (!size || *size < 0) file_.refuse();
      recorded.push_back(*size);
    }
    if (total_ < head.inputs) file_.refuse();
    division_.emplace(std::move(recorded), total_);
  }
}

std::optional<Chunk> ChunkLedger::get_after(const Chunk& ended) {
  if (ended.number > 0) {
    file_.unlock(kHeld + ended.number, 1);
    file_.unlock(kUntold + ended.number, 1);
  }
  LedgerHeadLock locked(file_);
  LedgerHead head = file_.read_head();
  if (head.total != total_) file_.refuse();
  const int64_t number = head.next;
  if (number > division_->count()) return std::nullopt;
  // Nobody holds the bytes of a chunk that was never taken.
  file_.lock(LedgerFile::Lock::kOwn, kUntold + number, 1);
  file_.lock(LedgerFile::Lock::kOwn, kHeld + number, 1);
  file_.write_next(number + 1, total_);
  return division_->chunk(number);
}

int64_t ChunkLedger::place_of_begin(int64_t number) const {
  return kLedgerHeadBytes + (division_->inputs() + number - 1) * kLedgerNumberBytes;
}

std::optional<int64_t> ChunkLedger::known_begin_of_records() {
  PENSTOCK_CHECK(current().part > 1);
  return file_.number_at(place_of_begin(current().number));
}

RecordsBegin ChunkLedger::begin_of_records() {
  const int64_t number = current().number;
  if (auto begin = known_begin_of_records()) return {*begin, true};
  if (number == first_) return {};
  const int64_t before = kUntold + number - 1;
  file_.lock(LedgerFile::Lock::kShared, before, 1);
  file_.unlock(before, 1);
  if (auto begin = known_begin_of_records()) return {*begin, true};
  // By then the error of that scan, which matters more, is reported.
  std::this_thread::sleep_for(kLastWait);
  throw Error(fmt::format("{}: the scan that took chunk {} has ended without reading it",
                          file_.path(), number - 1));
}

void ChunkLedger::tell_next(int64_t offset) {
  PENSTOCK_CHECK(current().number > 0);
  if (current().part < current().parts) {
    file_.write(place_of_begin(current().number + 1), fmt::format("{:19}\n", offset));
  }
  file_.unlock(kUntold + current().number, 1);
}

bool ChunkLedger::owns_all_before(int64_t number) {
  if (number == 1) return true;
  if (!file_.try_lock(LedgerFile::Lock::kShared, kHeld + 1, number - 1)) return false;
  file_.unlock(kHeld + 1, number - 1);
  return true;
}

void ChunkLedger::give_way() noexcept {
  const int64_t number = held();
  if (number == 0) return;
  try {
    auto patience = kMostPatience / kLookAgain;
    for (auto i = patience; i > 0 && !owns_all_before(number); --i)
      std::this_thread::sleep_for(kLookAgain);
    bool is_first = false;
    {
      LedgerHeadLock locked(file_);
      int64_t failed = file_.read_head().failed;
      is_first = failed == 0 || failed >= number;
      if (is_first) file_.write_failed(number);
    }
    if (!is_first) std::this_thread::sleep_for(kLastWait);
  } catch (const Error&) {
    // The ledger cannot be used any more, but the error to report is the one that led here.
    return;
  }
}

}  // namespace penstock
