// Bounds of ranges: which range a row is in, and bounds as users write them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/keys/row_keys.h"

namespace penstock {

// Row numbers of ranges: a key is in range r when r bounds are not after it, so that a key equal to
// a bound begins the range behind it. Equal keys are always in one range. Immutable.
class RangeBounds {
 public:
  // `bounds` has the key columns of `keys` in their order, plain, and is in the order of the keys
  // (repeats are allowed: no key is between them). Throws Error when it is not, or when types are
  // not those of `schema`'s keys.
  RangeBounds(const Schema& schema, const std::vector<SortKey>& keys, const Batch& bounds);

  int64_t size() const { return bounds_.rows(); }
  // ranges[i] of row i of a batch of `schema`.
  void find(const Batch& batch, std::span<int32_t> ranges) const;

 private:
  KeyOrder order_;
  RowKeys bounds_;
};

// The key columns' schema: plain, by name, in the order of the keys.
SchemaPtr key_schema(const Schema& schema, const std::vector<SortKey>& keys);
// And their columns of a batch of `schema`.
Batch key_columns(const Batch& batch, const SchemaPtr& key_schema);

// "10,20,30", values as the key columns' types read them; with several keys as many values in a row
// are one bound ("10,a,20,b" is two). A value with a comma, a quote or a space at an end is quoted
// as in CSV. Throws a usage Error for a value that is none of its column, and when bounds are not
// in the order of the keys.
Batch parse_bounds(std::string_view text, const Schema& schema, const std::vector<SortKey>& keys);

}  // namespace penstock
