#include "libcore/expr/types.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/data/number/decimal.h"

namespace penstock {
namespace {

// PostgreSQL's own names of what SQL spells in words; int8 stands here only when the user wrote
// bigint (a plain int8 is Arrow's).
constexpr std::array<std::pair<std::string_view, TypeId>, 10> kBuiltin = {{
    {"bool", TypeId::kBool},
    {"int2", TypeId::kInt16},
    {"int4", TypeId::kInt32},
    {"int8", TypeId::kInt64},
    {"float4", TypeId::kFloat32},
    {"float8", TypeId::kFloat64},
    {"varchar", TypeId::kUtf8},
    {"bytea", TypeId::kBinary},
    {"json", TypeId::kUtf8},
    {"jsonb", TypeId::kUtf8},
}};

int64_t modifier(const TypeName& name, size_t i, int64_t otherwise) {
  return i < name.modifiers.size() ? name.modifiers[i] : otherwise;
}

TypePtr resolve_decimal(const TypeName& name, const Source& source) {
  if (name.modifiers.empty()) {
    throw source.error(name.location, "a decimal needs its digits, as in decimal(18,2)");
  }
  int64_t precision = name.modifiers[0];
  int64_t scale = modifier(name, 1, 0);
  if (precision < 1 || precision > kMaxDecimalPrecision || scale < 0 || scale > precision) {
    throw source.error(name.location,
                       "a decimal has 1 to 38 digits, of which 0 to all are after the point");
  }
  return decimal_type(static_cast<int32_t>(precision), static_cast<int32_t>(scale));
}

TimeUnit unit_of_digits(const TypeName& name, const Source& source) {
  int64_t digits = modifier(name, 0, 6);
  if (digits == 0) return TimeUnit::kSecond;
  if (digits == 3) return TimeUnit::kMilli;
  if (digits == 6) return TimeUnit::kMicro;
  if (digits == 9) return TimeUnit::kNano;
  throw source.error(name.location, "times have 0, 3, 6 or 9 digits of a second");
}

bool needs_decimal(const Type& unsigned64, const Type& other) {
  return unsigned64.id == TypeId::kUint64 && is_signed_integer(other.id);
}

TypePtr common_time(const Type& a, const Type& b) {
  bool a_time = a.id == TypeId::kTime32 || a.id == TypeId::kTime64;
  bool b_time = b.id == TypeId::kTime32 || b.id == TypeId::kTime64;
  if (a_time && b_time) return time_type(std::max(a.unit, b.unit));
  bool a_stamp = a.id == TypeId::kTimestamp;
  bool b_stamp = b.id == TypeId::kTimestamp;
  if (a_stamp && b_stamp && a.zone.empty() == b.zone.empty()) {
    return timestamp_type(std::max(a.unit, b.unit), a.zone);
  }
  bool a_date = a.id == TypeId::kDate32 || a.id == TypeId::kDate64;
  bool b_date = b.id == TypeId::kDate32 || b.id == TypeId::kDate64;
  if (a_date && b_date) return date_type();
  if (a_date && b_stamp && b.zone.empty()) return timestamp_type(b.unit);
  if (a_stamp && b_date && a.zone.empty()) return timestamp_type(a.unit);
  return nullptr;
}

}  // namespace

std::string type_name(const Type& type) {
  if (is_text(type.id)) return "text";
  if (type.id == TypeId::kIntervalMonthDayNano) return "interval";
  return type.to_string();
}

TypePtr resolve_type(const TypeName& name, const Source& source) {
  if (name.is_array) throw source.error(name.location, "casts to lists are not known");
  if (name.name == "numeric" || name.name == "decimal" || name.name == "decimal128") {
    return resolve_decimal(name, source);
  }
  if (name.name == "timestamp") return timestamp_type(unit_of_digits(name, source));
  if (name.name == "timestamptz") return timestamp_type(unit_of_digits(name, source), "UTC");
  if (name.name == "time") return time_type(unit_of_digits(name, source));
  if (name.name == "interval") return interval_type();
  if (!name.modifiers.empty()) {
    throw source.error(name.location, name.name == "varchar" || name.name == "bpchar"
                                          ? "text has no length; cut it with left(x, n)"
                                          : "the type " + name.name + " takes no digits");
  }
  for (const auto& [known, id] : kBuiltin) {
    if (known == name.name && (name.builtin || known != "int8")) return make_type(id);
  }
  TypePtr type;
  try {
    type = parse_type(name.name);
  } catch (const Error& error) {
    throw source.error(name.location, error.message());
  }
  return type;
}

bool is_json_type(const TypeName& name) {
  return name.name == "json" || name.name == "jsonb";
}

TypePtr interval_type() {
  return make_type(TypeId::kIntervalMonthDayNano);
}

TypePtr decimal_for(const Type& type) {
  switch (type.id) {
    case TypeId::kInt8:
    case TypeId::kUint8:
      return decimal_type(3, 0);
    case TypeId::kInt16:
    case TypeId::kUint16:
      return decimal_type(5, 0);
    case TypeId::kInt32:
    case TypeId::kUint32:
      return decimal_type(10, 0);
    case TypeId::kInt64:
      return decimal_type(19, 0);
    case TypeId::kUint64:
      return decimal_type(20, 0);
    case TypeId::kDecimal128:
      return decimal_type(type.precision, type.scale);
    default:
      return nullptr;
  }
}

TypePtr common_decimal(const Type& a, const Type& b) {
  int32_t scale = std::max(a.scale, b.scale);
  int32_t whole = std::max(a.precision - a.scale, b.precision - b.scale);
  return decimal_type(std::min(whole + scale, kMaxDecimalPrecision), scale);
}

TypePtr common_type(const Type& a, const Type& b) {
  if (equals(a, b)) return std::make_shared<Type>(a);
  if (is_text(a.id) && is_text(b.id)) return utf8_type();
  if (is_bytes(a.id) && is_bytes(b.id)) return binary_type();
  if (is_numeric(a.id) && is_numeric(b.id)) {
    if (a.id == TypeId::kDecimal256 || b.id == TypeId::kDecimal256) return nullptr;
    if (is_float(a.id) || is_float(b.id)) return float64_type();
    if (!is_decimal(a.id) && !is_decimal(b.id) && !needs_decimal(a, b) && !needs_decimal(b, a)) {
      bool wide = a.id == TypeId::kUint64 || b.id == TypeId::kUint64;
      return wide ? uint64_type() : int64_type();
    }
    return common_decimal(*decimal_for(a), *decimal_for(b));
  }
  return common_time(a, b);
}

std::string decimal256_advice() {
  return "; cast the decimal256, as in x::decimal(38,9) or x::float64";
}

std::string mismatch_advice(const Type& a, const Type& b) {
  if (a.id == TypeId::kTimestamp && b.id == TypeId::kTimestamp) {
    return "; name the time zone of the one without a zone, as in x at time zone 'UTC'";
  }
  auto is_time = [](const Type& type) {
    return type.id == TypeId::kTimestamp || type.id == TypeId::kDate32;
  };
  if (is_time(a) && is_time(b)) return "; say which day is meant: x::date";
  if (a.id == TypeId::kDecimal256 || b.id == TypeId::kDecimal256) return decimal256_advice();
  const Type& target = is_text(a.id) ? b : a;
  return "; cast one of them, as in x::" + type_name(target);
}

TypePtr decimal_of_digits(std::string_view number) {
  if (number.starts_with('-')) number.remove_prefix(1);
  size_t point = std::min(number.find('.'), number.size());
  size_t behind = point < number.size() ? number.size() - point - 1 : 0;
  size_t zeros = std::min(number.find_first_not_of('0'), point);
  size_t digits = std::max<size_t>(point - zeros + behind, 1);
  if (digits > kMaxDecimalPrecision) return nullptr;
  return decimal_type(static_cast<int32_t>(digits), static_cast<int32_t>(behind));
}

}  // namespace penstock
