// Who takes which chunk of an input: a file with the number of the next chunk and how many there
// are, which scans side by side count on. So a scan that is slow, or has the heavy part, takes
// fewer chunks and delays nobody, and no scan needs to know how many others there are.
//
// The file is text, as in "1 64", so that a shell can make one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace penstock {

// Makes (or makes anew) a ledger with chunks 1 to `total`. Throws Error when it cannot be written.
void make_chunk_ledger(const std::string& path, int64_t total);

// Not thread-safe; other processes may use the same file, which is locked while it is counted on.
class ChunkLedger {
 public:
  // Throws Error when the file cannot be opened or is no ledger.
  explicit ChunkLedger(std::string path);
  ~ChunkLedger();
  ChunkLedger(const ChunkLedger&) = delete;
  ChunkLedger& operator=(const ChunkLedger&) = delete;

  int64_t total() const { return total_; }

  // Takes the next chunk, 1 … total(); empty when all are taken. Throws Error when the file cannot
  // be read or written, or has changed into something else.
  std::optional<int64_t> take();

 private:
  // Reads the file and returns the next chunk's number.
  int64_t read();

  std::string path_;
  int fd_ = -1;
  int64_t total_ = 0;
};

}  // namespace penstock
