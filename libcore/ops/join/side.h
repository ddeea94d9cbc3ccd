// One side of a symmetric join: the rows that have come, which are looked up by key while more
// come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/group_table.h"
#include "libcore/rows/store.h"

namespace penstock {

// The sides of a join, as indices.
inline constexpr size_t kLeftSide = 0;
inline constexpr size_t kRightSide = 1;

class JoinSideRows {
 public:
  JoinSideRows(std::vector<TypePtr> key_types, const SchemaPtr& rows)
      : keys_(std::move(key_types)), store_(rows) {}

  // Adds rows. Row i has found a partner already when found[i].
  void add(std::span<const ColumnPtr> keys, const Batch& rows, const std::vector<bool>& found);

  // Writes the number of each row's key to `numbers`, as GroupTable::find() does; kNone for keys
  // with a null.
  void find(std::span<const ColumnPtr> keys, int64_t rows, int32_t* numbers);

  // Enumerate the rows of a key by their numbers, in reverse order of arrival: the last row, and
  // the row before each; kNone at the end.
  int32_t last_of(int32_t key) const { return last_[static_cast<size_t>(key)]; }
  int32_t before(int32_t row) const { return before_[static_cast<size_t>(row)]; }

  // Returns the place of a row in the store; valid until the next add().
  PartRow place(int32_t row) const;
  int32_t number(PartRow place) const {
    return begins_[static_cast<size_t>(place.part)] + place.row;
  }
  const RowStore& store() const { return store_; }
  std::span<const Batch> parts() { return store_.parts(); }

  int64_t rows() const { return store_.rows(); }
  // Approximate memory in bytes.
  int64_t bytes() const;

  bool is_found(int32_t row) const { return found_[static_cast<size_t>(row)]; }
  void set_found(int32_t row) { found_[static_cast<size_t>(row)] = true; }

 private:
  GroupTable keys_;
  GroupTable::Scratch scratch_;
  RowStore store_;
  std::vector<int32_t> begins_;  // of each part of the store, as row numbers
  std::vector<int32_t> last_;
  std::vector<int32_t> before_;
  std::vector<bool> found_;
};

}  // namespace penstock
