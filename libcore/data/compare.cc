#include "libcore/data/compare.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "libcore/data/dictionary.h"
#include "libcore/data/number/float16.h"

namespace penstock {
namespace {

template <typename T>
std::weak_ordering compare_plain(const Column& a, int64_t i, const Column& b, int64_t j) {
  return a.data<T>()[i] <=> b.data<T>()[j];
}

template <typename T>
std::weak_ordering compare_float(const Column& a, int64_t i, const Column& b, int64_t j) {
  return compare_floats(a.data<T>()[i], b.data<T>()[j]);
}

// 256-bit two's complement: the highest word is signed.
std::weak_ordering compare_decimal256(const Column& a, int64_t i, const Column& b, int64_t j) {
  std::array<uint64_t, 4> left, right;
  std::memcpy(left.data(), a.values.data() + 32 * i, 32);
  std::memcpy(right.data(), b.values.data() + 32 * j, 32);
  if (left[3] != right[3]) {
    return static_cast<int64_t>(left[3]) <=> static_cast<int64_t>(right[3]);
  }
  for (size_t k = 3; k-- > 0;) {
    if (left[k] != right[k]) return left[k] <=> right[k];
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare_bytes(std::string_view a, std::string_view b) {
  return a.compare(b) <=> 0;
}

struct Range {
  int64_t begin;
  int64_t end;
};

template <typename Offset>
Range range_at(const Column& column, int64_t i) {
  const auto* offsets = column.offsets.as<Offset>();
  return {offsets[i], offsets[i + 1]};
}

std::weak_ordering compare_ranges(const Column& a, Range left, const Column& b, Range right) {
  int64_t common = std::min(left.end - left.begin, right.end - right.begin);
  for (int64_t k = 0; k < common; ++k) {
    auto order = compare_rows(*a.children[0], left.begin + k, *b.children[0], right.begin + k);
    if (order != 0) return order;
  }
  return left.end - left.begin <=> right.end - right.begin;
}

std::weak_ordering compare_structs(const Column& a, int64_t i, const Column& b, int64_t j) {
  for (size_t k = 0; k < a.children.size(); ++k) {
    auto order = compare_rows(*a.children[k], i, *b.children[k], j);
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare_nested(const Column& a, int64_t i, const Column& b, int64_t j) {
  switch (a.type->id) {
    case TypeId::kList:
      return compare_ranges(a, range_at<int32_t>(a, i), b, range_at<int32_t>(b, j));
    case TypeId::kLargeList:
      return compare_ranges(a, range_at<int64_t>(a, i), b, range_at<int64_t>(b, j));
    case TypeId::kFixedSizeList: {
      int64_t width = a.type->width;
      return compare_ranges(a, {i * width, (i + 1) * width}, b, {j * width, (j + 1) * width});
    }
    case TypeId::kStruct:
      return compare_structs(a, i, b, j);
    case TypeId::kDictionary:
      return compare_rows(*a.dictionary, dictionary_row(a, i), *b.dictionary, dictionary_row(b, j));
    default:
      return std::weak_ordering::equivalent;
  }
}

}  // namespace

std::weak_ordering compare_values(const Column& a, int64_t i, const Column& b, int64_t j) {
  switch (a.type->id) {
    case TypeId::kBool:
      return static_cast<int>(a.bool_at(i)) <=> static_cast<int>(b.bool_at(j));
    case TypeId::kInt8:
      return compare_plain<int8_t>(a, i, b, j);
    case TypeId::kInt16:
      return compare_plain<int16_t>(a, i, b, j);
    case TypeId::kInt32:
    case TypeId::kDate32:
    case TypeId::kTime32:
      return compare_plain<int32_t>(a, i, b, j);
    case TypeId::kInt64:
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
      return compare_plain<int64_t>(a, i, b, j);
    case TypeId::kUint8:
      return compare_plain<uint8_t>(a, i, b, j);
    case TypeId::kUint16:
      return compare_plain<uint16_t>(a, i, b, j);
    case TypeId::kUint32:
      return compare_plain<uint32_t>(a, i, b, j);
    case TypeId::kUint64:
      return compare_plain<uint64_t>(a, i, b, j);
    case TypeId::kFloat16:
      return compare_floats(float_from_half(a.data<uint16_t>()[i]),
                            float_from_half(b.data<uint16_t>()[j]));
    case TypeId::kFloat32:
      return compare_float<float>(a, i, b, j);
    case TypeId::kFloat64:
      return compare_float<double>(a, i, b, j);
    case TypeId::kDecimal128:
      return compare_plain<int128_t>(a, i, b, j);
    case TypeId::kDecimal256:
      return compare_decimal256(a, i, b, j);
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return compare_bytes(a.bytes_at(i), b.bytes_at(j));
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary:
      return compare_bytes(a.large_bytes_at(i), b.large_bytes_at(j));
    case TypeId::kFixedSizeBinary:
      return compare_bytes(any_bytes_at(a, i), any_bytes_at(b, j));
    default:
      return compare_nested(a, i, b, j);
  }
}

std::weak_ordering compare_rows(const Column& a, int64_t i, const Column& b, int64_t j,
                                bool nulls_first) {
  bool left = a.is_null(i);
  bool right = b.is_null(j);
  if (!left && !right) return compare_values(a, i, b, j);
  if (left == right) return std::weak_ordering::equivalent;
  return left == nulls_first ? std::weak_ordering::less : std::weak_ordering::greater;
}

bool is_orderable(const Type& type) {
  switch (type.id) {
    case TypeId::kIntervalMonths:
    case TypeId::kIntervalDayTime:
    case TypeId::kIntervalMonthDayNano:
    case TypeId::kMap:
    case TypeId::kSparseUnion:
    case TypeId::kDenseUnion:
      return false;
    case TypeId::kDictionary:
      return is_orderable(*type.value_type);
    default:
      return std::all_of(type.children.begin(), type.children.end(),
                         [](const Field& field) { return is_orderable(*field.type); });
  }
}

}  // namespace penstock
