// A text input cut into pieces that hold whole records, for CSV, NDJSON and lines alike: the
// sequential part of reading, kept as short as it can be, so that threads can parse the pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "libcore/base/limits.h"
#include "libcore/data/buffer.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/free_list.h"

namespace penstock {

struct TextChunkOptions {
  int64_t chunk_bytes = kTextChunkBytes;  // a chunk is about this long, unless a record is longer
  int64_t max_record_bytes = kMaxRecordBytes;
  bool quotes = false;  // newlines between an odd and an even '"' do not end a record
  // When set, bytes [begin, end) of a source that can be sought; else what read() gives.
  std::optional<int64_t> begin;
  int64_t end = 0;
};

// Whole records. The bytes belong to the chunk and are valid as long as it lives.
struct TextChunk {
  enum class State {
    kWhole,     // ends with a newline outside quotes; at the input's end one is added if it lacks
    kUnclosed,  // the input ended inside quotes; its last record is not whole (a newline is added)
    kTooLong,   // starts with a record that exceeds max_record_bytes; nothing else can be read
  };
  FreeList<MutableBuffer>::Lease buffer;
  // 64 bytes before data and after data + size may be read; those after are spaces.
  const uint8_t* data = nullptr;
  int64_t size = 0;
  State state = State::kWhole;
};

// Not thread-safe; chunks may be used and destroyed in other threads and outlive this.
class TextChunks {
 public:
  // `source` outlives the object.
  TextChunks(ByteSource& source, TextChunkOptions options);

  // The next chunk, never empty; none at the end. Throws the source's Errors. After kUnclosed or
  // kTooLong comes no further chunk.
  std::optional<TextChunk> next();

 private:
  // Reads on at `out`, up to `size` bytes; 0 at the end.
  int64_t read(uint8_t* out, int64_t size);

  ByteSource& source_;
  TextChunkOptions options_;
  int64_t offset_ = 0;
  std::shared_ptr<FreeList<MutableBuffer>> buffers_;
  MutableBuffer carry_;  // the beginning of the next chunk's first record
  bool ended_ = false;
};

}  // namespace penstock
