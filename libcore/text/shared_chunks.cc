#include "libcore/text/shared_chunks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/text/byte_scan.h"

namespace penstock {
namespace {

// The bytes that are read at a time after a chunk, to the end of its last record: at first, and at
// most.
constexpr int64_t kFirstBeyond = int64_t{4} << 10;
constexpr int64_t kMostBeyond = int64_t{64} << 10;

}  // namespace

int64_t shared_size(const ByteSource& source, const SharedInput& shared) {
  if (!source.size()) {
    throw Error(source.name() +
                ": --chunks needs a file that can be sought, not a pipe or compressed data");
  }
  int64_t size = shared.source->size_of(shared.input);
  if (*source.size() < size) {
    throw Error(fmt::format("{}: has {} bytes, but had {} when it was divided into chunks",
                            source.name(), *source.size(), size));
  }
  return size;
}

SharedChunks::SharedChunks(ByteSource& source, SharedInput shared, SharedRecords records)
    : source_(source),
      shared_(shared),
      records_(std::move(records)),
      size_(shared_size(source, shared)),
      buffers_(std::make_shared<FreeList<MutableBuffer>>()) {
  records_.begin = std::min(records_.begin, size_);
}

std::optional<TextChunk> SharedChunks::next() {
  while (ready_.empty()) {
    std::optional<Chunk> chunk = shared_.source->take(shared_.input);
    if (!chunk) return std::nullopt;
    if (records_.judge) {
      read_in_turn(*chunk);
    } else {
      read_beside(*chunk);
    }
  }
  TextChunk chunk = std::move(ready_.front());
  ready_.pop_front();
  return chunk;
}

// Records that begin in [begin, stop), where one begins at `begin`.
TextChunkOptions SharedChunks::range(int64_t begin, int64_t stop) const {
  TextChunkOptions range;
  range.chunk_bytes = kLedgerChunkBytes;
  range.quotes = records_.quotes;
  range.quote = records_.quote;
  range.returns = records_.returns;
  range.begin = begin;
  range.end = size_;
  range.stop = stop;
  return range;
}

std::optional<int64_t> SharedChunks::known_begin(const Chunk& chunk) const {
  if (chunk.part == 1) return records_.begin;
  return shared_.source->known_begin_of_records();
}

// Returns where the chunk's first record begins. Waits for the scan that states it, or, if no scan
// will state it, finds it by reading the text before.
int64_t SharedChunks::begin_of_records(const Chunk& chunk) const {
  if (auto known = known_begin(chunk)) return *known;
  RecordsBegin begin = shared_.source->begin_of_records();
  if (begin.is_of_chunk) return begin.offset;
  const int64_t from = std::max(begin.offset, records_.begin);
  TextChunks before(source_, range(from, chunk.begin));
  if (records_.judge) before.judge_by(records_.judge(), records_.quotes);
  while (before.next()) {
  }
  return std::max(before.offset(), from);
}

void SharedChunks::read_in_turn(const Chunk& chunk) {
  TextChunks chunks(source_, range(begin_of_records(chunk), chunk.end));
  chunks.judge_by(records_.judge(), records_.quotes);
  while (std::optional<TextChunk> text = chunks.next()) {
    ready_.push_back(std::move(*text));
    if (ready_.back().state == TextChunk::State::kTooLong) return;
  }
  shared_.source->tell_next(chunks.offset());
}

// Appends bytes [begin, end) of the source to `buffer`; true when they have an odd number of
// quotes.
bool SharedChunks::read(MutableBuffer& buffer, int64_t begin, int64_t end) const {
  bool odd = false;
  while (begin < end) {
    int64_t piece = std::min(kTextPieceBytes, end - begin);
    int64_t at = buffer.size();
    buffer.resize(at + piece);
    int64_t got = source_.read_at(begin, buffer.data() + at, piece);
    if (got < piece) {
      throw Error(fmt::format("{}: ends after {} bytes, but had {} when it was opened",
                              source_.name(), begin + got, size_));
    }
    if (records_.quotes) odd ^= has_odd_quotes(buffer.data() + at, piece, records_.quote);
    begin += piece;
  }
  return odd;
}

// Reads on until the record that has the last byte of a chunk has its end. `begin` is the offset of
// the first byte in `buffer` and `end` that of the chunk's end; `inside` is the state before that
// last byte, then that at the record's end. Returns the record's end, 0 when it is too long.
int64_t SharedChunks::find_end(MutableBuffer& buffer, int64_t begin, int64_t end,
                               bool& inside) const {
  int64_t at = end - 1;
  int64_t read_to = end;
  for (int64_t piece = kFirstBeyond;; piece = std::min(2 * piece, kMostBeyond)) {
    const uint8_t* data = buffer.data() + kTextPad - begin;
    for (; at < read_to; ++at) {
      if (is_quote(data[at])) inside = !inside;
      if (inside) continue;
      if (data[at] == '\n') return at + 1;
      if (data[at] != '\r' || !records_.returns) continue;
      std::string_view line_end(reinterpret_cast<const char*>(data + at),
                                static_cast<size_t>(read_to - at));
      int64_t size = line_end_size(line_end, 0, read_to == size_);
      if (size > 0) return at + size;
      break;
    }
    if (read_to == size_) return size_;
    if (read_to - end > kMaxRecordBytes) return 0;
    int64_t to = std::min(size_, read_to + piece);
    read(buffer, read_to, to);
    read_to = to;
  }
}

// Whether the last record that begins before `cut` is longer than the limit; it goes on to `end`.
bool SharedChunks::is_too_long(const TextChunk& chunk, int64_t cut, int64_t end) const {
  if (end == 0) return true;
  if (end - chunk.offset <= kMaxRecordBytes) return false;
  bool inside = false;
  int64_t last = 0;
  for (int64_t i = 0; i < cut - chunk.offset - 1; ++i) {
    if (is_quote(chunk.data[i])) inside = !inside;
    bool ends = chunk.data[i] == '\n' || (chunk.data[i] == '\r' && records_.returns);
    if (ends && !inside) last = i + 1;
  }
  return end - chunk.offset - last > kMaxRecordBytes;
}

void SharedChunks::read_beside(const Chunk& chunk) {
  std::optional<int64_t> known = known_begin(chunk);
  TextChunk text;
  text.buffer = buffers_->take();
  MutableBuffer& buffer = *text.buffer;
  // Memory for one very long record is not kept for the rest of the input.
  if (buffer.capacity() > 8 * kLedgerChunkBytes) buffer = MutableBuffer();
  // If the beginning is not known yet, the bytes are read before waiting for it, so that scans read
  // side by side.
  int64_t from = std::min(known.value_or(chunk.begin), chunk.end);
  buffer.resize(kTextPad);
  buffer.reserve(2 * kTextPad + 1 + chunk.end - from + kFirstBeyond);
  bool inside = read(buffer, from, chunk.end);
  text.offset = known ? *known : begin_of_records(chunk);
  if (text.offset >= chunk.end) {
    shared_.source->tell_next(text.offset);
    return;
  }
  const int64_t skipped = kTextPad + text.offset - from;
  if (records_.quotes) {
    inside ^= has_odd_quotes(buffer.data() + kTextPad, text.offset - from, records_.quote);
    inside ^= is_quote(buffer.data()[kTextPad + chunk.end - 1 - from]);
  }
  int64_t end = find_end(buffer, from, chunk.end, inside);
  text.data = buffer.data() + skipped;
  if (is_too_long(text, chunk.end, end)) {
    text.state = TextChunk::State::kTooLong;
    end = chunk.end;
  } else {
    shared_.source->tell_next(end);
  }
  text.size = end - text.offset;
  bool is_last = end == size_ && text.state == TextChunk::State::kWhole;
  if (is_last && inside) text.state = TextChunk::State::kUnclosed;
  uint8_t last = text.data[text.size - 1];
  bool ends_line = last == '\n' || (last == '\r' && records_.returns);
  text.newline_added = is_last && (inside || !ends_line);
  buffer.resize(skipped + text.size + 1 + kTextPad);
  uint8_t* data = buffer.data() + skipped;
  if (text.newline_added) data[text.size++] = '\n';
  std::memset(data + text.size, ' ', static_cast<size_t>(kTextPad));
  text.data = data;
  ready_.push_back(std::move(text));
}

}  // namespace penstock
