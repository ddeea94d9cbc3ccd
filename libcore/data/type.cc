#include "libcore/data/type.h"

#include <array>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/suggest.h"

namespace penstock {
namespace {

constexpr size_t kTypeCount = static_cast<size_t>(TypeId::kDictionary) + 1;

TypePtr new_type(TypeId id) {
  auto type = std::make_shared<Type>();
  type->id = id;
  return type;
}

bool has_parameters(TypeId id) {
  switch (id) {
    case TypeId::kDecimal128:
    case TypeId::kDecimal256:
    case TypeId::kTime32:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
    case TypeId::kFixedSizeBinary:
      return true;
    default:
      return id >= TypeId::kList;
  }
}

bool has_unit(TypeId id) {
  return id == TypeId::kTime32 || id == TypeId::kTime64 || id == TypeId::kTimestamp ||
         id == TypeId::kDuration;
}

// A list's item, and a map's entries, may have any name.
bool is_anonymous_parent(TypeId id) {
  return id == TypeId::kList || id == TypeId::kLargeList || id == TypeId::kFixedSizeList ||
         id == TypeId::kMap;
}

// Metadata does not count: it changes no value.
bool equal_children(const Type& a, const Type& b, bool names_count) {
  if (a.children.size() != b.children.size()) return false;
  for (size_t i = 0; i < a.children.size(); ++i) {
    const Field& left = a.children[i];
    const Field& right = b.children[i];
    if (names_count && left.name != right.name) return false;
    if (left.nullable != right.nullable || !equals(*left.type, *right.type)) return false;
  }
  return true;
}

// A map's only child is the struct of its entries, whose fields may have any names as well.
bool equal_entries(const Type& a, const Type& b) {
  if (a.children.size() != 1 || b.children.size() != 1) return equal_children(a, b, false);
  const Type& left = *a.children[0].type;
  const Type& right = *b.children[0].type;
  return left.id == right.id && equal_children(left, right, false);
}

bool equal_or_both_absent(const TypePtr& a, const TypePtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return equals(*a, *b);
}

}  // namespace

bool equals(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (a.id != b.id || a.precision != b.precision || a.scale != b.scale || a.width != b.width ||
      a.zone != b.zone || a.type_codes != b.type_codes || a.ordered != b.ordered ||
      a.keys_sorted != b.keys_sorted) {
    return false;
  }
  if (has_unit(a.id) && a.unit != b.unit) return false;
  if (!equal_or_both_absent(a.index_type, b.index_type)) return false;
  if (!equal_or_both_absent(a.value_type, b.value_type)) return false;
  if (a.id == TypeId::kMap) return equal_entries(a, b);
  return equal_children(a, b, !is_anonymous_parent(a.id));
}

TypePtr make_type(TypeId id) {
  PENSTOCK_CHECK(!has_parameters(id));
  // One object a type for the life of the program: comparing types then mostly ends at comparing
  // addresses (equals()), and columns made in a loop allocate nothing for theirs.
  static const std::array<TypePtr, kTypeCount> kTypes = [] {
    std::array<TypePtr, kTypeCount> all;
    for (size_t i = 0; i < kTypeCount; ++i) {
      if (!has_parameters(static_cast<TypeId>(i))) all[i] = new_type(static_cast<TypeId>(i));
    }
    return all;
  }();
  return kTypes[static_cast<size_t>(id)];
}

TypePtr null_type() {
  return make_type(TypeId::kNull);
}
TypePtr bool_type() {
  return make_type(TypeId::kBool);
}
TypePtr int32_type() {
  return make_type(TypeId::kInt32);
}
TypePtr int64_type() {
  return make_type(TypeId::kInt64);
}
TypePtr uint64_type() {
  return make_type(TypeId::kUint64);
}
TypePtr float64_type() {
  return make_type(TypeId::kFloat64);
}
TypePtr utf8_type() {
  return make_type(TypeId::kUtf8);
}
TypePtr binary_type() {
  return make_type(TypeId::kBinary);
}
TypePtr date_type() {
  return make_type(TypeId::kDate32);
}

TypePtr decimal_type(int32_t precision, int32_t scale) {
  PENSTOCK_CHECK(precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision);
  auto type = std::make_shared<Type>();
  type->id = TypeId::kDecimal128;
  type->precision = precision;
  type->scale = scale;
  return type;
}

TypePtr time_type(TimeUnit unit) {
  auto type = std::make_shared<Type>();
  // Arrow's rule: seconds and milliseconds of a day fit 32 bits.
  type->id = unit <= TimeUnit::kMilli ? TypeId::kTime32 : TypeId::kTime64;
  type->unit = unit;
  return type;
}

TypePtr timestamp_type(TimeUnit unit, std::string zone) {
  auto type = std::make_shared<Type>();
  type->id = TypeId::kTimestamp;
  type->unit = unit;
  type->zone = std::move(zone);
  return type;
}

TypePtr duration_type(TimeUnit unit) {
  auto type = std::make_shared<Type>();
  type->id = TypeId::kDuration;
  type->unit = unit;
  return type;
}

TypePtr list_type(TypePtr item, std::string item_name) {
  auto type = std::make_shared<Type>();
  type->id = TypeId::kList;
  type->children.push_back(Field{std::move(item_name), std::move(item), true, {}});
  return type;
}

TypePtr struct_type(std::vector<Field> fields) {
  auto type = std::make_shared<Type>();
  type->id = TypeId::kStruct;
  type->children = std::move(fields);
  return type;
}

TypePtr dictionary_type(TypePtr index, TypePtr value, bool ordered) {
  PENSTOCK_CHECK(is_integer(index->id));
  auto type = std::make_shared<Type>();
  type->id = TypeId::kDictionary;
  type->index_type = std::move(index);
  type->value_type = std::move(value);
  type->ordered = ordered;
  return type;
}

bool is_integer(TypeId id) {
  return id >= TypeId::kInt8 && id <= TypeId::kUint64;
}
bool is_signed_integer(TypeId id) {
  return id >= TypeId::kInt8 && id <= TypeId::kInt64;
}
bool is_float(TypeId id) {
  return id >= TypeId::kFloat16 && id <= TypeId::kFloat64;
}
bool is_decimal(TypeId id) {
  return id == TypeId::kDecimal128 || id == TypeId::kDecimal256;
}
bool is_numeric(TypeId id) {
  return id >= TypeId::kInt8 && id <= TypeId::kDecimal256;
}
bool is_text(TypeId id) {
  return id == TypeId::kUtf8 || id == TypeId::kLargeUtf8;
}
bool is_bytes(TypeId id) {
  return id == TypeId::kBinary || id == TypeId::kLargeBinary;
}
bool has_offsets32(TypeId id) {
  return id == TypeId::kUtf8 || id == TypeId::kBinary || id == TypeId::kList || id == TypeId::kMap;
}
bool has_offsets64(TypeId id) {
  return id == TypeId::kLargeUtf8 || id == TypeId::kLargeBinary || id == TypeId::kLargeList;
}
bool is_variable_bytes(TypeId id) {
  return is_text(id) || is_bytes(id);
}

int32_t fixed_width(const Type& type) {
  switch (type.id) {
    case TypeId::kInt8:
    case TypeId::kUint8:
      return 1;
    case TypeId::kInt16:
    case TypeId::kUint16:
    case TypeId::kFloat16:
      return 2;
    case TypeId::kInt32:
    case TypeId::kUint32:
    case TypeId::kFloat32:
    case TypeId::kDate32:
    case TypeId::kTime32:
    case TypeId::kIntervalMonths:
      return 4;
    case TypeId::kInt64:
    case TypeId::kUint64:
    case TypeId::kFloat64:
    case TypeId::kDate64:
    case TypeId::kTime64:
    case TypeId::kTimestamp:
    case TypeId::kDuration:
    case TypeId::kIntervalDayTime:
      return 8;
    case TypeId::kDecimal128:
    case TypeId::kIntervalMonthDayNano:
      return 16;
    case TypeId::kDecimal256:
      return 32;
    case TypeId::kFixedSizeBinary:
      return type.width;
    case TypeId::kDictionary:
      return fixed_width(*type.index_type);
    default:
      return 0;
  }
}

int64_t units_per_second(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSecond:
      return 1;
    case TimeUnit::kMilli:
      return 1000;
    case TimeUnit::kMicro:
      return 1000000;
    case TimeUnit::kNano:
      break;
  }
  return 1000000000;
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> names;
  names.reserve(fields_.size());
  for (const Field& field : fields_)
    names.push_back(field.name);
  return names;
}

std::optional<std::string_view> Schema::metadata_value(std::string_view key) const {
  for (const auto& [name, value] : metadata_) {
    if (name == key) return value;
  }
  return std::nullopt;
}

std::optional<size_t> Schema::find(std::string_view name) const {
  std::optional<size_t> found;
  size_t count = 0;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name != name) continue;
    if (!found) found = i;
    ++count;
  }
  // Files may repeat a name. Only who uses it must say which is meant; all other columns still
  // work.
  if (count > 1) {
    throw Error("column '" + std::string(name) + "' is ambiguous: " + std::to_string(count) +
                " columns have this name; give them different names where they are made");
  }
  return found;
}

size_t Schema::index_of(std::string_view name) const {
  if (std::optional<size_t> found = find(name)) return *found;
  throw Error("unknown column '" + std::string(name) + "'" + column_advice(name, names()));
}

bool equals(const Schema& a, const Schema& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].nullable != b[i].nullable ||
        !equals(*a[i].type, *b[i].type)) {
      return false;
    }
  }
  return true;
}

SchemaPtr make_schema(std::vector<Field> fields, Metadata metadata) {
  return std::make_shared<const Schema>(std::move(fields), std::move(metadata));
}

}  // namespace penstock
