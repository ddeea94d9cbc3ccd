#include "libcore/text/json/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "libcore/text/json/text.h"

namespace penstock {
namespace {

constexpr int64_t kPadding = 64;
constexpr int64_t kRecordReadBytes = int64_t{256} << 10;

enum ByteClass : uint8_t { kOrdinary, kQuote, kBackslash, kOpen, kClose };

constexpr std::array<ByteClass, 256> make_classes() {
  std::array<ByteClass, 256> classes{};
  classes['"'] = kQuote;
  classes['\\'] = kBackslash;
  classes['{'] = classes['['] = kOpen;
  classes['}'] = classes[']'] = kClose;
  return classes;
}
constexpr std::array<ByteClass, 256> kClasses = make_classes();

}  // namespace

int64_t JsonRecordScanner::next_end(const uint8_t* data, int64_t from, int64_t size) {
  for (int64_t i = from; i < size; ++i) {
    if (escaped_) {
      escaped_ = false;
      continue;
    }
    ByteClass kind = kClasses[data[i]];
    if (kind == kOrdinary) continue;
    if (kind == kQuote) {
      in_string_ = !in_string_;
    } else if (in_string_) {
      escaped_ = kind == kBackslash;
    } else if (kind == kOpen) {
      ++depth_;
    } else if (kind == kClose) {
      if (depth_ == 0 && data[i] == ']') {
        closed_ = true;
        return i;
      }
      if (depth_ > 0) --depth_;
      if (depth_ == 0) return i + 1;
    }
  }
  return -1;
}

JsonRecordChunks::JsonRecordChunks(ByteSource& source, Options options)
    : source_(source), options_(options), buffers_(std::make_shared<FreeList<MutableBuffer>>()) {}

int64_t JsonRecordChunks::fill(MutableBuffer& buffer, int64_t filled, int64_t target,
                               PatientWait& patience) {
  const int64_t before = filled;
  while (filled < target && !ended_) {
    if (filled > before && !patience.is_ready(source_)) break;
    int64_t piece = std::min(target - filled, kRecordReadBytes);
    buffer.resize(kPadding + filled + piece);
    int64_t got = source_.read(buffer.data() + kPadding + filled, piece);
    ended_ = got == 0;
    filled += got;
  }
  buffer.resize(kPadding + filled);
  return filled;
}

void JsonRecordChunks::scan(const uint8_t* data, int64_t from, int64_t size, Cut& cut) {
  while (from < size) {
    int64_t end = scanner_.next_end(data, from, size);
    if (end < 0) return;
    if (scanner_.closed() && options_.array) {
      cut.closed = end;
      return;
    }
    // Outside an array, the parser refuses a surplus bracket.
    cut.records = std::max(end, from + 1);
    from = cut.records;
  }
}

bool JsonRecordChunks::only_space_follows(const uint8_t* data, int64_t size) {
  MutableBuffer piece;
  for (;;) {
    for (int64_t i = 0; i < size; ++i) {
      if (!is_json_space(data[i])) return false;
    }
    piece.resize(kRecordReadBytes);
    size = source_.read(piece.data(), kRecordReadBytes);
    if (size == 0) return true;
    data = piece.data();
  }
}

// The last chunk has gone, so its rows need not wait for the input's end.
std::optional<JsonChunk> JsonRecordChunks::after_array() {
  done_ = true;
  if (only_space_follows(carry_.data(), carry_.size())) return std::nullopt;
  JsonChunk chunk;
  chunk.text.buffer = buffers_->take();
  chunk.text.buffer->resize(2 * kPadding);
  std::memset(chunk.text.buffer->data(), ' ', 2 * kPadding);
  chunk.text.data = chunk.text.buffer->data() + kPadding;
  chunk.first = first_;
  chunk.fault = "something follows the array's closing bracket";
  return chunk;
}

std::optional<JsonChunk> JsonRecordChunks::next() {
  if (done_) return std::nullopt;
  if (closed_) return after_array();
  JsonChunk chunk;
  chunk.first = first_;
  chunk.text.buffer = buffers_->take();
  MutableBuffer& buffer = *chunk.text.buffer;
  // Memory for one very long record is not kept for the rest of the input.
  if (buffer.capacity() > 8 * options_.chunk_bytes) buffer = MutableBuffer();
  buffer.resize(kPadding);
  buffer.append(carry_.data(), carry_.size());
  int64_t filled = carry_.size();
  int64_t scanned = 0;
  int64_t target = options_.chunk_bytes;
  scanner_ = JsonRecordScanner();
  Cut cut;
  PatientWait patience(kLivePatience);
  for (;;) {
    filled = fill(buffer, filled, target, patience);
    scan(buffer.data() + kPadding, scanned, filled, cut);
    scanned = filled;
    if (cut.records >= 0 || cut.closed >= 0 || ended_) break;
    if (filled > options_.max_record_bytes) {
      chunk.fault = fmt::format("a record is longer than {} bytes", options_.max_record_bytes);
      break;
    }
    if (filled >= target) target = 2 * filled;
  }
  int64_t end = cut.closed >= 0 ? cut.closed : cut.records;
  uint8_t* data = buffer.data() + kPadding;
  closed_ = cut.closed >= 0;
  if (!closed_ && (ended_ || !chunk.fault.empty())) {
    done_ = true;
    if (ended_ && options_.array) chunk.fault = "the input ends before the array's closing bracket";
    end = ended_ ? filled : 0;
  }
  carry_.resize(0);
  const int64_t rest = closed_ ? end + 1 : end;
  if (!done_) carry_.append(data + rest, filled - rest);
  buffer.resize(kPadding + end + kPadding);
  data = buffer.data() + kPadding;
  std::memset(data + end, ' ', static_cast<size_t>(kPadding));
  chunk.text.data = data;
  chunk.text.size = end;
  first_ = false;
  return chunk;
}

}  // namespace penstock
