// The loops that aggregate states share.
#pragma once

#include <cstdint>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/decimal.h"
#include "libcore/ops/aggregate_state.h"
#include "libcore/ops/typed_values.h"

namespace penstock {

// Calls each(group, i) for every row i whose value in `column` is no null.
template <typename Each>
void for_each_value(const AggregateRows& rows, const Column& column, Each each) {
  const int32_t* groups = rows.groups.data();
  const auto count = static_cast<int64_t>(rows.groups.size());
  if (column.null_count == 0) {
    for (int64_t i = 0; i < count; ++i)
      each(static_cast<size_t>(groups[i]), i);
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    if (column.is_valid(i)) each(static_cast<size_t>(groups[i]), i);
  }
}

// Row i of a state's column of counts; a null counts nothing. Throws Error for what is no count.
inline int64_t count_at(const Column& counts, int64_t i) {
  int64_t count = counts.is_null(i) ? 0 : counts.data<int64_t>()[i];
  if (count < 0) throw Error("a partial state has a count below 0");
  return count;
}

// Counts that strangers give may be of any size.
inline void add_count(int64_t& total, int64_t more) {
  if (__builtin_add_overflow(total, more, &total)) {
    throw Error("partial states have counts beyond 2^63 - 1 together");
  }
}

template <typename T>
int64_t vector_bytes(const std::vector<T>& values) {
  return static_cast<int64_t>(values.capacity() * sizeof(T));
}

inline double as_double(int128_t value, int32_t scale) {
  return to_double(value, scale);
}
template <typename T>
double as_double(T value, int32_t /*scale*/) {
  return static_cast<double>(value);
}

}  // namespace penstock
