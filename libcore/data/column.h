// A column of a batch: Arrow's physical layout without offsets into buffers, so that whole columns
// go to and from a stream without a copy.
//
// Invariants (readers of foreign bytes establish them, everybody else relies on them):
//   - validity is empty exactly when null_count is 0, else it holds bitmap_bytes(length) bytes;
//   - offsets (length + 1 of int32 or int64, ascending, inside values or the child; the first need
//     not be 0) for variable-size bytes, lists and maps; for a dense union the int32 offsets;
//   - values: fixed-width values, bits of a bool, bytes of variable-size bytes, dictionary indices
//     (each within the dictionary unless null), type codes of a union; aligned for their type;
//   - utf8 is valid UTF-8; nulls' values are unspecified but readable (offsets stay ascending);
//   - children have the parent's length (struct, sparse union), length * width (fixed-size list),
//     or what offsets reach into (list, map, dense union);
//   - a null-type column has null_count == length and no buffer;
//   - a union has no validity and null_count 0: its nulls are its members'.
// A column with length 0 may have empty buffers throughout, an empty offsets buffer included.
//
// Threads: immutable after construction, shared freely.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "libcore/data/bitmap.h"
#include "libcore/data/buffer.h"
#include "libcore/data/type.h"

namespace penstock {

// Decimals are carried as two's complement 128-bit integers, scaled by 10^scale.
__extension__ typedef __int128 int128_t;
__extension__ typedef unsigned __int128 uint128_t;

struct Column;
using ColumnPtr = std::shared_ptr<const Column>;

struct Column {
  TypePtr type;
  int64_t length = 0;
  int64_t null_count = 0;
  Buffer validity;
  Buffer offsets;
  Buffer values;
  std::vector<ColumnPtr> children;
  ColumnPtr dictionary;

  bool is_null(int64_t i) const { return null_count != 0 && !valid_bit(i); }
  bool is_valid(int64_t i) const { return !is_null(i); }

  // Fixed-width values; REQUIRES sizeof(T) == fixed_width(*type).
  template <typename T>
  const T* data() const {
    return values.as<T>();
  }
  bool bool_at(int64_t i) const { return get_bit(values.data(), i); }

  // Bytes of row i of utf8, binary (32-bit offsets); a view into values. REQUIRES length > i.
  std::string_view bytes_at(int64_t i) const {
    const int32_t* o = offsets.as<int32_t>();
    return {reinterpret_cast<const char*>(values.data()) + o[i],
            static_cast<size_t>(o[i + 1] - o[i])};
  }
  std::string_view large_bytes_at(int64_t i) const {
    const int64_t* o = offsets.as<int64_t>();
    return {reinterpret_cast<const char*>(values.data()) + o[i],
            static_cast<size_t>(o[i + 1] - o[i])};
  }

 private:
  bool valid_bit(int64_t i) const {
    // A null-type column keeps no bitmap.
    return !validity.empty() && get_bit(validity.data(), i);
  }
};

// The bytes of row i for every type with bytes of its own: utf8, binary, their large forms,
// fixed-size binary.
std::string_view any_bytes_at(const Column& column, int64_t i);

// A column whose rows are all null. A union has no validity of its own: its null is a null of its
// first member. Throws Error for a union without members (unless length is 0), and when a
// fixed-size list would have more than kMaxBatchRows elements.
ColumnPtr make_null_column(const TypePtr& type, int64_t length);

// A column of fixed-width values. `validity` is as a builder makes it: empty for no nulls.
// null_count is counted from it.
ColumnPtr make_column(TypePtr type, int64_t length, Buffer values, Buffer validity = {});
ColumnPtr make_bytes_column(TypePtr type, int64_t length, Buffer offsets, Buffer values,
                            Buffer validity = {});

// The same column with nulls also where `validity` (of length bits, or empty) is clear. REQUIRES:
// not a union.
ColumnPtr with_validity(const ColumnPtr& column, const Buffer& validity);

// Bytes of a column's buffers, including those of its children and its dictionary.
int64_t byte_size(const Column& column);

// Tests every invariant above, in nested columns too (including UTF-8 and dictionary indices), and
// what printing relies on in types. Throws an Error that names the broken one. Call it for every
// column that comes from outside, with bytes of any kind. Costs a pass over offsets, text and
// indices. `dictionary_known`: the dictionaries in the column were validated before, so that those
// of a stream are not tested again with every batch.
void validate(const Column& column, bool dictionary_known = false);

}  // namespace penstock
