// Which scan has taken which chunk of a ledger. When a scan is lost, its chunks can be given out
// again, to other scans or to its next attempt. CHUNKS.md describes the lines of the ledger that
// record this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/os/ledger_file.h"

namespace penstock {

// The environment variable that names a process of a flow its task, as FRAGMENT.WORKER.ATTEMPT.
inline constexpr const char* kTaskVariable = "PENSTOCK_TASK";
// The most bytes of a taker's name. Names do not contain blanks.
inline constexpr int64_t kMostTakerBytes = 17;

// Returns the name under which this process takes chunks: its task, if the environment names one,
// else its process number.
std::string taker_name();

struct TakenChunk {
  int64_t number = 0;
  std::string taker;
  // Its scan has taken another chunk since, or has seen that there is none.
  bool is_finished = false;

  bool operator==(const TakenChunk&) const = default;
};

// Returns the chunks of a ledger that are taken, by number. Leaves out those that were given out
// again and are not taken yet. Empty for a ledger that no scan has opened. Throws Error when the
// file cannot be read or is not a ledger.
std::vector<TakenChunk> taken_chunks(const std::string& path);

// kAll: for a scan of which nothing remains. kUnfinished: for a scan whose finished chunks have all
// been used.
enum class LostChunks { kUnfinished, kAll };

// Gives the chunks of a scan out again: the next scans that ask for a chunk get these, the first
// one first. Scans that wait for the lost scan to state where records begin then wait for its
// successor. Call this within 0.3 s of the scan's end; after that they fail. Returns the number of
// chunks. Throws Error as taken_chunks() does. REQUIRES that the scan has ended.
int64_t give_out_again(const std::string& path, const std::string& taker, LostChunks which);

// The lines of a ledger about takers, for ChunkLedger. Not thread-safe. REQUIRES that the ledger's
// first lines are locked, except for is_given_back().
class ChunkTakers {
 public:
  // `file` must outlive it; `offset` is where the lines begin in it.
  ChunkTakers(LedgerFile& file, int64_t offset, int64_t total)
      : file_(file), offset_(offset), total_(total) {}

  // Returns the bytes of the lines of `total` chunks.
  static int64_t bytes(int64_t total) { return total * kLedgerNumberBytes; }

  void take(int64_t number, const std::string& taker);
  // Has no effect if the chunk has been given out again.
  void finish(int64_t number, const std::string& taker);
  void give_back(int64_t number);

  // Returns the first chunk that was given out again and is not taken since.
  std::optional<int64_t> first_given_back() const;
  bool is_given_back(int64_t number) const;
  std::vector<TakenChunk> taken() const;

 private:
  int64_t place(int64_t number) const { return offset_ + (number - 1) * kLedgerNumberBytes; }
  void write(int64_t number, const std::string& taker, char state);

  LedgerFile& file_;
  int64_t offset_;
  int64_t total_;
};

}  // namespace penstock
