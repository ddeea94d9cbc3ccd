// The loops that aggregate states share.
#pragma once

#include <cstdint>

#include "libcore/data/decimal.h"
#include "libcore/ops/aggregate_state.h"

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

// Calls use(values) with the column's values as what they are in C++: signed and unsigned integers,
// float, double, int128_t. Dates and times are signed integers. False, without a call, for types
// that are none of these.
template <typename Use>
bool with_values(const Column& column, Use&& use) {
  switch (column.type->id) {
    case TypeId::kInt8:
      use(column.data<int8_t>());
      return true;
    case TypeId::kInt16:
      use(column.data<int16_t>());
      return true;
    case TypeId::kInt32:
    case TypeId::kDate32:
    case TypeId::kTime32:
      use(column.data<int32_t>());
      return true;
    case TypeId::kInt64:
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
      use(column.data<int64_t>());
      return true;
    case TypeId::kUint8:
      use(column.data<uint8_t>());
      return true;
    case TypeId::kUint16:
      use(column.data<uint16_t>());
      return true;
    case TypeId::kUint32:
      use(column.data<uint32_t>());
      return true;
    case TypeId::kUint64:
      use(column.data<uint64_t>());
      return true;
    case TypeId::kFloat32:
      use(column.data<float>());
      return true;
    case TypeId::kFloat64:
      use(column.data<double>());
      return true;
    case TypeId::kDecimal128:
      use(column.data<int128_t>());
      return true;
    default:
      return false;
  }
}

inline double as_double(int128_t value, int32_t scale) {
  return to_double(value, scale);
}
template <typename T>
double as_double(T value, int32_t /*scale*/) {
  return static_cast<double>(value);
}

}  // namespace penstock
