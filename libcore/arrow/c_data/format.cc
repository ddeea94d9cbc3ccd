// The words of the C Data Interface for types.
#include <fmt/format.h>

#include "libcore/arrow/c_data/c_data.h"
#include "libcore/base/check.h"

namespace penstock {
namespace {

char letter_of(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSecond:
      return 's';
    case TimeUnit::kMilli:
      return 'm';
    case TimeUnit::kMicro:
      return 'u';
    case TimeUnit::kNano:
      return 'n';
  }
  return 's';
}

std::string union_format(const Type& type, char mode) {
  std::string format = fmt::format("+u{}:", mode);
  for (size_t i = 0; i < type.type_codes.size(); ++i) {
    format += fmt::format("{}{}", i == 0 ? "" : ",", int{type.type_codes[i]});
  }
  return format;
}

// The words of types without parameters; null for the others.
const char* plain_word(TypeId id) {
  switch (id) {
    case TypeId::kNull:
      return "n";
    case TypeId::kBool:
      return "b";
    case TypeId::kInt8:
      return "c";
    case TypeId::kInt16:
      return "s";
    case TypeId::kInt32:
      return "i";
    case TypeId::kInt64:
      return "l";
    case TypeId::kUint8:
      return "C";
    case TypeId::kUint16:
      return "S";
    case TypeId::kUint32:
      return "I";
    case TypeId::kUint64:
      return "L";
    case TypeId::kFloat16:
      return "e";
    case TypeId::kFloat32:
      return "f";
    case TypeId::kFloat64:
      return "g";
    case TypeId::kDate32:
      return "tdD";
    case TypeId::kDate64:
      return "tdm";
    case TypeId::kIntervalMonths:
      return "tiM";
    case TypeId::kIntervalDayTime:
      return "tiD";
    case TypeId::kIntervalMonthDayNano:
      return "tin";
    case TypeId::kUtf8:
      return "u";
    case TypeId::kLargeUtf8:
      return "U";
    case TypeId::kBinary:
      return "z";
    case TypeId::kLargeBinary:
      return "Z";
    case TypeId::kList:
      return "+l";
    case TypeId::kLargeList:
      return "+L";
    case TypeId::kStruct:
      return "+s";
    case TypeId::kMap:
      return "+m";
    default:
      return nullptr;
  }
}

}  // namespace

std::string format_of_type(const Type& type) {
  if (const char* word = plain_word(type.id)) return word;
  switch (type.id) {
    case TypeId::kDecimal128:
      return fmt::format("d:{},{}", type.precision, type.scale);
    case TypeId::kDecimal256:
      return fmt::format("d:{},{},256", type.precision, type.scale);
    case TypeId::kTime32:
    case TypeId::kTime64:
      return fmt::format("tt{}", letter_of(type.unit));
    case TypeId::kTimestamp:
      return fmt::format("ts{}:{}", letter_of(type.unit), type.zone);
    case TypeId::kDuration:
      return fmt::format("tD{}", letter_of(type.unit));
    case TypeId::kFixedSizeBinary:
      return fmt::format("w:{}", type.width);
    case TypeId::kFixedSizeList:
      return fmt::format("+w:{}", type.width);
    case TypeId::kSparseUnion:
      return union_format(type, 's');
    case TypeId::kDenseUnion:
      return union_format(type, 'd');
    case TypeId::kDictionary:
      return format_of_type(*type.index_type);
    default:
      break;
  }
  PENSTOCK_CHECK(false);
  return {};
}

}  // namespace penstock
