// A text that several scans read together, a chunk of a ledger at a time (os/CHUNKS.md).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "libcore/os/byte_source.h"
#include "libcore/os/chunk_ledger.h"
#include "libcore/text/free_list.h"
#include "libcore/text/text_chunks.h"
#include "libcore/text/text_format.h"

namespace penstock {

// The size that all scans of a shared input go by. Throws Error for a source that cannot be sought,
// and for one that is shorter now.
int64_t shared_size(const ByteSource& source, const SharedInput& shared);

// How the records of a shared text are told apart.
struct SharedRecords {
  int64_t begin = 0;     // of the first one
  bool quotes = false;   // as in TextChunkOptions
  bool returns = false;  // as in TextChunkOptions
  // Makes the judge by which faults are passed over; empty when the first one ends all.
  std::function<std::unique_ptr<RecordJudge>()> judge;
};

// Not thread-safe. The chunks that all scans get are together, in the order of their offsets, what
// TextChunks gives of the whole; each scan has in memory the records that start in one chunk of the
// ledger.
//
// Without a judge scans read at the same time, and wait for each other only to learn where their
// records begin. With one each has to read on from there, so they read in turn (2 to 3 GB/s).
class SharedChunks {
 public:
  // `source` and the ledger outlive the object. Throws as shared_size() does.
  SharedChunks(ByteSource& source, SharedInput shared, SharedRecords records);

  // The next records of a chunk of the ledger; none when no chunk of this input is left. The ledger
  // knows by then where the next chunk's begin. Throws the source's and the ledger's Errors. After
  // kTooLong nothing can be read, by any scan.
  std::optional<TextChunk> next();

 private:
  TextChunkOptions range(int64_t begin, int64_t stop) const;
  std::optional<int64_t> known_begin(const Chunk& chunk) const;
  int64_t begin_of_records(const Chunk& chunk) const;
  void read_in_turn(const Chunk& chunk);
  void read_beside(const Chunk& chunk);
  bool read(MutableBuffer& buffer, int64_t begin, int64_t end) const;
  int64_t find_end(MutableBuffer& buffer, int64_t begin, int64_t end, bool& inside) const;
  bool is_too_long(const TextChunk& chunk, int64_t cut, int64_t end) const;

  ByteSource& source_;
  SharedInput shared_;
  SharedRecords records_;
  int64_t size_;
  std::deque<TextChunk> ready_;
  std::shared_ptr<FreeList<MutableBuffer>> buffers_;
};

}  // namespace penstock
