#include "libcore/arrow/ipc_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

constexpr int64_t kTrailerBytes = 4 + kFileMagicBytes;  // the footer's size, the magic

// Gaps of up to this size are read too: a system call costs as much as copying this many bytes.
constexpr int64_t kGapBytes = 16384;

// The footer's size when `trailer`, the last kTrailerBytes, is the end of a file; 0 otherwise.
int64_t footer_size(const uint8_t* trailer, int64_t room) {
  if (std::memcmp(trailer + 4, kFileMagic, kFileMagicBytes) != 0) return 0;
  int32_t size = 0;
  std::memcpy(&size, trailer, sizeof size);
  if (size <= 0 || size > room || size > kMaxMessageMetadataBytes) return 0;
  return size;
}

FooterMetadata decode_copy(const uint8_t* bytes, int64_t size) {
  Buffer aligned = Buffer::copy(bytes, size);
  return decode_footer(aligned.span<uint8_t>());
}

void read_exactly(const ByteSource& source, int64_t offset, uint8_t* out, int64_t size) {
  if (source.read_at(offset, out, size) != size)
    throw Error("the file became shorter while it was read");
}

}  // namespace

std::optional<FooterMetadata> read_footer(const ByteSource& source) {
  int64_t size = *source.size();
  int64_t room = size - kFileHeaderBytes - kTrailerBytes;
  if (room <= 0) return std::nullopt;
  uint8_t trailer[kTrailerBytes];
  read_exactly(source, size - kTrailerBytes, trailer, kTrailerBytes);
  int64_t footer = footer_size(trailer, room);
  if (footer == 0) return std::nullopt;
  MutableBuffer bytes(footer);
  read_exactly(source, size - kTrailerBytes - footer, bytes.data(), footer);
  return decode_footer({bytes.data(), static_cast<size_t>(footer)});
}

std::optional<FooterMetadata> find_footer(std::span<const uint8_t> tail) {
  auto size = static_cast<int64_t>(tail.size());
  if (size < kTrailerBytes) return std::nullopt;
  const uint8_t* trailer = tail.data() + size - kTrailerBytes;
  int64_t footer = footer_size(trailer, size - kTrailerBytes);
  if (footer == 0) return std::nullopt;
  return decode_copy(trailer - footer, footer);
}

MessageMetadata read_block_metadata(const ByteSource& source, const FileBlock& block) {
  int64_t size = *source.size();
  if (block.metadata_size < 8 || block.offset > size || block.metadata_size > size - block.offset ||
      block.body_size > size - block.offset - block.metadata_size) {
    throw Error("the footer places a message outside of the file");
  }
  MutableBuffer bytes(block.metadata_size);
  read_exactly(source, block.offset, bytes.data(), block.metadata_size);
  uint32_t prefix[2];
  std::memcpy(prefix, bytes.data(), sizeof prefix);
  int64_t skipped = prefix[0] == 0xFFFFFFFF ? 8 : 4;
  int64_t declared = skipped == 8 ? prefix[1] : prefix[0];
  if (declared > block.metadata_size - skipped) {
    throw Error("the footer and a message disagree on its size");
  }
  Buffer aligned = Buffer::copy(bytes.data() + skipped, declared);
  MessageMetadata metadata = decode_message(aligned.span<uint8_t>());
  if (metadata.body_size != block.body_size) {
    throw Error("the footer and a message disagree on its body's size");
  }
  return metadata;
}

Buffer read_block_body(const ByteSource& source, const FileBlock& block,
                       std::span<const BufferRange> ranges) {
  // All of them first: the sums below do not overflow then.
  for (const BufferRange& range : ranges) {
    bool within = range.offset >= 0 && range.size >= 0 && range.offset <= block.body_size &&
                  range.size <= block.body_size - range.offset;
    if (!within) throw Error("a buffer lies outside of its body");
  }
  MutableBuffer body(block.body_size);
  int64_t start = block.offset + block.metadata_size;
  for (size_t i = 0; i < ranges.size();) {
    int64_t begin = ranges[i].offset;
    int64_t end = begin;
    for (; i < ranges.size() && ranges[i].offset <= end + kGapBytes; ++i) {
      end = std::max(end, ranges[i].offset + ranges[i].size);
    }
    read_exactly(source, start + begin, body.data() + begin, end - begin);
  }
  return body.freeze();
}

}  // namespace penstock
