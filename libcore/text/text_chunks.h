// Cuts a text input into pieces of whole records, for CSV, NDJSON and lines alike. This is the
// sequential part of reading, kept as short as possible, so that threads can parse the pieces.
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
#include "libcore/os/patience.h"
#include "libcore/text/csv/scanner.h"
#include "libcore/text/free_list.h"

namespace penstock {

// Bytes before and after those of a chunk that may be read.
inline constexpr int64_t kTextPad = 64;

// Text is read, and its quotes are counted, in pieces of this many bytes, which are then still in
// the second-level cache.
inline constexpr int64_t kTextPieceBytes = int64_t{256} << 10;

struct TextChunkOptions {
  int64_t chunk_bytes = kTextChunkBytes;  // a chunk is about this long, unless a record is longer
  int64_t first_bytes = 0;                // the first chunk is at least this long, if the input is
  int64_t max_record_bytes = kMaxRecordBytes;
  bool quotes = false;  // newlines between an odd and an even `quote` do not end a record
  char quote = '"';
  bool returns = false;  // a '\r' by itself ends a line too
  // For the bytes of a pipe. A chunk that has a whole record is returned without what is still to
  // come when patience ends.
  Patience patience = kLivePatience;
  // When set, the source can be sought and is read from this offset, at which a record begins; else
  // it is read with read().
  std::optional<int64_t> begin;
  int64_t end = 0;
  // When set, the records are those that begin before this offset of the source (counted from its
  // position if `begin` is not set); the last of them extends past it.
  std::optional<int64_t> stop;
};

// Reads the records of a text that may have faults, by the rules of its format.
class RecordJudge {
 public:
  virtual ~RecordJudge() = default;
  // Returns whether data[0, size) is whole records without a fault. The data ends in a line end
  // outside quotes, if quotes are counted whatever their places are. 64 bytes around it may be
  // read; those after it are spaces. May return false where a closer look does not pay.
  virtual bool is_right(const uint8_t* data, int64_t size) = 0;
  // Reads the record at the beginning of `text`, as CsvScanner::read() does.
  virtual CsvScanner::Record read(std::string_view text, bool at_end) = 0;
  // Refuses a line as CsvScanner::refuse_line() does, because the record is longer than the limit.
  virtual CsvScanner::Record refuse_line(std::string_view text, bool at_end) = 0;
};

// Whole records. The bytes belong to the chunk and are valid as long as it lives.
struct TextChunk {
  enum class State {
    kWhole,  // ends with a line end outside quotes; a newline is added if the input's end lacks it
    kUnclosed,  // the input ended inside quotes; its last record is not whole (a newline is added)
    kTooLong,   // begins with a record that exceeds max_record_bytes; nothing more can be read
  };
  FreeList<MutableBuffer>::Lease buffer;
  // 64 bytes before `data` and after data + size may be read; those after it are spaces.
  const uint8_t* data = nullptr;
  int64_t size = 0;
  int64_t offset = 0;  // of data in the source (counted as TextChunks::offset())
  State state = State::kWhole;
  bool newline_added = false;
  // Whether a judge read this chunk record by record. If so, `refused` are the records with a
  // fault, in order, and all others are right. If not, and there is a judge, all records are right.
  bool judged = false;
  std::vector<CsvProblem> refused;
};

inline std::string_view text_of(const TextChunk& chunk) {
  return {reinterpret_cast<const char*>(chunk.data), static_cast<size_t>(chunk.size)};
}

// Not thread-safe; chunks may be used and destroyed in other threads, and may outlive this object.
class TextChunks {
 public:
  // `source` must outlive the object.
  TextChunks(ByteSource& source, TextChunkOptions options);

  // From the next chunk on, `judge` reads the records: faults are returned as TextChunk::refused,
  // and reading continues after them. Chunks are kWhole, or kTooLong if a refused line alone
  // exceeds max_record_bytes. Which records are refused does not depend on where chunks are cut.
  // `quotes` replaces the option.
  void judge_by(std::unique_ptr<RecordJudge> judge, bool quotes) {
    judge_ = std::move(judge);
    options_.quotes = quotes;
  }

  // From the next chunk on, waits for bytes as `patience` says.
  void wait_as(Patience patience) { options_.patience = patience; }

  // Returns the next chunk, which is not empty; empty at the end. Throws the source's Errors. No
  // chunk follows kUnclosed or kTooLong.
  std::optional<TextChunk> next();

  // Puts the bytes of the last chunk from `from` on back, to be read again, for a caller that has
  // to see the beginning of a text before it knows how to read it. REQUIRES no call of next() since
  // that chunk.
  void take_back(TextChunk chunk, int64_t from);

  // Returns where the next record after the returned chunks begins: an offset of the source
  // (counted from its first position if options.begin is not set).
  int64_t offset() const { return offset_; }

 private:
  // Reads up to `size` more bytes to `out`; returns 0 at the end.
  int64_t read(uint8_t* out, int64_t size);
  // Reads until the chunk has `target` bytes and at least one more than before, or the input ends;
  // or until patience ends, and then returns false.
  bool fill(int64_t target, PatientWait& patience);
  // Returns the number of bytes for the next fill(), after `filled_` were too few.
  int64_t next_target() const;
  // Returns the end of the last record that can be cut off; -1 when more bytes are needed. `from`
  // is the end of the bytes that were searched before.
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
  // Bytes from the chunk's first to options_.stop.
  int64_t room() const;
  // Returns whether the chunk has the input's last byte.
  bool is_last() const { return at_end_ && carry_at_ == carry_.size(); }

  ByteSource& source_;
  TextChunkOptions options_;
  std::unique_ptr<RecordJudge> judge_;
  int64_t offset_ = 0;   // of the chunk being made
  int64_t read_to_ = 0;  // of the source
  std::shared_ptr<FreeList<MutableBuffer>> buffers_;
  // Bytes that were read and not returned yet, from carry_at_ on.
  MutableBuffer carry_;
  int64_t carry_at_ = 0;
  // The bytes of the chunk being made.
  MutableBuffer* buffer_ = nullptr;
  int64_t filled_ = 0;
  bool all_carried_ = true;  // all its bytes come from carry_
  bool inside_ = false;      // whether its end is inside quotes, by counting them
  bool at_end_ = false;      // the source has no more bytes
  bool ended_ = false;       // no further chunk
};

}  // namespace penstock
