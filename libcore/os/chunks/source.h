// Where a scan gets its chunks of an input that it reads together with other scans: from a file
// that they share (ledger.h), or from the manager of the flow (granted.h). CHUNKS.md describes
// both.
//
// A scan that is slow, or has the heavy part, takes fewer chunks and delays no other scan. A scan
// does not need to know how many others there are. Each byte is read once: whether a cut lies
// inside quotes is known from the scan that has read the text before the cut.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/os/chunks/division.h"

namespace penstock {

// How long a scan that fails waits for those that have earlier chunks.
inline constexpr std::chrono::milliseconds kMostPatience{2000};

// Where a record begins: the first one of a chunk, or, if nobody has found that, an earlier one
// from which a reader finds it by reading on. In the latter case offset 0 stands for the first
// record of the input.
struct RecordsBegin {
  int64_t offset = 0;
  bool is_of_chunk = false;

  bool operator==(const RecordsBegin&) const = default;
};

// Not thread-safe.
//
// A scan takes a chunk, reads it, asks where its records begin, and at once states where those of
// the next chunk begin, before it does anything that may take long, because other scans wait for
// this.
class ChunkSource {
 public:
  ChunkSource() = default;
  virtual ~ChunkSource() = default;
  ChunkSource(const ChunkSource&) = delete;
  ChunkSource& operator=(const ChunkSource&) = delete;

  // Returns an input that this scan can open before it has a chunk, for its schema.
  virtual int64_t first_input() const = 0;

  // Returns the size of an input, in bytes, that all scans use. REQUIRES first_input(), or the
  // input of the chunk which peek() or take() returned last.
  virtual int64_t size_of(int64_t input) const = 0;

  // Returns the chunk that take() will return, whichever input it lies in; empty when all are
  // taken. From then on the chunk belongs to this scan, and the one taken before is finished.
  // Chunks are taken in the order of their numbers, except that a manager gives those out first
  // whose scan was lost. Throws Error when the source cannot be used any more.
  std::optional<Chunk> peek();

  // Takes the next chunk if it lies in `input` and comes after those that were taken since the last
  // call of peek(). Empty when it lies elsewhere, or all chunks are taken. Throws as peek() does.
  std::optional<Chunk> take(int64_t input);

  // Returns where the first record of the chunk that was taken last begins, which may be after the
  // chunk's end, or from where to look for it. Waits for the scan that has the chunk before. Throws
  // Error when that scan ended in such a way that nobody can know. REQUIRES a chunk that is not the
  // first of its input.
  virtual RecordsBegin begin_of_records() = 0;
  // Returns the offset only if it is known now; never waits.
  virtual std::optional<int64_t> known_begin_of_records() = 0;

  // States where the first record at or after the end of the chunk that was taken last begins.
  // Throws Error when the source cannot be used any more.
  virtual void tell_next(int64_t offset) = 0;

  // Call this before failing because of the chunk that was taken or seen last. Waits some time for
  // the scans that have earlier chunks, which may fail too. So of several faults the first one of
  // the input is reported, as if one scan had read all of it.
  virtual void give_way() noexcept = 0;

 protected:
  // Finishes `ended` (number 0: none) and gets another chunk for this scan; empty when all are
  // taken.
  virtual std::optional<Chunk> get_after(const Chunk& ended) = 0;
  // The chunk that was taken last and is not finished; number 0 for none.
  const Chunk& current() const { return current_; }
  // The number of the chunk that this scan holds, taken or only seen; 0 for none.
  int64_t held() const { return next_ ? next_->number : current_.number; }

 private:
  std::optional<Chunk> see_next();

  std::optional<Chunk> next_;  // seen, but not taken
  Chunk current_;
  int64_t last_ = 0;  // taken last since peek()
};

// Opens the file of chunks of that name; where it is an inherited socket, named /dev/fd/N, asks the
// manager of the flow. `sizes` are the sizes of the inputs in bytes. Throws Error as ChunkLedger
// and GrantedChunks do.
std::unique_ptr<ChunkSource> open_chunk_source(const std::string& name,
                                               const std::vector<int64_t>& sizes);

}  // namespace penstock
