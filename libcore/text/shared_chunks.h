// Reads a text together with other scans, one chunk at a time (os/CHUNKS.md).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "libcore/os/byte_source.h"
#include "libcore/os/chunks/source.h"
#include "libcore/text/free_list.h"
#include "libcore/text/text_chunks.h"
#include "libcore/text/text_format.h"

namespace penstock {

// Returns the size, in bytes, that all scans of a shared input use. Throws Error for a source that
// cannot be sought, and for one that is shorter now.
int64_t shared_size(const ByteSource& source, const SharedInput& shared);

// How the records of a shared text are separated.
struct SharedRecords {
  int64_t begin = 0;     // of the first one
  bool quotes = false;   // as in TextChunkOptions
  bool returns = false;  // as in TextChunkOptions
  // Makes the judge that passes over faults; empty when the first fault ends the reading.
  std::function<std::unique_ptr<RecordJudge>()> judge;
  char quote = '"';  // as in TextChunkOptions
};

// Not thread-safe. The chunks that all scans get are, together and ordered by offset, what
// TextChunks gives of the whole. Each scan holds in memory the records that start in one chunk of
// the input.
//
// Without a judge, the scans read at the same time, and wait for each other only to learn where
// their records begin. With a judge, each has to continue where the scan before it stopped, so they
// read in turn (2 to 3 GB/s).
class SharedChunks {
 public:
  // `source` and the source of chunks must outlive the object. Throws as shared_size() does.
  SharedChunks(ByteSource& source, SharedInput shared, SharedRecords records);

  // Returns the next records of a chunk; empty when no chunk of this input is left.
  // Before it returns, it states where the records of the next chunk begin. Throws the Errors of
  // both sources. After kTooLong no scan can read anything more.
  std::optional<TextChunk> next();

 private:
  TextChunkOptions range(int64_t begin, int64_t stop) const;
  std::optional<int64_t> known_begin(const Chunk& chunk) const;
  int64_t begin_of_records(const Chunk& chunk) const;
  void read_in_turn(const Chunk& chunk);
  void read_beside(const Chunk& chunk);
  bool is_quote(uint8_t byte) const {
    return byte == static_cast<uint8_t>(records_.quote) && records_.quotes;
  }
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
