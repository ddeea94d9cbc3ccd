// Distinct keys, numbered from 0 in the order in which they first came. What grouping, `distinct`
// and hash joins find equal keys with.
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

// Keys are equal as section 5 of the design has it: NaN equals itself, -0 equals 0, nulls are equal
// to each other. Short keys are kept packed in 8 or 16 bytes; when a longer one comes, all are
// moved to a wider form, at the end to rows of bytes.
class GroupTable {
 public:
  // REQUIRES plain types that can be keys (keys/value.h).
  explicit GroupTable(std::vector<TypePtr> types) : types_(std::move(types)) {
    row_starts_.push_back(0);
  }

  int64_t size() const { return size_; }

  // Memory taken, by capacity.
  int64_t bytes() const;

  // Makes room in the index for that many keys.
  void reserve(int64_t keys) { index_.reserve(keys); }

  // The number of each row's key in groups[0, rows), given to it now when it is new. Rows that were
  // the first of their key are appended to `first_rows`, in order: they have the numbers from what
  // size() was before. Throws Error past kMaxGroups. REQUIRES columns of the types, `rows` long;
  // with no types all rows are of group 0.
  void insert(std::span<const ColumnPtr> keys, int64_t rows, int32_t* groups,
              std::vector<RowIndex>& first_rows);

  // The same for keys that are only looked for; GroupIndex::kNone where there is none. From any
  // number of threads, each with its own scratch.
  struct Scratch {
    KeyRows rows;
  };
  void find(std::span<const ColumnPtr> keys, int64_t rows, int32_t* groups, Scratch& scratch) const;

  // The key columns of the groups [begin, begin + count).
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
  // Keys by group: packed in narrow_ or wide_ as layout_ has it, or, once that is empty, as rows.
  bool is_begun_ = false;
  std::optional<PackedLayout> layout_;
  GrowingArray<uint64_t> narrow_;
  GrowingArray<uint128_t> wide_;
  MutableBuffer row_bytes_;
  GrowingArray<int64_t> row_starts_;  // and the end of the last
  Scratch scratch_;
};

}  // namespace penstock
