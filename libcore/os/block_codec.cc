#include "libcore/os/block_codec.h"

#include <lz4.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <cstring>

#include "libcore/base/check.h"

namespace penstock {
namespace {

// The header is written as the machine has it.
static_assert(std::endian::native == std::endian::little);

// Temporary files are read once and soon: speed counts more than size. On sorted lines of 100 bytes
// 32 writes twice as fast as 4 and leaves 0.80 of the bytes instead of 0.45; on lineitem's columns
// it writes 1.5 times as fast and leaves 0.57 instead of 0.49.
constexpr int kAcceleration = 32;

struct BlockHeader {
  uint32_t stored;
  uint32_t bytes;
  uint64_t checksum;
};
static_assert(sizeof(BlockHeader) == kBlockHeaderBytes);

uint64_t checksum_of(const BlockHeader& header, const uint8_t* payload, uint64_t place) {
  uint64_t sizes = header.stored | uint64_t{header.bytes} << 32;
  return XXH3_64bits_withSeed(payload, header.stored,
                              XXH3_64bits_withSeed(&sizes, sizeof sizes, place));
}

}  // namespace

void encode_block(std::span<const uint8_t> bytes, std::vector<uint8_t>& stored) {
  PENSTOCK_CHECK(std::ssize(bytes) <= kMaxBlockBytes);
  auto size = static_cast<int>(bytes.size());
  int bound = LZ4_compressBound(size);
  stored.resize(sizeof(BlockHeader) + static_cast<size_t>(bound));
  uint8_t* payload = stored.data() + sizeof(BlockHeader);
  int got = LZ4_compress_fast(reinterpret_cast<const char*>(bytes.data()),
                              reinterpret_cast<char*>(payload), size, bound, kAcceleration);
  if (got <= 0 || got >= size) {
    if (size != 0) std::memcpy(payload, bytes.data(), bytes.size());
    got = size;
  }
  BlockHeader header{static_cast<uint32_t>(got), static_cast<uint32_t>(size), 0};
  std::memcpy(stored.data(), &header, sizeof header);
  stored.resize(sizeof header + static_cast<size_t>(got));
}

void seal_block(std::span<uint8_t> stored, uint64_t place) {
  BlockHeader header{};
  std::memcpy(&header, stored.data(), sizeof header);
  header.checksum = checksum_of(header, stored.data() + sizeof header, place);
  std::memcpy(stored.data(), &header, sizeof header);
}

bool decode_block(std::span<const uint8_t> stored, uint64_t place, std::span<uint8_t> out) {
  BlockHeader header{};
  if (stored.size() < sizeof header) return false;
  std::memcpy(&header, stored.data(), sizeof header);
  const uint8_t* payload = stored.data() + sizeof header;
  if (header.stored != stored.size() - sizeof header || header.bytes != out.size()) return false;
  if (header.checksum != checksum_of(header, payload, place)) return false;
  if (header.stored == header.bytes) {
    if (!out.empty()) std::memcpy(out.data(), payload, out.size());
    return true;
  }
  int got = LZ4_decompress_safe(reinterpret_cast<const char*>(payload),
                                reinterpret_cast<char*>(out.data()),
                                static_cast<int>(header.stored), static_cast<int>(out.size()));
  return got == static_cast<int>(header.bytes);
}

}  // namespace penstock
