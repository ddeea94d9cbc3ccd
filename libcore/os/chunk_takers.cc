#include "libcore/os/chunk_takers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "libcore/base/check.h"

namespace penstock {
namespace {

// The last of a line's bytes but for the newline. A line of zeros is of a chunk that nobody had.
constexpr char kTaken = 't';
constexpr char kFinished = 'f';
constexpr char kGivenBack = 'a';

char state_of(std::string_view line) {
  return std::ssize(line) < kLedgerNumberBytes ? '\0' : line[kLedgerNumberBytes - 2];
}

std::string taker_of(std::string_view line) {
  line = line.substr(0, kMostTakerBytes);
  return std::string(line.substr(line.find_last_of(' ') + 1));
}

// The lines of a ledger's file; nothing when no scan has opened it.
std::optional<ChunkTakers> takers_of(LedgerFile& file, const LedgerHead& head) {
  if (!head.is_whole) return std::nullopt;
  return ChunkTakers(file, kLedgerHeadBytes + (head.inputs + head.total) * kLedgerNumberBytes,
                     head.total);
}

}  // namespace

std::string taker_name() {
  const char* task = std::getenv(kTaskVariable);
  std::string_view name = task != nullptr ? task : "";
  bool is_name = !name.empty() && std::ssize(name) <= kMostTakerBytes &&
                 name.find_first_not_of("0123456789.") == name.npos;
  return is_name ? std::string(name) : std::to_string(getpid());
}

std::vector<TakenChunk> taken_chunks(const std::string& path) {
  LedgerFile file(path);
  LedgerHeadLock locked(file);
  std::optional<ChunkTakers> takers = takers_of(file, file.read_head());
  return takers ? takers->taken() : std::vector<TakenChunk>();
}

int64_t give_out_again(const std::string& path, const std::string& taker, LostChunks which) {
  LedgerFile file(path);
  LedgerHeadLock locked(file);
  LedgerHead head = file.read_head();
  std::optional<ChunkTakers> takers = takers_of(file, head);
  if (!takers) return 0;
  int64_t count = 0;
  for (const TakenChunk& chunk : takers->taken()) {
    if (chunk.taker != taker || (chunk.is_finished && which != LostChunks::kAll)) continue;
    takers->give_back(chunk.number);
    ++count;
  }
  file.write_given_back(head.given_back + count);
  return count;
}

void ChunkTakers::write(int64_t number, const std::string& taker, char state) {
  PENSTOCK_CHECK(number >= 1 && number <= total_ && std::ssize(taker) <= kMostTakerBytes);
  file_.write(place(number), fmt::format("{:>{}} {}\n", taker, kMostTakerBytes, state));
}

void ChunkTakers::take(int64_t number, const std::string& taker) {
  write(number, taker, kTaken);
}

void ChunkTakers::finish(int64_t number, const std::string& taker) {
  std::string line = file_.read(place(number), kLedgerNumberBytes);
  if (state_of(line) == kTaken && taker_of(line) == taker) write(number, taker, kFinished);
}

void ChunkTakers::give_back(int64_t number) {
  write(number, "", kGivenBack);
}

bool ChunkTakers::is_given_back(int64_t number) const {
  return state_of(file_.read(place(number), kLedgerNumberBytes)) == kGivenBack;
}

std::optional<int64_t> ChunkTakers::first_given_back() const {
  std::string lines = file_.read(offset_, bytes(total_));
  for (int64_t i = 0; i < total_; ++i) {
    auto begin = static_cast<size_t>(i * kLedgerNumberBytes);
    if (begin >= lines.size()) break;
    if (state_of(std::string_view(lines).substr(begin)) == kGivenBack) return i + 1;
  }
  return std::nullopt;
}

std::vector<TakenChunk> ChunkTakers::taken() const {
  std::vector<TakenChunk> chunks;
  std::string lines = file_.read(offset_, bytes(total_));
  for (int64_t i = 0; (i + 1) * kLedgerNumberBytes <= std::ssize(lines); ++i) {
    std::string_view line(lines);
    line = line.substr(static_cast<size_t>(i * kLedgerNumberBytes), kLedgerNumberBytes);
    char state = state_of(line);
    if (state != kTaken && state != kFinished) continue;
    chunks.push_back({i + 1, taker_of(line), state == kFinished});
  }
  return chunks;
}

}  // namespace penstock
