#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "libcore/arrow/c_data/c_data.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/number/decimal.h"

namespace penstock {
namespace {

constexpr int64_t kMostMetadataBytes = int64_t{64} << 20;

struct PlainWord {
  std::string_view word;
  TypeId id;
};

constexpr PlainWord kPlainWords[] = {
    {"n", TypeId::kNull},
    {"b", TypeId::kBool},
    {"c", TypeId::kInt8},
    {"s", TypeId::kInt16},
    {"i", TypeId::kInt32},
    {"l", TypeId::kInt64},
    {"C", TypeId::kUint8},
    {"S", TypeId::kUint16},
    {"I", TypeId::kUint32},
    {"L", TypeId::kUint64},
    {"e", TypeId::kFloat16},
    {"f", TypeId::kFloat32},
    {"g", TypeId::kFloat64},
    {"tdD", TypeId::kDate32},
    {"tdm", TypeId::kDate64},
    {"tiM", TypeId::kIntervalMonths},
    {"tiD", TypeId::kIntervalDayTime},
    {"tin", TypeId::kIntervalMonthDayNano},
    {"u", TypeId::kUtf8},
    {"U", TypeId::kLargeUtf8},
    {"z", TypeId::kBinary},
    {"Z", TypeId::kLargeBinary},
    {"+l", TypeId::kList},
    {"+L", TypeId::kLargeList},
    {"+s", TypeId::kStruct},
    {"+m", TypeId::kMap},
};

std::optional<TimeUnit> unit_of(char letter) {
  switch (letter) {
    case 's':
      return TimeUnit::kSecond;
    case 'm':
      return TimeUnit::kMilli;
    case 'u':
      return TimeUnit::kMicro;
    case 'n':
      return TimeUnit::kNano;
    default:
      return std::nullopt;
  }
}

// Numbers with commas between them.
std::vector<int32_t> numbers_of(std::string_view text) {
  std::vector<int32_t> numbers;
  while (!text.empty()) {
    int32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) throw Error("its type has a number that is not one");
    numbers.push_back(number);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (text.empty()) break;
    if (text[0] != ',') throw Error("its type has a number that is not one");
    text.remove_prefix(1);
  }
  return numbers;
}

int32_t width_of(std::string_view text) {
  const std::vector<int32_t> numbers = numbers_of(text);
  if (numbers.size() != 1 || numbers[0] < 0) throw Error("its type has a wrong width");
  return numbers[0];
}

void read_decimal(std::string_view text, Type& type) {
  const std::vector<int32_t> numbers = numbers_of(text);
  if (numbers.size() != 2 && numbers.size() != 3) throw Error("its decimal type is incomplete");
  const int32_t bits = numbers.size() == 3 ? numbers[2] : 128;
  if (bits != 128 && bits != 256) {
    throw Error(fmt::format("decimals of {} bits are not supported", bits));
  }
  type.id = bits == 128 ? TypeId::kDecimal128 : TypeId::kDecimal256;
  type.precision = numbers[0];
  type.scale = numbers[1];
  // As the reader of streams does: the wider type holds every value of this one.
  if (type.scale > 0) type.precision = std::max(type.precision, type.scale);
  const int32_t most = bits == 128 ? kMaxDecimalPrecision : kMaxDecimal256Precision;
  if (type.precision < 1 || type.precision > most || type.scale < 0 || type.scale > most) {
    throw Error(fmt::format("decimal({},{}) is not supported; precision is 1 to {}, scale 0 to {}",
                            type.precision, type.scale, most, most));
  }
}

// Types of time with a unit; false for other words.
bool read_time(std::string_view format, Type& type) {
  if (format.size() < 3 || format[0] != 't') return false;
  const std::optional<TimeUnit> unit = unit_of(format[2]);
  if (!unit) return false;
  type.unit = *unit;
  const bool is_timestamp = format[1] == 's' && format.size() > 3 && format[3] == ':';
  if (is_timestamp) {
    type.id = TypeId::kTimestamp;
    type.zone = format.substr(4);
    if (!is_utf8(type.zone)) throw Error("its time zone is not valid UTF-8");
    return true;
  }
  if (format.size() != 3) return false;
  const bool is_narrow = type.unit == TimeUnit::kSecond || type.unit == TimeUnit::kMilli;
  if (format[1] == 't') type.id = is_narrow ? TypeId::kTime32 : TypeId::kTime64;
  if (format[1] == 'D') type.id = TypeId::kDuration;
  return format[1] == 't' || format[1] == 'D';
}

void read_union(std::string_view format, Type& type) {
  type.id = format[2] == 'd' ? TypeId::kDenseUnion : TypeId::kSparseUnion;
  for (int32_t code : numbers_of(format.substr(4))) {
    if (code < 0 || code > 127) throw Error("its union has a type code out of range");
    type.type_codes.push_back(static_cast<int8_t>(code));
  }
}

void read_format(std::string_view format, Type& type) {
  for (const PlainWord& plain : kPlainWords) {
    if (plain.word != format) continue;
    type.id = plain.id;
    return;
  }
  if (read_time(format, type)) return;
  if (format.starts_with("d:")) {
    read_decimal(format.substr(2), type);
  } else if (format.starts_with("w:")) {
    type.id = TypeId::kFixedSizeBinary;
    type.width = width_of(format.substr(2));
  } else if (format.starts_with("+w:")) {
    type.id = TypeId::kFixedSizeList;
    type.width = width_of(format.substr(3));
  } else if (format.starts_with("+us:") || format.starts_with("+ud:")) {
    read_union(format, type);
  } else {
    throw Error(fmt::format("its type '{}' is not supported", printable(format)));
  }
}

int32_t take_int32(const char*& at, int64_t& left) {
  int32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  at += sizeof value;
  left -= int64_t{sizeof value} + value;
  if (value < 0 || left < 0) throw Error("its metadata is damaged");
  return value;
}

Metadata read_metadata(const char* at) {
  Metadata metadata;
  if (at == nullptr) return metadata;
  int32_t pairs = 0;
  std::memcpy(&pairs, at, sizeof pairs);
  at += sizeof pairs;
  if (pairs < 0) throw Error("its metadata is damaged");
  int64_t left = kMostMetadataBytes;
  auto text = [&] {
    const auto size = static_cast<size_t>(take_int32(at, left));
    std::string bytes(at, size);
    at += size;
    return bytes;
  };
  for (int32_t i = 0; i < pairs; ++i) {
    std::string key = text();
    std::string value = text();
    metadata.emplace_back(std::move(key), std::move(value));
  }
  return metadata;
}

// Reads the fields of one schema, and counts them.
class FieldReader {
 public:
  std::vector<Field> children(const ArrowSchema& from, int depth) {
    if (depth > kMaxNesting) throw Error(fmt::format("it is nested deeper than {}", kMaxNesting));
    if (from.n_children < 0 || (from.n_children > 0 && from.children == nullptr)) {
      throw Error("its number of children is wrong");
    }
    std::vector<Field> fields;
    for (int64_t i = 0; i < from.n_children; ++i)
      fields.push_back(field(*from.children[i], depth));
    return fields;
  }

