// Which scan has taken which chunk of a ledger, and what to do when a scan is lost: its chunks can
// be given out again, to others or to its next attempt. CHUNKS.md has where that stands in the
// ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/os/ledger_file.h"

namespace penstock {

// The environment variable by which a process of a flow learns which task it is, as
// FRAGMENT.WORKER.ATTEMPT.
inline constexpr const char* kTaskVariable = "PENSTOCK_TASK";
// What a taker's name may have at most. Names have no blanks.
inline constexpr int64_t kMostTakerBytes = 17;

// By which name we take chunks: our task's, where the environment names one, else our process's
// number.
std::string taker_name();

struct TakenChunk {
  int64_t number = 0;
  std::string taker;
  // Its scan has taken another one since, or seen that there is none.
  bool is_finished = false;

  bool operator==(const TakenChunk&) const = default;
};

// The chunks of a ledger that are taken, by number. Those that were given out again and are not
// taken yet are left out. Empty for a ledger that no scan has opened. Throws Error when the file
// cannot be read or is not a ledger.
std::vector<TakenChunk> taken_chunks(const std::string& path);

// kAll is for a scan of which nothing remains, kUnfinished for one of which all chunks that it had
// finished have been used.
enum class LostChunks { kUnfinished, kAll };

// Gives out again what a scan had taken: the next scans that ask for a chunk get these, the first
// one first. Those that wait for a lost scan to say where records begin then wait for its
// successor; to be called within 0.3 s of the scan's end, after which they fail. Returns how many
// chunks it were. Throws Error as taken_chunks() does. REQUIRES that the scan has ended.
int64_t give_out_again(const std::string& path, const std::string& taker, LostChunks which);

// The lines of a ledger that say it, for ChunkLedger. Not thread-safe; the ledger's first lines are
// to be locked, but for is_given_back().
class ChunkTakers {
 public:
  // `file` outlives it; `offset` is where in it the lines begin.
  ChunkTakers(LedgerFile& file, int64_t offset, int64_t total)
      : file_(file), offset_(offset), total_(total) {}

  // How many bytes the lines of `total` chunks take.
  static int64_t bytes(int64_t total) { return total * kLedgerNumberBytes; }

  void take(int64_t number, const std::string& taker);
  // Of no effect when the chunk has been given out again.
  void finish(int64_t number, const std::string& taker);
  void give_back(int64_t number);

  // The first chunk that was given out again and that nobody has taken since.
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
