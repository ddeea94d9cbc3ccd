#include "libcore/text/text_chunks.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "libcore/text/byte_scan.h"

namespace penstock {
namespace {

// The bytes that are first read past a stop, for the rest of the record that continues there.
constexpr int64_t kTailBytes = int64_t{4} << 10;

// Returns the end (after its newline) of the last record that ends in data[from, size); -1 when
// none does. Sets `inside` to whether data + size is inside quotes.
int64_t last_record_end(const uint8_t* data, int64_t from, int64_t size,
                        const TextChunkOptions& options, bool inside) {
  const bool quotes = options.quotes;
  const auto quote = static_cast<uint8_t>(options.quote);
  for (int64_t i = size - 1; i >= from; --i) {
    if (data[i] == '\n' && !inside) return i + 1;
    if (data[i] == quote && quotes) inside = !inside;
  }
  return -1;
}

// The same for records that end in a '\r', to be used when none ends in a newline.
int64_t last_return(const uint8_t* data, int64_t from, int64_t size,
                    const TextChunkOptions& options, bool inside) {
  for (int64_t i = size - 1; i >= std::max<int64_t>(0, from - 1); --i) {
    bool alone = data[i] == '\r' && i + 1 < size && data[i + 1] != '\n' && data[i + 1] != '\r';
    if (alone && !inside) return i + 1;
    if (data[i] == static_cast<uint8_t>(options.quote) && options.quotes) inside = !inside;
  }
  return -1;
}

}  // namespace

TextChunks::TextChunks(ByteSource& source, TextChunkOptions options)
    : source_(source),
      options_(options),
      offset_(options.begin.value_or(0)),
      read_to_(offset_),
      buffers_(std::make_shared<FreeList<MutableBuffer>>()) {}

int64_t TextChunks::read(uint8_t* out, int64_t size) {
  int64_t got = options_.begin
                    ? source_.read_at(read_to_, out, std::min(size, options_.end - read_to_))
                    : source_.read(out, size);
  read_to_ += got;
  return got;
}

uint8_t* TextChunks::data() const {
  return buffer_->data() + kTextPad;
}

std::string_view TextChunks::text(int64_t from, int64_t size) const {
  return {reinterpret_cast<const char*>(data()) + from, static_cast<size_t>(size)};
}

int64_t TextChunks::room() const {
  return options_.stop ? *options_.stop - offset_ : std::numeric_limits<int64_t>::max();
}

bool TextChunks::fill(int64_t target, PatientWait& patience) {
  int64_t before = filled_;
  while (!is_last() && (filled_ < target || filled_ == before)) {
    if (filled_ > before && carry_at_ == carry_.size() && !patience.is_ready(source_)) return false;
    int64_t piece = std::clamp<int64_t>(target - filled_, 1, kTextPieceBytes);
    buffer_->resize(kTextPad + filled_ + piece);
    int64_t got = std::min(piece, carry_.size() - carry_at_);
    if (got > 0) {
      std::memcpy(data() + filled_, carry_.data() + carry_at_, static_cast<size_t>(got));
      carry_at_ += got;
    } else {
      got = read(data() + filled_, piece);
      at_end_ = got == 0;
      all_carried_ = false;
    }
    if (options_.quotes) inside_ ^= has_odd_quotes(data() + filled_, got, options_.quote);
    filled_ += got;
  }
  return true;
}

int64_t TextChunks::next_target() const {
  if (filled_ >= room()) return filled_ + 2 * (filled_ - room()) + kTailBytes;
  return std::min(2 * filled_, std::max(filled_, options_.max_record_bytes) + 1);
}

std::optional<TextChunk> TextChunks::next() {
  if (ended_ || room() <= 0) return std::nullopt;
  TextChunk chunk;
  chunk.buffer = buffers_->take();
  buffer_ = &*chunk.buffer;
  // Memory for one very long record is not kept for the rest of the input.
  if (buffer_->capacity() > 8 * options_.chunk_bytes) *buffer_ = MutableBuffer();
  int64_t target = std::max(options_.chunk_bytes, std::exchange(options_.first_bytes, 0));
  if (room() < target) target = std::min(target, room() + kTailBytes);
  buffer_->resize(kTextPad);
  buffer_->reserve(2 * kTextPad + 1 + target);
  filled_ = 0;
  inside_ = false;
  all_carried_ = true;
  int64_t cut = -1;
  int64_t from = 0;
  PatientWait patience(options_.patience);
  for (;;) {
    const bool is_full = fill(target, patience);
    if (filled_ == 0) return std::nullopt;
    cut = find_cut(chunk, from);
    if (cut >= 0) break;
    if (filled_ > options_.max_record_bytes && judge_ == nullptr) {
      chunk.state = TextChunk::State::kTooLong;
      cut = filled_;
      break;
    }
    from = filled_;
    if (is_full) target = next_target();
  }
  ended_ = chunk.state == TextChunk::State::kTooLong;
  split(chunk, cut);
  return chunk;
}

int64_t TextChunks::find_cut(TextChunk& chunk, int64_t from) {
  if (judge_ != nullptr) return cut_by_judge(chunk);
  int64_t cut = cut_by_quotes(from);
  if (cut >= 0 || !is_last()) return cut;
  // The end: whatever is left is the last chunk.
  if (inside_) chunk.state = TextChunk::State::kUnclosed;
  if (inside_ || !ends_line()) add_newline(chunk);
  return filled_;
}

int64_t TextChunks::cut_by_quotes(int64_t from) const {
  if (filled_ >= room()) return cut_at_stop();
  if (is_last()) return -1;
  int64_t cut = last_record_end(data(), from, filled_, options_, inside_);
  if (cut >= 0 || !options_.returns) return cut;
  return last_return(data(), from, filled_, options_, inside_);
}

int64_t TextChunks::cut_at_stop() const {
  int64_t before = room() - 1;
  bool inside = options_.quotes && has_odd_quotes(data(), before, options_.quote);
  for (int64_t i = before; i < filled_; ++i) {
    if (data()[i] == static_cast<uint8_t>(options_.quote) && options_.quotes) inside = !inside;
    if (inside) continue;
    if (data()[i] == '\n') return i + 1;
    if (data()[i] != '\r' || !options_.returns) continue;
    int64_t size = line_end_size(text(0, filled_), i, is_last());
    return size == 0 ? -1 : i + size;
  }
  return -1;
}

bool TextChunks::ends_line() const {
  uint8_t last = data()[filled_ - 1];
  return last == '\n' || (last == '\r' && options_.returns);
}

void TextChunks::add_newline(TextChunk& chunk) {
  buffer_->resize(kTextPad + filled_ + 1);
  data()[filled_++] = '\n';
  chunk.newline_added = true;
}

bool TextChunks::is_right(int64_t size) {
  std::array<uint8_t, kTextPad> after{};
  buffer_->resize(kTextPad + filled_ + kTextPad);
  std::memcpy(after.data(), data() + size, after.size());
  std::memset(data() + size, ' ', after.size());
  bool right = judge_->is_right(data(), size);
  std::memcpy(data() + size, after.data(), after.size());
  return right;
}

int64_t TextChunks::cut_by_judge(TextChunk& chunk) {
  int64_t quick = cut_by_quotes(0);
  if (quick < 0 && is_last() && !inside_) {
    if (!ends_line()) add_newline(chunk);
    quick = filled_;
  }
  if (quick > 0 && data()[quick - 1] == '\n' && is_right(quick)) return quick;
  // An escape character at the end would make the added newline data.
  if (chunk.newline_added) --filled_;
  chunk.newline_added = false;
  const int64_t limit = std::min({room(), filled_, std::max(options_.chunk_bytes, int64_t{1})});
  int64_t at = 0;
  while (at < limit) {
    int64_t size = std::min(filled_ - at, options_.max_record_bytes + 1);
    bool at_end = is_last() && at + size == filled_;
    CsvScanner::Record record = judge_->read(text(at, size), at_end);
    bool too_long = size > options_.max_record_bytes;
    if (record.state == CsvScanner::Record::State::kOpen && too_long) {
      record = judge_->refuse_line(text(at, size), at_end);
      if (record.state == CsvScanner::Record::State::kOpen && at == 0) {
        chunk.state = TextChunk::State::kTooLong;
        return filled_;
      }
    }
    if (record.state == CsvScanner::Record::State::kOpen) break;
    if (record.state == CsvScanner::Record::State::kFault) {
      record.problem.offset = at;
      chunk.refused.push_back(std::move(record.problem));
    }
    at += record.next;
  }
  if (at == 0) return -1;
  chunk.judged = true;
  // The input's last line, refused without a line end.
  if (at == filled_ && !ends_line()) {
    add_newline(chunk);
    return filled_;
  }
  return at;
}

void TextChunks::split(TextChunk& chunk, int64_t cut) {
  int64_t rest = filled_ - cut;
  chunk.offset = offset_;
  offset_ += cut;
  if (chunk.newline_added && rest > 0) {
    chunk.newline_added = false;
    --rest;
  } else if (chunk.newline_added) {
    --offset_;
  }
  if (all_carried_) {
    carry_at_ -= rest;
  } else {
    if (carry_.capacity() > 8 * options_.chunk_bytes) carry_ = MutableBuffer();
    carry_.resize(0);
    carry_.append(data() + cut, rest);
    carry_at_ = 0;
  }
  buffer_->resize(kTextPad + cut + kTextPad);
  std::memset(data() + cut, ' ', static_cast<size_t>(kTextPad));
  chunk.data = data();
  chunk.size = cut;
  buffer_ = nullptr;
}

void TextChunks::take_back(TextChunk chunk, int64_t from) {
  MutableBuffer bytes;
  // The bytes that are put back may be only the newline that the source does not have.
  int64_t size = std::max<int64_t>(0, chunk.size - from - (chunk.newline_added ? 1 : 0));
  bytes.append(chunk.data + from, size);
  bytes.append(carry_.data() + carry_at_, carry_.size() - carry_at_);
  carry_ = std::move(bytes);
  carry_at_ = 0;
  offset_ -= size;
}

}  // namespace penstock
