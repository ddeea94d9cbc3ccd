// Blocks of temporary files: lz4 inside, a checksum around. The seam of lz4 and xxHash in this
// room.
//
// A stored block is a header of kBlockHeaderBytes and its payload:
//   uint32  size of the payload in bytes
//   uint32  size of the decompressed payload; equal to the first when it is not compressed
//   uint64  XXH3-64 of the eight bytes above and the payload, seeded with the block's place
// all little-endian. Because the place is part of the seed, a block at the wrong place is detected.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace penstock {

inline constexpr int64_t kBlockHeaderBytes = 16;
// The most bytes that one block may hold, decompressed.
inline constexpr int64_t kMaxBlockBytes = int64_t{16} << 20;

// Replaces `stored` by the block for `bytes`, which still lacks its checksum. A payload that lz4
// would not make smaller is stored uncompressed. REQUIRES at most kMaxBlockBytes.
void encode_block(std::span<const uint8_t> bytes, std::vector<uint8_t>& stored);
// Completes a block of encode_block() with its checksum, once its place is known.
void seal_block(std::span<uint8_t> stored, uint64_t place);

// Writes the decompressed block to `out`, whose size is the size that the writer of the block
// recorded. Returns false when the block is damaged, has another size, or belongs to another place;
// the contents of `out` are then undefined. Any input bytes are safe.
bool decode_block(std::span<const uint8_t> stored, uint64_t place, std::span<uint8_t> out);

}  // namespace penstock
