// A cell of any column as text that is equal exactly when the values are: how tests of this room
// compare what was read with what was meant.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "libcore/data/column.h"

namespace penstock::testing {

inline std::string hex(std::string_view bytes) {
  std::string out;
  for (char byte : bytes)
    out += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  return out;
}

inline std::string float_text(double value) {
  return fmt::format("{:.17g}", value);
}

// A little-endian two's complement integer of `width` bytes in decimal digits.
inline std::string integer_text(const uint8_t* bytes, int width) {
  std::string magnitude(bytes, bytes + width);
  bool negative = (bytes[width - 1] & 0x80) != 0;
  if (negative) {
    unsigned carry = 1;
    for (char& byte : magnitude) {
      carry += static_cast<unsigned>(static_cast<unsigned char>(~byte));
      byte = static_cast<char>(carry);
      carry >>= 8;
    }
  }
  std::string digits;
  while (std::any_of(magnitude.begin(), magnitude.end(), [](char c) { return c != 0; })) {
    unsigned rest = 0;
    for (size_t i = magnitude.size(); i-- > 0;) {
      rest = rest << 8 | static_cast<unsigned char>(magnitude[i]);
      magnitude[i] = static_cast<char>(rest / 10);
      rest %= 10;
    }
    digits += static_cast<char>('0' + rest);
  }
  if (digits.empty()) return "0";
  if (negative) digits += '-';
  return {digits.rbegin(), digits.rend()};
}

template <typename T>
T value_at(const Column& column, int64_t i) {
  T value;
  std::memcpy(&value, column.values.data() + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

inline std::string cell_text(const Column& column, int64_t i);

inline std::string items_text(const Column& items, int64_t begin, int64_t end) {
  std::string out = "[";
  for (int64_t i = begin; i < end; ++i)
    out += cell_text(items, i) + ",";
  return out + "]";
}

inline int64_t index_at(const Column& column, int64_t i) {
  int width = fixed_width(*column.type->index_type);
  std::string text = integer_text(column.values.data() + i * width, width);
  if (is_signed_integer(column.type->index_type->id)) return std::stoll(text);
  uint64_t value = 0;
  std::memcpy(&value, column.values.data() + i * width, static_cast<size_t>(width));
  return static_cast<int64_t>(value);
}

inline std::string union_text(const Column& column, int64_t i) {
  auto code = value_at<int8_t>(column, i);
  const auto& codes = column.type->type_codes;
  auto child = std::find(codes.begin(), codes.end(), code) - codes.begin();
  int64_t at = column.type->id == TypeId::kDenseUnion ? column.offsets.as<int32_t>()[i] : i;
  return fmt::format("{}:{}", code, cell_text(*column.children[static_cast<size_t>(child)], at));
}

inline std::string nested_text(const Column& column, int64_t i) {
  const Type& type = *column.type;
  switch (type.id) {
    case TypeId::kList:
    case TypeId::kMap:
      return items_text(*column.children[0], column.offsets.as<int32_t>()[i],
                        column.offsets.as<int32_t>()[i + 1]);
    case TypeId::kLargeList:
      return items_text(*column.children[0], column.offsets.as<int64_t>()[i],
                        column.offsets.as<int64_t>()[i + 1]);
    case TypeId::kFixedSizeList:
      return items_text(*column.children[0], i * type.width, (i + 1) * type.width);
    case TypeId::kStruct: {
      std::string out = "{";
      for (const ColumnPtr& child : column.children)
        out += cell_text(*child, i) + ",";
      return out + "}";
    }
    case TypeId::kDictionary:
      return cell_text(*column.dictionary, index_at(column, i));
    default:
      return union_text(column, i);
  }
}

inline std::string cell_text(const Column& column, int64_t i) {
  if (column.is_null(i)) return "null";
  const Type& type = *column.type;
  int width = fixed_width(type);
  switch (type.id) {
    case TypeId::kNull:
      return "null";
    case TypeId::kBool:
      return column.bool_at(i) ? "1" : "0";
    case TypeId::kUint8:
      return std::to_string(value_at<uint8_t>(column, i));
    case TypeId::kUint16:
    case TypeId::kFloat16:
      return std::to_string(value_at<uint16_t>(column, i));
    case TypeId::kUint32:
      return std::to_string(value_at<uint32_t>(column, i));
    case TypeId::kUint64:
      return std::to_string(value_at<uint64_t>(column, i));
    case TypeId::kFloat32:
      return float_text(value_at<float>(column, i));
    case TypeId::kFloat64:
      return float_text(value_at<double>(column, i));
    case TypeId::kIntervalDayTime:
      return integer_text(column.values.data() + 8 * i, 4) + "d" +
             integer_text(column.values.data() + 8 * i + 4, 4) + "ms";
    case TypeId::kIntervalMonthDayNano:
      return integer_text(column.values.data() + 16 * i, 4) + "m" +
             integer_text(column.values.data() + 16 * i + 4, 4) + "d" +
             integer_text(column.values.data() + 16 * i + 8, 8) + "ns";
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kLargeUtf8:
    case TypeId::kLargeBinary: {
      std::string_view bytes =
          has_offsets32(type.id) ? column.bytes_at(i) : column.large_bytes_at(i);
      return is_text(type.id) ? '"' + std::string(bytes) + '"' : hex(bytes);
    }
    case TypeId::kFixedSizeBinary:
      return hex({reinterpret_cast<const char*>(column.values.data()) + i * width,
                  static_cast<size_t>(width)});
    default:
      break;
  }
  bool is_integer_like = type.children.empty() && type.id != TypeId::kStruct &&
                         type.id != TypeId::kDictionary && width != 0;
  return is_integer_like ? integer_text(column.values.data() + i * width, width)
                         : nested_text(column, i);
}

}  // namespace penstock::testing