 private:
  Field field(const ArrowSchema& from, int depth) {
    if (++count_ > kMaxColumns) throw Error(fmt::format("has more than {} columns", kMaxColumns));
    Field field;
    field.name = from.name == nullptr ? "" : from.name;
    if (!is_utf8(field.name)) throw Error("the name of a column is not valid UTF-8");
    try {
      field.nullable = (from.flags & kArrowFlagNullable) != 0;
      field.metadata = read_metadata(from.metadata);
      field.type = type(from, depth);
    } catch (const Error& error) {
      if (error.names_input()) throw;
      throw Error::of_input(fmt::format("column '{}': {}", printable(field.name), error.message()));
    }
    return field;
  }

  TypePtr type(const ArrowSchema& from, int depth) {
    Type type;
    if (from.format == nullptr) throw Error("it has no type");
    read_format(from.format, type);
    type.children = children(from, depth + 1);
    check_children(type);
    type.keys_sorted = type.id == TypeId::kMap && (from.flags & kArrowFlagKeysSorted) != 0;
    if (from.dictionary == nullptr) return std::make_shared<const Type>(std::move(type));
    if (!is_integer(type.id)) throw Error("the index of its dictionary is not an integer");
    if (depth + 1 > kMaxNesting) throw Error("its dictionary is nested too deep");
    return dictionary_type(std::make_shared<const Type>(std::move(type)),
                           this->type(*from.dictionary, depth + 1),
                           (from.flags & kArrowFlagOrdered) != 0);
  }

  static void check_children(const Type& type) {
    const size_t count = type.children.size();
    switch (type.id) {
      case TypeId::kList:
      case TypeId::kLargeList:
      case TypeId::kFixedSizeList:
        if (count != 1) throw Error("a list has one child");
        return;
      case TypeId::kMap:
        if (count != 1 || type.children[0].type->id != TypeId::kStruct ||
            type.children[0].type->children.size() != 2) {
          throw Error("the entries of a map are pairs");
        }
        return;
      case TypeId::kSparseUnion:
      case TypeId::kDenseUnion:
        if (count != type.type_codes.size()) throw Error("a union has a code for each member");
        return;
      case TypeId::kStruct:
        return;
      default:
        if (count != 0) throw Error("its type has no children");
    }
  }

  int64_t count_ = 0;
};

}  // namespace

SchemaPtr import_schema(const ArrowSchema& from) {
  if (from.format == nullptr || std::string_view(from.format) != "+s") {
    throw Error("its rows are not a struct");
  }
  FieldReader reader;
  return make_schema(reader.children(from, 1), read_metadata(from.metadata));
}

}  // namespace penstock
