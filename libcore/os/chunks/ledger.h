// The ledger of chunks: a file through which scans that run side by side divide an input. It
// records which chunks are taken, and where the first record of each chunk begins. The scans notice
// when one of them ends without stating where the records of the next chunk begin.
//
// CHUNKS.md describes the format of the file, which a shell can begin ("1 64").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/os/chunks/ledger_file.h"
#include "libcore/os/chunks/source.h"

namespace penstock {

// Makes or replaces a ledger of chunks 1 to `total`, of inputs that have these sizes in bytes.
// REQUIRES total >= sizes.size() > 0. Throws Error when the file cannot be written.
void make_chunk_ledger(const std::string& path, int64_t total, const std::vector<int64_t>& sizes);

// Other processes, and other objects, may use the same file at the same time.
class ChunkLedger final : public ChunkSource {
 public:
  // `sizes` are the sizes of the inputs in bytes. A ledger that a shell made records those of the
  // first scan. Throws Error when the file cannot be opened or is not a ledger, when it has fewer
  // chunks than there are inputs, or when it is for another number of inputs.
  ChunkLedger(std::string path, const std::vector<int64_t>& sizes);

  int64_t total() const { return total_; }
  int64_t first_input() const override { return 0; }
  // Of any input.
  int64_t size_of(int64_t input) const override { return division_->size_of(input); }

  // Not of the chunk, from the input's beginning, when no scan has read the chunk before because
  // the ledger began with this one. Throws Error when the scan that has the chunk before ended
  // without stating it.
  RecordsBegin begin_of_records() override;
  std::optional<int64_t> known_begin_of_records() override;
  void tell_next(int64_t offset) override;
  void give_way() noexcept override;

 protected:
  std::optional<Chunk> get_after(const Chunk& ended) override;

 private:
  void read_all(const std::vector<int64_t>& sizes);
  bool owns_all_before(int64_t number);
  int64_t place_of_begin(int64_t number) const;

  LedgerFile file_;
  std::optional<ChunkDivision> division_;
  int64_t total_ = 0;
  int64_t first_ = 1;  // the chunk with which the ledger began
};

}  // namespace penstock
