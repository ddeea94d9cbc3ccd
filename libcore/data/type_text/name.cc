// Types by name, as parse.cc reads them back.
#include <array>
#include <string>

#include "libcore/base/ascii.h"
#include "libcore/data/type.h"

namespace penstock {
namespace {

struct PlainName {
  const char* name;
  TypeId id;
};

// Types without parameters.
constexpr std::array<PlainName, 22> kPlainNames = {{
    {"null", TypeId::kNull},
    {"bool", TypeId::kBool},
    {"int8", TypeId::kInt8},
    {"int16", TypeId::kInt16},
    {"int32", TypeId::kInt32},
    {"int64", TypeId::kInt64},
    {"uint8", TypeId::kUint8},
    {"uint16", TypeId::kUint16},
    {"uint32", TypeId::kUint32},
    {"uint64", TypeId::kUint64},
    {"float16", TypeId::kFloat16},
    {"float32", TypeId::kFloat32},
    {"float64", TypeId::kFloat64},
    {"date32", TypeId::kDate32},
    {"date64", TypeId::kDate64},
    {"month_interval", TypeId::kIntervalMonths},
    {"day_time_interval", TypeId::kIntervalDayTime},
    {"month_day_nano_interval", TypeId::kIntervalMonthDayNano},
    {"utf8", TypeId::kUtf8},
    {"large_utf8", TypeId::kLargeUtf8},
    {"binary", TypeId::kBinary},
    {"large_binary", TypeId::kLargeBinary},
}};

constexpr std::array<const char*, 4> kUnits = {"s", "ms", "us", "ns"};

std::string unit_name(TimeUnit unit) {
  return kUnits[static_cast<size_t>(unit)];
}

// Returns a field's name unchanged, or quoted as in SQL.
std::string field_name(const std::string& name) {
  bool bare = !name.empty();
  for (char c : name)
    bare = bare && is_name_byte(c);
  if (bare) return name;
  std::string quoted = "\"";
  for (char c : name)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string child_types(const Type& type, bool named) {
  std::string text;
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) text += ", ";
    if (named) text += field_name(type.children[i].name) + ": ";
    text += type.children[i].type->to_string();
    if (!type.type_codes.empty()) text += "=" + std::to_string(type.type_codes[i]);
  }
  return text;
}

std::string decimal_name(const char* name, const Type& type) {
  return name + ("(" + std::to_string(type.precision)) + "," + std::to_string(type.scale) + ")";
}

std::string map_name(const Type& type) {
  return "map<" + child_types(*type.children[0].type, false) +
         (type.keys_sorted ? ", sorted>" : ">");
}

std::string dictionary_name(const Type& type) {
  return "dictionary<" + type.index_type->to_string() + ", " + type.value_type->to_string() +
         (type.ordered ? ", ordered>" : ">");
}

}  // namespace

std::string Type::to_string() const {
  switch (id) {
    case TypeId::kDecimal128:
      return decimal_name("decimal128", *this);
    case TypeId::kDecimal256:
      return decimal_name("decimal256", *this);
    case TypeId::kTime32:
      return "time32[" + unit_name(unit) + "]";
    case TypeId::kTime64:
      return "time64[" + unit_name(unit) + "]";
    case TypeId::kDuration:
      return "duration[" + unit_name(unit) + "]";
    case TypeId::kTimestamp:
      return "timestamp[" + unit_name(unit) + (zone.empty() ? "" : ", " + zone) + "]";
    case TypeId::kFixedSizeBinary:
      return "fixed_size_binary(" + std::to_string(width) + ")";
    case TypeId::kList:
      return "list<" + child_types(*this, false) + ">";
    case TypeId::kLargeList:
      return "large_list<" + child_types(*this, false) + ">";
    case TypeId::kFixedSizeList:
      return "fixed_size_list<" + child_types(*this, false) + ", " + std::to_string(width) + ">";
    case TypeId::kStruct:
      return "struct<" + child_types(*this, true) + ">";
    case TypeId::kMap:
      return map_name(*this);
    case TypeId::kSparseUnion:
      return "sparse_union<" + child_types(*this, true) + ">";
    case TypeId::kDenseUnion:
      return "dense_union<" + child_types(*this, true) + ">";
    case TypeId::kDictionary:
      return dictionary_name(*this);
    default:
      break;
  }
  for (const PlainName& plain : kPlainNames) {
    if (plain.id == id) return plain.name;
  }
  return "unknown";
}

}  // namespace penstock
