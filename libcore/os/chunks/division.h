// How inputs that scans read together are divided into chunks. CHUNKS.md describes the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace penstock {

// A piece of an input: bytes [begin, end), and the records that start in it.
struct Chunk {
  int64_t number = 0;  // from 1, over all inputs
  int64_t input = 0;   // from 0
  int64_t part = 0;    // from 1, within its input
  int64_t parts = 0;
  int64_t begin = 0;
  int64_t end = 0;  // the size of the input for its last part

  bool operator==(const Chunk&) const = default;
};

// Returns the smallest number of chunks of inputs of these sizes (bytes) with which no chunk is
// longer than kLedgerChunkBytes. Each input has at least one chunk.
int64_t least_chunks(const std::vector<int64_t>& sizes);

// Gives each input chunks by its size, so that all chunks are about equal. The same sizes and total
// give the same chunks in every process.
class ChunkDivision {
 public:
  // `sizes` are those of the inputs in bytes. REQUIRES total >= sizes.size() > 0.
  ChunkDivision(std::vector<int64_t> sizes, int64_t total);

  // Returns how many chunks there are, at most `total`.
  int64_t count() const { return chunks_before_.back(); }
  int64_t inputs() const { return static_cast<int64_t>(sizes_.size()); }
  int64_t size_of(int64_t input) const { return sizes_[static_cast<size_t>(input)]; }
  // Returns the number of an input's first chunk.
  int64_t first_of(int64_t input) const { return chunks_before_[static_cast<size_t>(input)] + 1; }
  // REQUIRES 1 <= number <= count(). Costs O(log inputs).
  Chunk chunk(int64_t number) const;

 private:
  std::vector<int64_t> sizes_;
  std::vector<int64_t> chunks_before_;  // of each input, and of all at the end
};

}  // namespace penstock
