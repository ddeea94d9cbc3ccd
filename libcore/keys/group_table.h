// Distinct keys, numbered from 0 in the order in which they first came. Grouping, `distinct` and
// hash joins find equal keys with it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/growing_array.h"
#include "libcore/data/take.h"
#include "libcore/keys/group_index.h"
#include "libcore/keys/packing.h"
#include "libcore/keys/rows.h"

namespace penstock {

// Keys are equal as in section 5 of the design: NaN equals itself, -0 equals 0, and nulls are equal
// to each other. Short keys are packed in 8 or 16 bytes; when a longer key comes, all keys move to
// a wider form, and finally to rows of bytes.
class GroupTable {
 public:
  // REQUIRES plain types that can be keys (keys/value.h).
  explicit GroupTable(std::vector<TypePtr> types) : types_(std::move(types)) {
    row_starts_.push_back(0);
  }

  int64_t size() const { return size_; }

  // Memory in bytes, by capacity.
  int64_t bytes() const;

  // Makes room in the index for that many keys.
  void reserve(int64_t keys) { index_.reserve(keys); }

  // Writes the number of each row's key to groups[0, rows); a new key gets the next number. Appends
  // the first row of each new key to `first_rows`, in order: these keys have the numbers from the
  // earlier size() on. Throws Error past kMaxGroups. REQUIRES columns of the types, `rows` long;
  // without types all rows belong to group 0.
  void insert(std::span<const ColumnPtr> keys, int64_t rows, int32_t* groups,
              std::vector<RowIndex>& first_rows);

  // Looks keys up without adding them; GroupIndex::kNone for keys that are not there. May be called
  // from any number of threads, each with its own scratch.
  struct Scratch {
    KeyRows rows;
  };
  void find(std::span<const ColumnPtr> keys, int64_t rows, int32_t* groups, Scratch& scratch) const;

  // Returns the key columns of the groups [begin, begin + count).
  std::vector<ColumnPtr> keys(int64_t begin, int64_t count) const;

 private:
  template <typename Words>
  struct WordKeys;
  struct RowKeys;

  void widen(std::span<const ColumnPtr> keys);
  template <typename Keys>
  void reindex(const Keys& stored);
  template <typename Keys>
  void insert_block(Keys keys, int64_t begin, int64_t rows, int32_t* groups,
                    std::vector<RowIndex>& first_rows);
  template <typename Keys>
  void find_block(const Keys& keys, int64_t rows, int32_t* groups) const;
  template <typename Word>
  void insert_words(std::span<const ColumnPtr> keys, GrowingArray<Word>& stored, int64_t rows,
                    int32_t* groups, std::vector<RowIndex>& first_rows);
  template <typename Word>
  void find_words(std::span<const ColumnPtr> keys, const GrowingArray<Word>& stored, int64_t rows,
                  int32_t* groups) const;
  std::string_view stored_row(int32_t group) const {
    auto at = static_cast<size_t>(group);
    return {reinterpret_cast<const char*>(row_bytes_.data()) + row_starts_[at],
            static_cast<size_t>(row_starts_[at + 1] - row_starts_[at])};
  }

  std::vector<TypePtr> types_;
  int64_t size_ = 0;
  GroupIndex index_;
  // Keys by group: packed in narrow_ or wide_ as layout_ says, or, once layout_ is empty, as rows.
  bool is_begun_ = false;
  std::optional<PackedLayout> layout_;
  GrowingArray<uint64_t> narrow_;
  GrowingArray<uint128_t> wide_;
  MutableBuffer row_bytes_;
  GrowingArray<int64_t> row_starts_;  // and the end of the last
  Scratch scratch_;
};

}  // namespace penstock
