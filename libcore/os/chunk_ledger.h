// The ledger of chunks: a file through which scans that run side by side divide an input. It
// records which chunks are taken, and where the first record of each chunk begins.
//
// A scan that is slow, or has the heavy part, takes fewer chunks and delays no other scan. A scan
// does not need to know how many others there are. Each byte is read once: whether a cut lies
// inside quotes is known from the scan that has read the text before the cut.
//
// CHUNKS.md describes the format of the file, which a shell can begin ("1 64").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/os/chunk_takers.h"
#include "libcore/os/ledger_file.h"

namespace penstock {

// A piece of an input: bytes [begin, end), and the records that start in it.
struct Chunk {
  int64_t number = 0;  // from 1, over all inputs
  int64_t input = 0;   // from 0
  int64_t part = 0;    // from 1, within its input
  int64_t parts = 0;
  int64_t begin = 0;
  int64_t end = 0;  // the size of the input for its last part
};

// Returns the smallest number of chunks of inputs of these sizes (bytes) with which no chunk is
// longer than kLedgerChunkBytes. Each input has at least one chunk.
int64_t least_chunks(const std::vector<int64_t>& sizes);

// Makes or replaces a ledger of chunks 1 to `total`, of inputs that have these sizes in bytes.
// REQUIRES total >= sizes.size() > 0. Throws Error when the file cannot be written.
void make_chunk_ledger(const std::string& path, int64_t total, const std::vector<int64_t>& sizes);

// Not thread-safe; other processes, and other objects, may use the same file at the same time.
//
// A scan takes a chunk, reads it, asks where its records begin, and at once states where those of
// the next chunk begin, before it does anything that may take long, because other scans wait for
// this. They notice when a scan ends without stating it.
class ChunkLedger {
 public:
  // `sizes` are the sizes of the inputs in bytes. A ledger that a shell made records those of the
  // first scan. Throws Error when the file cannot be opened or is not a ledger, when it has fewer
  // chunks than there are inputs, or when it is for another number of inputs.
  // `taker` is the name of this scan in the ledger (chunk_takers.h).
  ChunkLedger(std::string path, const std::vector<int64_t>& sizes,
              std::string taker = taker_name());
  ChunkLedger(const ChunkLedger&) = delete;
  ChunkLedger& operator=(const ChunkLedger&) = delete;

  int64_t total() const { return total_; }
  // The size of an input, in bytes, that all scans use.
  int64_t size_of(int64_t input) const { return sizes_[static_cast<size_t>(input)]; }

  // Returns the chunk that take() will return, whichever input it lies in; empty when all are
  // taken. From then on the chunk belongs to this scan, and the one taken before is finished.
  // Chunks are taken in the order of their numbers, except that those which are given out again
  // after their scan was lost (chunk_takers.h) come first. Throws Error when the file cannot be
  // read or written, or is not a ledger any more.
  std::optional<Chunk> peek();

  // Takes the next chunk if it lies in `input` and comes after those that were taken since the last
  // call of peek(). Empty when it lies elsewhere, or all chunks are taken. Throws as peek() does.
  std::optional<Chunk> take(int64_t input);

  // Returns where the first record of the chunk that was taken last begins, which may be after the
  // chunk's end. Waits for the scan that has the chunk before. Empty when no scan has read the
  // chunk before, because the ledger began with this one. Throws Error when the scan that has the
  // chunk before ended without stating it, and the chunk is not given out again. REQUIRES a chunk
  // that is not the first of its input.
  std::optional<int64_t> begin_of_records();
  // The same, but never waits: empty also when it is not known yet.
  std::optional<int64_t> known_begin_of_records();

  // States where the first record at or after the end of the chunk that was taken last begins.
  // Throws Error when the file cannot be written.
  void tell_next(int64_t offset);

  // Call this before failing because of the chunk that was taken last. Waits some time for the
  // scans that have earlier chunks, which may fail too. So of several faults the first one of the
  // input is reported, as if one scan had read all of it.
  void give_way() noexcept;

 private:
  void read_all(const std::vector<int64_t>& sizes);
  void share_out();
  Chunk chunk(int64_t number) const;
  std::optional<Chunk> see_next();
  bool owns_all_before(int64_t number);
  bool awaits_successor(int64_t number);
  int64_t place_of_begin(int64_t number) const;

  LedgerFile file_;
  std::string taker_;
  std::optional<ChunkTakers> takers_;
  int64_t total_ = 0;
  int64_t first_ = 1;  // the chunk with which the ledger began
  std::vector<int64_t> sizes_;
  std::vector<int64_t> chunks_before_;  // of each input, and of all at the end
  std::optional<Chunk> next_;           // seen, but not taken
  Chunk current_;                       // taken last; number 0 for none
  int64_t last_ = 0;                    // taken last since peek()
};

}  // namespace penstock
