// Blocks of temporary files: lz4 inside, a checksum around. The seam of lz4 and xxHash in this
// room.
//
// A stored block is a header of kBlockHeaderBytes and its payload:
//   uint32  bytes of the payload
//   uint32  bytes that the payload stands for; equal to the first when it is stored as it is
//   uint64  XXH3-64 of the eight bytes above and the payload, seeded with the block's place
// all little-endian. The place in the seed shows a whole block that lies where another belongs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace penstock {

inline constexpr int64_t kBlockHeaderBytes = 16;
// Bytes that one block may stand for.
inline constexpr int64_t kMaxBlockBytes = int64_t{16} << 20;

// Replaces `stored` by the block for `bytes`, which still lacks its checksum. A payload that lz4
// would not make smaller is stored as it is. REQUIRES at most kMaxBlockBytes.
void encode_block(std::span<const uint8_t> bytes, std::vector<uint8_t>& stored);
// Completes a block that encode_block() made, now that its place is known.
void seal_block(std::span<uint8_t> stored, uint64_t place);

// Writes what the block stands for to `out`, whose size is what the writer of the block knew of it.
// False when the block is damaged, is not of that size, or is not the one of that place; `out` is
// then left with rubbish. Bytes of any kind are safe.
bool decode_block(std::span<const uint8_t> stored, uint64_t place, std::span<uint8_t> out);

}  // namespace penstock
