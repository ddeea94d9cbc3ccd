#include "libcore/os/chunks/division.h"

#include <algorithm>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/limits.h"

namespace penstock {
namespace {

int64_t parts_of(int64_t size, int64_t chunk_bytes) {
  return std::max<int64_t>(1, size / chunk_bytes + (size % chunk_bytes != 0 ? 1 : 0));
}

int64_t parts_of(const std::vector<int64_t>& sizes, int64_t chunk_bytes) {
  int64_t parts = 0;
  for (int64_t size : sizes)
    parts += parts_of(size, chunk_bytes);
  return parts;
}

}  // namespace

int64_t least_chunks(const std::vector<int64_t>& sizes) {
  return parts_of(sizes, kLedgerChunkBytes);
}

ChunkDivision::ChunkDivision(std::vector<int64_t> sizes, int64_t total) : sizes_(std::move(sizes)) {
  PENSTOCK_CHECK(!sizes_.empty() && total >= std::ssize(sizes_));
  int64_t low = 1;
  int64_t high = std::max<int64_t>(1, *std::max_element(sizes_.begin(), sizes_.end()));
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (parts_of(sizes_, middle) <= total) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  chunks_before_ = {0};
  for (int64_t size : sizes_)
    chunks_before_.push_back(chunks_before_.back() + parts_of(size, high));
}

Chunk ChunkDivision::chunk(int64_t number) const {
  PENSTOCK_CHECK(number >= 1 && number <= count());
  auto after = std::upper_bound(chunks_before_.begin(), chunks_before_.end(), number - 1);
  Chunk chunk;
  chunk.number = number;
  chunk.input = after - chunks_before_.begin() - 1;
  int64_t before = *(after - 1);
  chunk.part = number - before;
  chunk.parts = *after - before;
  __extension__ using Wide = __int128;
  auto cut = [&](int64_t part) {
    return static_cast<int64_t>(static_cast<Wide>(size_of(chunk.input)) * part / chunk.parts);
  };
  chunk.begin = cut(chunk.part - 1);
  chunk.end = cut(chunk.part);
  return chunk;
}

}  // namespace penstock
