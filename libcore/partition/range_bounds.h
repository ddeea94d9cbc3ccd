// Bounds of ranges: which range a row is in, and how users write bounds.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/keys/row_keys.h"

namespace penstock {

// Finds the ranges of rows: a key is in range r when r bounds are not after it, so that a key equal
// to a bound begins a range. Equal keys are always in one range. Immutable.
class RangeBounds {
 public:
  // `bounds` has the key columns of `keys`, in their order, plain, and its rows are in the order of
  // the keys (repeats are allowed: no key lies between them). Throws Error when they are not, or
  // when the types are not those of `schema`'s keys.
  RangeBounds(const Schema& schema, const std::vector<SortKey>& keys, const Batch& bounds);

  int64_t size() const { return bounds_.rows(); }
  // Sets ranges[i] to the range of row i, for a batch of `schema`.
  void find(const Batch& batch, std::span<int32_t> ranges) const;

 private:
  KeyOrder order_;
  RowKeys bounds_;
};

// Returns the schema of the key columns: plain, by name, in the order of the keys.
SchemaPtr key_schema(const Schema& schema, const std::vector<SortKey>& keys);
// Returns these columns of a batch of `schema`.
Batch key_columns(const Batch& batch, const SchemaPtr& key_schema);

// Parses "10,20,30", values of the types of the key columns. With several keys, that many values in
// a row are one bound ("10,a,20,b" is two bounds). A value with a comma or a quote, or with a space
// at either end, is quoted as in CSV. Throws a usage Error for text that is not a value of its
// column, and when the bounds are not in the order of the keys.
Batch parse_bounds(std::string_view text, const Schema& schema, const std::vector<SortKey>& keys);

}  // namespace penstock
