// The build side of a hash join.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/growing_array.h"
#include "libcore/data/take.h"
#include "libcore/keys/group_table.h"
#include "libcore/rows/store.h"

namespace penstock {

// Rows by key. Built once, then read only.
class JoinTable {
 public:
  // What is kept: keys alone; rows that can be found; or also rows with a null key, which cannot be
  // found.
  enum class Keep { kKeys, kPartners, kAll };

  // Whether a null key equals nothing, as in SQL, or null keys are equal to each other.
  enum class Nulls { kDiffer, kMatch };

  // A table for keys of these types and rows of this schema, which may have no columns.
  JoinTable(std::vector<TypePtr> key_types, const SchemaPtr& rows, Keep keep, Nulls nulls)
      : keys_(std::move(key_types)), store_(rows), keep_(keep), nulls_(nulls) {}

  // States the approximate number of rows that will be added, which makes growing cheaper.
  void expect(int64_t rows) { expected_ = rows; }
  // `keys` are the key columns of `rows`.
  void add(std::span<const ColumnPtr> keys, const Batch& rows);
  // Call this after the last add() and before the first lookup.
  void finish();

  // Writes the number of each row's key to numbers[0, rows). GroupIndex::kNone when no row in the
  // table has the key, or when one of its columns is null and nulls differ.
  void find(std::span<const ColumnPtr> keys, int64_t rows, int32_t* numbers);

  // The number of keys that can be found, each counted once.
  int64_t key_count() const { return keys_.size(); }
  std::vector<ColumnPtr> keys() const { return keys_.keys(0, keys_.size()); }

  // The rows of a key, in the order in which they were added.
  std::span<const PartRow> partners(int32_t number) const {
    auto at = static_cast<size_t>(number);
    if (is_unique_) return {&partners_[at], 1};
    return {partners_.data() + begins_[at], begins_[at + 1] - begins_[at]};
  }
  // Whether every key has exactly one row.
  bool is_unique() const { return is_unique_; }

  RowStore& rows() { return store_; }
  const RowStore& rows() const { return store_; }

 private:
  void prepare();
  void count_partners();
  void add_with_nulls(std::span<const ColumnPtr> keys, const Batch& rows);

  GroupTable keys_;
  GroupTable::Scratch scratch_;
  RowStore store_;
  Keep keep_;
  Nulls nulls_;
  int64_t expected_ = 0;
  GrowingArray<int32_t> numbers_;  // of the stored rows, until finish()
  std::vector<PartRow> partners_;  // by key
  std::vector<size_t> begins_;     // of each key in partners_, and the end; empty when unique
  bool is_unique_ = true;
};

}  // namespace penstock
