// Who takes which chunk of an input, and where its first record begins: a file on which scans side
// by side count. So a scan that is slow, or has the heavy part, takes fewer chunks and delays
// nobody, no scan needs to know how many others there are, and each byte is read once: whether a
// cut lies inside quotes says the scan that has read what comes before it. CHUNKS.md has the file's
// format, which a shell can begin ("1 64").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

// A piece of an input: bytes [begin, end), and the records that start in it.
struct Chunk {
  int64_t number = 0;  // from 1, of all inputs'
  int64_t input = 0;   // from 0
  int64_t part = 0;    // from 1, of its input's
  int64_t parts = 0;
  int64_t begin = 0;
  int64_t end = 0;  // the input's size for its last part
};

// Into how many chunks inputs of these sizes are cut at least, so that one is no longer than
// kLedgerChunkBytes; each input has at least one.
int64_t least_chunks(const std::vector<int64_t>& sizes);

// Makes (or replaces) a ledger of chunks 1 to `total` of inputs that have these sizes. REQUIRES
// total >= sizes.size() > 0. Throws Error when it cannot be written.
void make_chunk_ledger(const std::string& path, int64_t total, const std::vector<int64_t>& sizes);

// Not thread-safe; other processes, and other objects, may use the same file at the same time.
//
// A scan takes a chunk, reads it, asks where its records begin, and tells at once where the next
// chunk's do, before it does anything that may take long: others wait for that. A scan that ends
// between is noticed by those that wait.
class ChunkLedger {
 public:
  // `sizes` are the inputs', for a ledger that a shell made, which learns them from the first scan.
  // Throws Error when the file cannot be opened or is not a ledger, and when it has fewer chunks
  // than there are inputs, or is for another number of inputs.
  ChunkLedger(std::string path, const std::vector<int64_t>& sizes);
  ~ChunkLedger();
  ChunkLedger(const ChunkLedger&) = delete;
  ChunkLedger& operator=(const ChunkLedger&) = delete;

  int64_t total() const { return total_; }
  // The size of an input that all scans go by.
  int64_t size_of(int64_t input) const { return sizes_[static_cast<size_t>(input)]; }

  // The chunk that take() will give, wherever it lies; empty when all are taken. It is this scan's
  // from now on. What was taken before is done with. Throws Error when the file cannot be read or
  // written, or has changed into something else.
  std::optional<Chunk> peek();

  // Takes the next chunk if it lies in `input`; empty when it lies in another one, or all are
  // taken. Throws as peek() does.
  std::optional<Chunk> take(int64_t input);

  // Where the first record of the chunk that was taken last begins, which may be behind its end;
  // empty when no scan has read the chunk before, because the ledger began with this one. Waits for
  // the scan that has the chunk before. Throws Error when that one has ended without telling.
  // REQUIRES a chunk that is not its input's first.
  std::optional<int64_t> begin_of_records();
  // The same, but empty too when it is not known yet; never waits.
  std::optional<int64_t> known_begin_of_records();

  // Tells where the first record at or behind the end of the chunk that was taken last begins.
  // Throws Error when the file cannot be written.
  void tell_next(int64_t offset);

  // To be called by a scan that is about to fail because of the chunk that was taken last: waits
  // some time for those that have earlier chunks, which may fail too. So of several faults the
  // first of the input is the one that is told, as if one scan had read all.
  void give_way() noexcept;

 private:
  int64_t read_next();
  void read_all(const std::vector<int64_t>& sizes);
  void share_out();
  Chunk chunk(int64_t number) const;
  bool owns_all_before(int64_t number) const;
  int64_t place_of_begin(int64_t number) const;

  std::string path_;
  int fd_ = -1;
  int64_t total_ = 0;
  int64_t first_ = 1;  // the chunk with which the ledger began
  std::vector<int64_t> sizes_;
  std::vector<int64_t> chunks_before_;  // of each input, and of all at the end
  std::optional<Chunk> next_;           // seen, but not taken
  Chunk current_;                       // taken last; number 0 for none
};

}  // namespace penstock
