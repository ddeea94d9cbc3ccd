// Calls code for the C++ type of a column's values, once for each column.
#pragma once

#include <cstdint>

#include "libcore/data/column.h"

namespace penstock {

// Calls use(values) with the column's values as C++ values: signed and unsigned integers, float,
// double, int128_t. Dates and times are signed integers. Returns false, without a call, for other
// types.
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

}  // namespace penstock
