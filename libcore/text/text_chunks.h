// A text input cut into pieces that hold whole records, for CSV, NDJSON and lines alike: the
// sequential part of reading, kept as short as it can be, so that threads can parse the pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/data/buffer.h"
#include "libcore/os/byte_source.h"
#include "libcore/text/csv/scanner.h"
#include "libcore/text/free_list.h"

namespace penstock {

// Bytes before and behind a chunk's that may be read.
inline constexpr int64_t kTextPad = 64;

// Text is read, and its quotes are counted, in pieces that are then still in the second-level
// cache.
inline constexpr int64_t kTextPieceBytes = int64_t{256} << 10;

struct TextChunkOptions {
  int64_t chunk_bytes = kTextChunkBytes;  // a chunk is about this long, unless a record is longer
  int64_t first_bytes = 0;  // the first chunk is at least so long, where there is as much
  int64_t max_record_bytes = kMaxRecordBytes;
  bool quotes = false;   // newlines between an odd and an even '"' do not end a record
  bool returns = false;  // a '\r' by itself ends a line too
  // When set, bytes [begin, end) of a source that can be sought; else what read() gives. A record
  // begins at `begin`.
  std::optional<int64_t> begin;
  int64_t end = 0;
  // When set, records are read that begin before this offset of the source (counted from where it
  // stands when `begin` is not set); the last of them goes on past it.
  std::optional<int64_t> stop;
};

// How a text with faults is read on: who knows the format says where its records are.
class RecordJudge {
 public:
  virtual ~RecordJudge() = default;
  // Whether data[0, size), which ends in a line end outside quotes if these are counted as they
  // stand, is whole records without a fault. 64 bytes around it may be read; those after are
  // spaces. It may say no where it is not worth to look closer.
  virtual bool is_right(const uint8_t* data, int64_t size) = 0;
  // The record that `text` begins with, as CsvScanner::read() tells.
  virtual CsvScanner::Record read(std::string_view text, bool at_end) = 0;
  // As CsvScanner::refuse_line(), because the record is longer than the limit.
  virtual CsvScanner::Record refuse_line(std::string_view text, bool at_end) = 0;
};

// Whole records. The bytes belong to the chunk and are valid as long as it lives.
struct TextChunk {
  enum class State {
    kWhole,  // ends with a line end outside quotes; a newline is added if the input's end lacks it
    kUnclosed,  // the input ended inside quotes; its last record is not whole (a newline is added)
    kTooLong,   // starts with a record that exceeds max_record_bytes; nothing else can be read
  };
  FreeList<MutableBuffer>::Lease buffer;
  // 64 bytes before data and after data + size may be read; those after are spaces.
  const uint8_t* data = nullptr;
  int64_t size = 0;
  int64_t offset = 0;  // of data in the source (counted as TextChunks::offset())
  State state = State::kWhole;
  bool newline_added = false;
  // Whether a judge read this chunk record by record; then `refused` are the records with a fault,
  // in order, and all others are right. If not, and a judge is there, all are.
  bool judged = false;
  std::vector<CsvProblem> refused;
};

inline std::string_view text_of(const TextChunk& chunk) {
  return {reinterpret_cast<const char*>(chunk.data), static_cast<size_t>(chunk.size)};
}

// Not thread-safe; chunks may be used and destroyed in other threads and outlive this.
class TextChunks {
 public:
  // `source` outlives the object.
  TextChunks(ByteSource& source, TextChunkOptions options);

  // From the next chunk on, records are where `judge` reads them: faults come as
  // TextChunk::refused and the reading goes on after them. Chunks are kWhole, or kTooLong where a
  // refused line by itself exceeds max_record_bytes. Where the chunks are cut changes nothing of
  // what is refused. `quotes` replaces the option.
  void judge_by(std::unique_ptr<RecordJudge> judge, bool quotes) {
    judge_ = std::move(judge);
    options_.quotes = quotes;
  }

  // The next chunk, never empty; none at the end. Throws the source's Errors. After kUnclosed or
  // kTooLong comes no further chunk.
  std::optional<TextChunk> next();

  // Takes back the bytes of the last chunk from `from` on, to be read again: for who must see the
  // beginning of a text to know how to read it. REQUIRES no call of next() since that chunk.
  void take_back(TextChunk chunk, int64_t from);

  // Where the next record begins after the chunks given: an offset of the source (counted from
  // where it stood when options.begin is not set).
  int64_t offset() const { return offset_; }

 private:
  // Reads on at `out`, up to `size` bytes; 0 at the end.
  int64_t read(uint8_t* out, int64_t size);
  // Reads until the chunk has `target` bytes, and one more than before, or the input ends.
  void fill(int64_t target);
  // How many bytes to fill in after `filled_` were too few.
  int64_t next_target() const;
  // Where records end that can be cut off; -1 when that takes more bytes. `from` is how far it was
  // looked before.
  int64_t find_cut(TextChunk& chunk, int64_t from);
  int64_t cut_by_quotes(int64_t from) const;
  int64_t cut_at_stop() const;
  int64_t cut_by_judge(TextChunk& chunk);
  bool is_right(int64_t size);
  bool ends_line() const;
  void add_newline(TextChunk& chunk);
  // Makes data[0, cut) the chunk and keeps the rest.
  void split(TextChunk& chunk, int64_t cut);
  uint8_t* data() const;
  std::string_view text(int64_t from, int64_t size) const;
  // Bytes up to options_.stop, from the chunk's first.
  int64_t room() const;
  // Whether the chunk has the input's last byte.
  bool is_last() const { return at_end_ && carry_at_ == carry_.size(); }

  ByteSource& source_;
  TextChunkOptions options_;
  std::unique_ptr<RecordJudge> judge_;
  int64_t offset_ = 0;   // of the chunk being made
  int64_t read_to_ = 0;  // of the source
  std::shared_ptr<FreeList<MutableBuffer>> buffers_;
  // Bytes that were read and not given out, from carry_at_ on.
  MutableBuffer carry_;
  int64_t carry_at_ = 0;
  // Of the chunk being made.
  MutableBuffer* buffer_ = nullptr;
  int64_t filled_ = 0;
  bool all_carried_ = true;  // it has nothing but what was in carry_
  bool inside_ = false;      // whether its end is inside quotes, if these are counted as they stand
  bool at_end_ = false;      // the source has no more bytes
  bool ended_ = false;       // no further chunk
};

}  // namespace penstock
