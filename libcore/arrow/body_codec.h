// Compressed bodies: the seam of lz4 and, for Arrow, of zstd. Each buffer of a compressed body is
// its own frame behind its uncompressed size (int64), which is -1 when the rest is as it is.
#pragma once

#include <cstdint>
#include <span>

#include "libcore/arrow/metadata.h"
#include "libcore/data/buffer.h"

namespace penstock {

// Bytes that what a message declares may still become; guards against a small message that asks for
// much memory.
class ByteBudget {
 public:
  explicit ByteBudget(int64_t bytes) : left_(bytes) {}
  // Throws Error when less than `bytes` is left. REQUIRES bytes >= 0.
  void charge(int64_t bytes) { charge(1, bytes); }
  // The same for `count` times `bytes`, which may be beyond int64.
  void charge(int64_t count, int64_t bytes);

 private:
  int64_t left_;
};

// The bytes that `stored`, a buffer of a compressed body, stands for: a slice of it when it was
// left uncompressed. Charges the budget before it allocates. Throws Error on damage, and on a
// declared size that the frame cannot reach or does not have.
Buffer decompress_buffer(BodyCompression codec, const Buffer& stored, ByteBudget& budget);

// The other way: appends the size and the frame, or -1 and the bytes when a frame would not be
// smaller, to `out`. Appends nothing for no bytes. REQUIRES a codec.
void compress_buffer(BodyCompression codec, std::span<const uint8_t> bytes, MutableBuffer& out);

}  // namespace penstock
