// The framing of IPC messages: a prefix with the metadata's size, the metadata, the body.
//
//   0xFFFFFFFF  int32 size  metadata (padded)  body      since Arrow 0.15
//               int32 size  metadata (padded)  body      before
//   0xFFFFFFFF  int32 0     or     int32 0               the end
#pragma once

#include <cstdint>
#include <vector>

#include "libcore/arrow/metadata.h"
#include "libcore/data/buffer.h"
#include "libcore/os/byte_source.h"

namespace penstock {

struct ReceivedMessage {
  MessageMetadata metadata;
  Buffer body;
};

// Reads messages from the current position of a source. A body is read straight into memory of its
// own, aligned to kBufferAlignment. Each such read also asks for the next few KiB, so that a
// message usually costs one read. Not thread-safe; the source must outlive it.
class MessageReader {
 public:
  explicit MessageReader(ByteSource& source) : source_(source) {}

  enum class Outcome { kMessage, kEnd, kCut };

  // kMessage: `message` is the next message. kEnd: the end marker was read. kCut: the bytes ended
  // anywhere else. Throws Error where decode_message() does.
  Outcome next(ReceivedMessage& message);

  // The same for the first message of a file, its schema. Polars writes this message without a
  // prefix; then it ends where the prefix of the next message begins.
  Outcome next_of_file(ReceivedMessage& message);

  // Returns whether the footer of a file is next, without an end marker before it, as Arrow before
  // 0.15 wrote it. REQUIRES that the schema was read.
  bool at_bare_footer();

  // Skips `count` bytes. Returns false when there are fewer.
  bool skip(int64_t count);

  // Returns all remaining bytes, up to `limit`.
  std::vector<uint8_t> rest(int64_t limit);

 private:
  bool take(void* out, int64_t size);
  bool look(int64_t size);
  bool take_metadata(int64_t size);
  bool take_body(int64_t size, Buffer& body);

  ByteSource& source_;
  MutableBuffer ahead_;  // bytes read but not taken: [used_, ahead_.size())
  int64_t used_ = 0;
  MutableBuffer metadata_;
};

// Returns the metadata of a message with prefix and padding. `position` is where it begins in the
// stream, in bytes; with the padding, the body begins at a multiple of kBufferAlignment.
std::vector<uint8_t> frame_metadata(const std::vector<uint8_t>& metadata, int64_t position);

// The end marker that writers write.
inline constexpr uint8_t kEndMarker[8] = {0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0};

}  // namespace penstock
