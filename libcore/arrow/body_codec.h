// Compressed bodies: the seam of lz4 and, for Arrow, of zstd. Each buffer of a compressed body is
// its uncompressed size (int64) and a frame of its own. The size is -1 when uncompressed bytes
// follow instead of a frame.
#pragma once

#include <cstdint>
#include <span>

#include "libcore/arrow/metadata.h"
#include "libcore/data/buffer.h"

namespace penstock {

// The bytes that a message may still expand to; guards against a small message that requests much
// memory.
class ByteBudget {
 public:
  explicit ByteBudget(int64_t bytes) : left_(bytes) {}
  // Subtracts `bytes`. Throws Error when less is left. REQUIRES bytes >= 0.
  void charge(int64_t bytes) { charge(1, bytes); }
  // The same for `count` times `bytes`, a product that may be beyond int64.
  void charge(int64_t count, int64_t bytes);

 private:
  int64_t left_;
};

// Returns the bytes of `stored`, a buffer of a compressed body; a slice of it when it was left
// uncompressed. Charges the budget before it allocates. Throws Error when the frame is damaged,
// when it does not have the declared size, and when it could not reach that size.
Buffer decompress_buffer(BodyCompression codec, const Buffer& stored, ByteBudget& budget);

// The reverse: appends to `out` the size and the frame, or -1 and the bytes when a frame would not
// be smaller. Appends nothing when there are no bytes. REQUIRES a codec.
void compress_buffer(BodyCompression codec, std::span<const uint8_t> bytes, MutableBuffer& out);

}  // namespace penstock
