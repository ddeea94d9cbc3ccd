// Which value of a column is the most frequent, and how many different ones there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/data/take.h"
#include "libcore/keys/group_table.h"
#include "libcore/ops/aggregate/sketch/registers.h"

namespace penstock {

// Counts each value, as long as there are at most kMostExact different ones which have at most
// kMostExactBytes of text together. Beyond that
//   - the number of different values is estimated (sketch/registers.h);
//   - values are counted by their hashes in kCellRows rows of kCells cells, the Count-Min sketch
//     (Cormode and Muthukrishnan, "An improved data stream summary: the count-min sketch and its
//     applications", 2005): a value's count is the least of its cells. It is never too low, and
//     with a probability of 95 % at most e / kCells (0.07 %) of all values too high;
//   - values whose count is a share of at least 1 / kHeldShareOf are held, so that those with
//     1 / kFrequentShareOf are among them.
// None of this depends on the order of the values or on how they are divided. Not thread-safe.
class ValueCounts {
 public:
  static constexpr int64_t kMostExact = 4096;
  static constexpr int64_t kMostExactBytes = int64_t{1} << 20;
  static constexpr size_t kCellRows = 3;
  static constexpr size_t kCells = 4096;
  static constexpr int64_t kFrequentShareOf = 1024;

  // Whether values of a plain type can be counted.
  static bool can_count(const Type& type);

  // REQUIRES a plain type that can be counted.
  explicit ValueCounts(TypePtr type);

  // Adds the values that are not null. REQUIRES a column of the type.
  void add(const ColumnPtr& column);

  // How many different values there are; about how many, when they are too many to be counted.
  int64_t distinct() const;

  struct Frequent {
    ColumnPtr value;  // in one row
    int64_t count = 0;
  };
  // Returns the most frequent value, of several the least. Empty without values, and when no value
  // has a share of 1 / kFrequentShareOf and they are too many to be counted each.
  std::optional<Frequent> most_frequent() const;

  // The columns of states, and the state in one row of these.
  static std::vector<Field> state_fields(const TypePtr& type);
  std::vector<ColumnPtr> state() const;

  // Adds what another has counted. REQUIRES columns of the types of state_fields(), which may come
  // from strangers. Throws Error for what is not a state.
  void merge(std::span<const ColumnPtr> columns, int64_t row);

 private:
  bool is_exact() const { return cells_.empty(); }
  int64_t known() const { return table_.size() - (null_group_ >= 0 ? 1 : 0); }
  // The values in the table, and what each of them has been counted.
  std::vector<int64_t> table_counts(const ColumnPtr& values) const;
  void add_exact(const ColumnPtr& column, const int64_t* counts);
  void add_hashed(const ColumnPtr& column, const int64_t* counts);
  int64_t count_hash(uint64_t hash, int64_t more);
  void hash_all();
  void hold(const ColumnPtr& column, std::span<const RowIndex> rows);
  void drop_rare();
  void merge_cells(std::span<const ColumnPtr> columns, int64_t row);

  TypePtr type_;
  int64_t total_ = 0;  // values that are not null
  // All values while they are exact, with their counts; else those that may be frequent.
  GroupTable table_;
  std::vector<int64_t> counts_;
  int32_t null_group_ = -1;  // of the nulls in the table, which do not count
  int64_t text_bytes_ = 0;
  std::vector<int64_t> cells_;  // kCellRows * kCells, once values are counted by their hashes
  DistinctRegisters registers_;
  std::vector<int32_t> groups_;  // scratch
  std::vector<RowIndex> rows_;
};

}  // namespace penstock
