#include "libcore/text/text_chunks.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/text/byte_scan.h"

namespace penstock {
namespace {

constexpr int64_t kPad = 64;

// Bytes are counted in pieces that are still in the second-level cache from being read.
constexpr int64_t kPieceBytes = int64_t{256} << 10;

bool odd_quotes(const uint8_t* data, int64_t size) {
  return (count_byte(data, size, '"') & 1) != 0;
}

// The end (past its newline) of the last record that ends in data[0, size); -1 when none does.
// `inside` tells whether data + size is inside quotes.
int64_t last_record_end(const uint8_t* data, int64_t size, bool quotes, bool inside) {
  for (int64_t i = size - 1; i >= 0; --i) {
    if (data[i] == '\n' && !inside) return i + 1;
    if (data[i] == '"' && quotes) inside = !inside;
  }
  return -1;
}

}  // namespace

TextChunks::TextChunks(ByteSource& source, TextChunkOptions options)
    : source_(source),
      options_(options),
      offset_(options.begin.value_or(0)),
      buffers_(std::make_shared<FreeList<MutableBuffer>>()) {}

int64_t TextChunks::read(uint8_t* out, int64_t size) {
  if (!options_.begin) return source_.read(out, size);
  int64_t got = source_.read_at(offset_, out, std::min(size, options_.end - offset_));
  offset_ += got;
  return got;
}

std::optional<TextChunk> TextChunks::next() {
  if (ended_) return std::nullopt;
  TextChunk chunk;
  chunk.buffer = buffers_->take();
  MutableBuffer& buffer = *chunk.buffer;
  // What one very long record needed is not kept for the rest of the input.
  if (buffer.capacity() > 8 * options_.chunk_bytes) buffer = MutableBuffer();
  int64_t filled = carry_.size();
  buffer.resize(kPad);
  buffer.reserve(2 * kPad + 1 + std::max(options_.chunk_bytes, filled));
  buffer.append(carry_.data(), filled);
  bool inside = options_.quotes && odd_quotes(carry_.data(), filled);
  int64_t target = options_.chunk_bytes;
  int64_t cut = -1;
  while (cut < 0) {
    int64_t before = filled;
    while (filled < target || filled == before) {
      int64_t piece = std::clamp<int64_t>(target - filled, 1, kPieceBytes);
      buffer.resize(kPad + filled + piece);
      int64_t got = read(buffer.data() + kPad + filled, piece);
      if (got == 0) {
        ended_ = true;
        break;
      }
      if (options_.quotes) inside ^= odd_quotes(buffer.data() + kPad + filled, got);
      filled += got;
    }
    if (ended_) break;
    cut = last_record_end(buffer.data() + kPad + before, filled - before, options_.quotes, inside);
    if (cut >= 0) cut += before;
    if (cut < 0 && filled > options_.max_record_bytes) {
      chunk.state = TextChunk::State::kTooLong;
      ended_ = true;
      cut = filled;
    }
    target = std::min(2 * filled, std::max(filled, options_.max_record_bytes) + 1);
  }
  if (cut < 0) {
    // The end: whatever is left is the last chunk.
    if (filled == 0) return std::nullopt;
    if (inside) chunk.state = TextChunk::State::kUnclosed;
    buffer.resize(kPad + filled + 1);
    uint8_t* bytes = buffer.data() + kPad;
    if (inside || bytes[filled - 1] != '\n') bytes[filled++] = '\n';
    cut = filled;
  }
  carry_.resize(0);
  carry_.append(buffer.data() + kPad + cut, filled - cut);
  buffer.resize(kPad + cut + kPad);
  std::memset(buffer.data() + kPad + cut, ' ', static_cast<size_t>(kPad));
  chunk.data = buffer.data() + kPad;
  chunk.size = cut;
  return chunk;
}

}  // namespace penstock
