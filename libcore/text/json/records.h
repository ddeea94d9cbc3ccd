// Finds JSON records by their braces alone, for a file that is one array and for records that
// extend over several lines. The sequential part of reading those.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "libcore/base/limits.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/free_list.h"
#include "libcore/text/text_chunks.h"

namespace penstock {

// Finds the ends of values that follow each other. Pass it all bytes in order, in pieces.
class JsonRecordScanner {
 public:
  // Continues at data[from, size). Returns the position after the bracket that ends a record; or,
  // at a ']' without its '[', the position of it with closed() set; or -1 at the end of the bytes.
  int64_t next_end(const uint8_t* data, int64_t from, int64_t size);
  bool closed() const { return closed_; }
  bool in_record() const { return depth_ > 0; }
  bool in_string() const { return in_string_; }

 private:
  int64_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;  // the byte before was a backslash in a string
  bool closed_ = false;
};

// A piece of input with whole records.
struct JsonChunk {
  TextChunk text;
  bool first = true;            // of an array: there is no comma before its first record
  int64_t newlines_before = 0;  // in skipped bytes since the last chunk
  std::string fault;            // what is wrong with the input after these last records
};

struct JsonRecordChunkOptions {
  bool array = false;  // the source is at the place after the '[' of an array
  int64_t chunk_bytes = kTextChunkBytes;
  int64_t max_record_bytes = kMaxRecordBytes;
};

// Not thread-safe; chunks may be used and destroyed in other threads and outlive this.
class JsonRecordChunks {
 public:
  using Options = JsonRecordChunkOptions;

  // `source` must outlive the object.
  JsonRecordChunks(ByteSource& source, Options options);

  // Returns the next chunk; empty at the end. Throws the source's Errors.
  std::optional<JsonChunk> next();

 private:
  struct Cut {
    int64_t records = -1;  // the end of the last whole record, -1 for none
    int64_t closed = -1;   // where the array ends
  };
  // Returns how many bytes there are then: `target`, or fewer at the end and when patience ends,
  // but more than `filled`.
  int64_t fill(MutableBuffer& buffer, int64_t filled, int64_t target, PatientWait& patience);
  // Continues the scan at data[from, size).
  void scan(const uint8_t* data, int64_t from, int64_t size, Cut& cut);
  // What follows the array's end: nothing, or a chunk that has a fault alone.
  std::optional<JsonChunk> after_array();
  bool only_space_follows(const uint8_t* data, int64_t size);

  ByteSource& source_;
  Options options_;
  std::shared_ptr<FreeList<MutableBuffer>> buffers_;
  MutableBuffer carry_;
  JsonRecordScanner scanner_;
  bool first_ = true;
  bool ended_ = false;   // nothing more can be read
  bool closed_ = false;  // the array has ended
  bool done_ = false;
};

}  // namespace penstock
