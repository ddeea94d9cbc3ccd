#include "libcore/arrow/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

// The bytes that are requested past the end of a body: the prefix and metadata of the next message,
// for some 60 columns. More bytes would be copied twice if they are the beginning of a large body.
constexpr int64_t kAheadBytes = 8192;

// Up to here a declared size is allocated at once; a larger one grows as its bytes arrive, so that
// a false one costs no memory.
constexpr int64_t kTrustedBytes = int64_t{64} << 20;

constexpr uint32_t kContinuation = 0xFFFFFFFF;

// A FlatBuffer without a prefix begins with the offset of its root, in Polars' files this one. As
// the size of a message it would be too small.
constexpr uint32_t kBareRoot = 4;

// The metadata of a batch has more bytes than that; the root of a footer lies nearer to its
// beginning.
constexpr uint32_t kLeastMetadata = 64;

// Places tried for the end of a message without a prefix: a schema holds few 0xFFFFFFFF.
constexpr int kBareTries = 16;

bool begins_message(const uint8_t* bytes) {
  uint32_t words[2];
  std::memcpy(words, bytes, sizeof words);
  return words[0] == kContinuation && words[1] % 8 == 0 && words[1] <= kMaxMessageMetadataBytes;
}

}  // namespace

bool MessageReader::take(void* out, int64_t size) {
  auto* to = static_cast<uint8_t*>(out);
  while (size > 0) {
    if (used_ == ahead_.size()) {
      ahead_.resize(kAheadBytes);
      used_ = 0;
      ahead_.resize(source_.read(ahead_.data(), kAheadBytes));
      if (ahead_.size() == 0) return false;
    }
    int64_t count = std::min(size, ahead_.size() - used_);
    std::memcpy(to, ahead_.data() + used_, static_cast<size_t>(count));
    used_ += count;
    to += count;
    size -= count;
  }
  return true;
}

// Reads until `size` bytes are ahead. Returns false when the input has fewer.
bool MessageReader::look(int64_t size) {
  int64_t have = ahead_.size() - used_;
  if (have >= size) return true;
  if (have > 0) std::memmove(ahead_.data(), ahead_.data() + used_, static_cast<size_t>(have));
  used_ = 0;
  ahead_.resize(size + kAheadBytes);
  while (have < size) {
    int64_t count = source_.read(ahead_.data() + have, ahead_.size() - have);
    if (count == 0) break;
    have += count;
  }
  ahead_.resize(have);
  return have >= size;
}

bool MessageReader::take_metadata(int64_t size) {
  metadata_.resize(0);
  while (metadata_.size() < size) {
    int64_t at = metadata_.size();
    int64_t count = std::min(size - at, std::max(at, int64_t{1} << 20));
    metadata_.resize(at + count);
    if (!take(metadata_.data() + at, count)) return false;
  }
  return true;
}

bool MessageReader::take_body(int64_t size, Buffer& body) {
  if (size == 0) {
    body = {};
    return true;
  }
  MutableBuffer bytes;
  int64_t have = std::min(size, ahead_.size() - used_);
  bytes.append(ahead_.data() + used_, have);
  used_ += have;
  int64_t end = std::min(size, kTrustedBytes);
  while (have < size) {
    bytes.resize(end + kAheadBytes);
    int64_t count = source_.read(bytes.data() + have, bytes.size() - have);
    if (count == 0) return false;
    have += count;
    if (have >= end) end = std::min(size, 2 * end);
  }
  if (have > size) {  // then nothing was left ahead, or this would not have been read
    ahead_.resize(0);
    ahead_.append(bytes.data() + size, have - size);
    used_ = 0;
  }
  bytes.resize(size);
  body = bytes.freeze();
  return true;
}

MessageReader::Outcome MessageReader::next(ReceivedMessage& message) {
  uint32_t prefix = 0;
  if (!take(&prefix, sizeof prefix)) return Outcome::kCut;
  if (prefix == kContinuation && !take(&prefix, sizeof prefix)) return Outcome::kCut;
  if (prefix == 0) return Outcome::kEnd;
  if (prefix > kMaxMessageMetadataBytes) {
    throw Error(fmt::format("a message with {} bytes of metadata; at most {} are read", prefix,
                            kMaxMessageMetadataBytes));
  }
  if (!take_metadata(static_cast<int64_t>(prefix))) return Outcome::kCut;
  message.metadata = decode_message({metadata_.data(), static_cast<size_t>(metadata_.size())});
  return take_body(message.metadata.body_size, message.body) ? Outcome::kMessage : Outcome::kCut;
}

MessageReader::Outcome MessageReader::next_of_file(ReceivedMessage& message) {
  uint32_t first = 0;
  if (!look(sizeof first)) return Outcome::kCut;
  std::memcpy(&first, ahead_.data() + used_, sizeof first);
  if (first != kBareRoot) return next(message);
  int tries = 0;
  for (int64_t size = 8; size <= kMaxMessageMetadataBytes && tries < kBareTries; size += 4) {
    if (!look(size + 8)) return Outcome::kCut;
    if (!begins_message(ahead_.data() + used_ + size)) continue;
    ++tries;
    Buffer metadata = Buffer::copy(ahead_.data() + used_, size);
    try {
      message.metadata = decode_message(metadata.span<uint8_t>());
    } catch (const Error&) {
      continue;  // what looked like a prefix was part of the message
    }
    used_ += size;
    return Outcome::kMessage;
  }
  throw Error("the file does not begin with its schema");
}

bool MessageReader::at_bare_footer() {
  uint32_t first = 0;
  if (!look(sizeof first)) return false;
  std::memcpy(&first, ahead_.data() + used_, sizeof first);
  return first != 0 && first < kLeastMetadata;
}

bool MessageReader::skip(int64_t count) {
  uint8_t scratch[64];
  for (; count > 0; count -= static_cast<int64_t>(sizeof scratch)) {
    if (!take(scratch, std::min(count, static_cast<int64_t>(sizeof scratch)))) return false;
  }
  return true;
}

std::vector<uint8_t> MessageReader::rest(int64_t limit) {
  std::vector<uint8_t> bytes;
  uint8_t byte = 0;
  while (static_cast<int64_t>(bytes.size()) < limit && take(&byte, 1))
    bytes.push_back(byte);
  return bytes;
}

std::vector<uint8_t> frame_metadata(const std::vector<uint8_t>& metadata, int64_t position) {
  int64_t size = static_cast<int64_t>(metadata.size());
  int64_t end = position + 8 + size;
  int64_t padding = -end & (kBufferAlignment - 1);
  std::vector<uint8_t> framed;
  framed.reserve(static_cast<size_t>(8 + size + padding));
  framed.assign(kEndMarker, kEndMarker + 8);
  auto padded = static_cast<int32_t>(size + padding);
  std::memcpy(framed.data() + 4, &padded, sizeof padded);
  framed.insert(framed.end(), metadata.begin(), metadata.end());
  framed.resize(framed.size() + static_cast<size_t>(padding));
  return framed;
}

}  // namespace penstock
