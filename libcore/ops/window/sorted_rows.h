// Rows in the order of a window, stored, and where partitions and groups of peers begin.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_order.h"
#include "libcore/os/spill_file.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/rows/run.h"

namespace penstock {

// Rows are numbered from 0. As many as a share of the budget allows are in memory, the others in a
// temporary file, and two bits for each row are in memory in any case. Immutable once it is made;
// must outlive its cursors.
class SortedRows {
 public:
  // Reads all of `sorted`, whose first columns are the `partition` ones of the window and then the
  // `order` ones. The columns are plain.
  SortedRows(OperatorPtr sorted, size_t partition, size_t order, const SpillOptions& spill);

  // The rows of `batches`, of which there is at least one, in the order of `words`, whose prefix is
  // the partition. Only the columns that are `used` may be asked for, and one behind them, which
  // has the numbers of the rows from 0 on.
  SortedRows(std::span<const Batch> batches, const SortedWords& words,
             const std::vector<bool>& used, const SpillOptions& spill);

  int64_t rows() const { return rows_; }
  // How many rows to work on at once.
  int64_t block_rows() const { return block_rows_; }

  // Return the first row behind `row` that begins a partition or a group of peers; rows() where
  // there is none.
  int64_t next_partition(int64_t row) const { return next_set(partitions_, row); }
  int64_t next_peers(int64_t row) const { return next_set(peers_, row); }
  bool begins_partition(int64_t row) const { return is_set(partitions_, row); }
  bool begins_peers(int64_t row) const { return is_set(peers_, row); }

 private:
  friend class RowCursor;
  using Bits = std::vector<uint64_t>;

  static bool is_set(const Bits& bits, int64_t row) {
    return (bits[static_cast<size_t>(row) / 64] >> (row % 64) & 1) != 0;
  }
  int64_t next_set(const Bits& bits, int64_t row) const;
  void mark(const SortedWords& words);
  void mark(const Batch& batch, size_t begin, size_t end, Bits& bits);
  void add(Batch batch, const SpillOptions& spill);
  void set_block_rows(int64_t row_bytes, int64_t memory);

  SpillFile file_;
  std::vector<Batch> held_;      // the first parts
  std::vector<int64_t> starts_;  // the first row of each part, and the end of the last
  std::optional<RunWriter> writer_;
  std::optional<SpilledRun> run_;  // the other parts
  MemoryBudget budget_;
  int64_t rows_ = 0;
  int64_t block_rows_ = 0;
  Bits partitions_;
  Bits peers_;
  std::vector<uint8_t> differs_;
  Batch last_;  // the row before those that are being added
};

// Reads the rows. Quick for row numbers that do not descend; a descent to rows on disk reads these
// again from their beginning. Not thread-safe.
class RowCursor {
 public:
  explicit RowCursor(const SortedRows& rows) : rows_(rows) {}

  // Returns the values in [begin, end). REQUIRES begin < end.
  ColumnPtr range(size_t column, int64_t begin, int64_t end);
  // Returns the values in these rows; -1 stands for a null.
  ColumnPtr take(size_t column, std::span<const int64_t> rows);

  // One value: a row of a column, valid until the next call.
  struct Place {
    const Column* column;
    int64_t row;
  };
  Place at(size_t column, int64_t row) {
    if (row < begin_ || row >= end_) find(row);
    return {part_.columns[column].get(), row - begin_};
  }
  // The column of the last place.
  const ColumnPtr& column(size_t column) const { return part_.columns[column]; }

 private:
  void find(int64_t row);

  const SortedRows& rows_;
  Batch part_;
  int64_t begin_ = 0;  // the rows of part_
  int64_t end_ = 0;
  OperatorPtr reading_;
  size_t next_ = 0;  // the part that reading_ returns next
};

}  // namespace penstock
