#include "libcore/arrow/schema_decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "format_generated.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

using FieldVector = flatbuffers::Vector<flatbuffers::Offset<flat::Field>>;

std::string text(const flatbuffers::String* string) {
  return string ? string->str() : std::string();
}

Metadata decode_metadata(const flatbuffers::Vector<flatbuffers::Offset<flat::KeyValue>>* entries) {
  Metadata metadata;
  if (entries == nullptr) return metadata;
  metadata.reserve(entries->size());
  for (const flat::KeyValue* entry : *entries) {
    metadata.emplace_back(text(entry->key()), text(entry->value()));
  }
  return metadata;
}

// The type that a table of the Type union describes; a verified union may still lack its table.
template <typename Table>
const Table& described(const Table* table) {
  if (table == nullptr) throw Error("its type is not described");
  return *table;
}

TypeId decode_int(const flat::Int& from) {
  switch (from.bit_width()) {
    case 8:
      return from.is_signed() ? TypeId::kInt8 : TypeId::kUint8;
    case 16:
      return from.is_signed() ? TypeId::kInt16 : TypeId::kUint16;
    case 32:
      return from.is_signed() ? TypeId::kInt32 : TypeId::kUint32;
    case 64:
      return from.is_signed() ? TypeId::kInt64 : TypeId::kUint64;
    default:
      throw Error(fmt::format("integers of {} bits are not known", from.bit_width()));
  }
}

TypeId decode_float(const flat::FloatingPoint& from) {
  switch (from.precision()) {
    case flat::Precision::Half:
      return TypeId::kFloat16;
    case flat::Precision::Single:
      return TypeId::kFloat32;
    case flat::Precision::Double:
      return TypeId::kFloat64;
  }
  throw Error("a float of unknown precision");
}

TimeUnit decode_unit(flat::TimeUnit unit) {
  switch (unit) {
    case flat::TimeUnit::Second:
      return TimeUnit::kSecond;
    case flat::TimeUnit::Millisecond:
      return TimeUnit::kMilli;
    case flat::TimeUnit::Microsecond:
      return TimeUnit::kMicro;
    case flat::TimeUnit::Nanosecond:
      return TimeUnit::kNano;
  }
  throw Error("an unknown unit of time");
}

TypeId decode_date(const flat::Date& from) {
  switch (from.unit()) {
    case flat::DateUnit::Day:
      return TypeId::kDate32;
    case flat::DateUnit::Millisecond:
      return TypeId::kDate64;
  }
  throw Error("a date of unknown unit");
}

TypeId decode_union_mode(const flat::Union& from) {
  switch (from.mode()) {
    case flat::UnionMode::Sparse:
      return TypeId::kSparseUnion;
    case flat::UnionMode::Dense:
      return TypeId::kDenseUnion;
  }
  throw Error("a union of unknown mode");
}

TypeId decode_interval(const flat::Interval& from) {
  switch (from.unit()) {
    case flat::IntervalUnit::YearMonth:
      return TypeId::kIntervalMonths;
    case flat::IntervalUnit::DayTime:
      return TypeId::kIntervalDayTime;
    case flat::IntervalUnit::MonthDayNano:
      return TypeId::kIntervalMonthDayNano;
  }
  throw Error("an interval of unknown unit");
}

void decode_time(Type& type, const flat::Time& from) {
  type.unit = decode_unit(from.unit());
  // The format fixes the width by the unit. Another width would be read as half or twice as many
  // rows.
  bool narrow = type.unit == TimeUnit::kSecond || type.unit == TimeUnit::kMilli;
  if (from.bit_width() != (narrow ? 32 : 64)) {
    throw Error(fmt::format("a time of {} bits does not hold its unit", from.bit_width()));
  }
  type.id = narrow ? TypeId::kTime32 : TypeId::kTime64;
}

void decode_timestamp(Type& type, const flat::Timestamp& from) {
  type.id = TypeId::kTimestamp;
  type.unit = decode_unit(from.unit());
  type.zone = text(from.timezone());
  if (!is_utf8(type.zone)) throw Error("its time zone is not valid UTF-8");
}

void decode_decimal(WireField& field, Type& type, const flat::Decimal& from) {
  int32_t bits = from.bit_width();
  if (bits != 32 && bits != 64 && bits != 128 && bits != 256) {
    throw Error(fmt::format("decimals of {} bits are not known", bits));
  }
  // The most decimal digits that always fit so many bits.
  int32_t digits = bits == 32 ? 9 : bits == 64 ? 18 : bits == 128 ? 38 : 76;
  type.id = bits == 256 ? TypeId::kDecimal256 : TypeId::kDecimal128;
  type.precision = from.precision();
  type.scale = from.scale();
  if (type.precision < 1 || type.precision > digits) {
    throw Error(
        fmt::format("a decimal{} has 1 to {} digits, not {}", bits, digits, type.precision));
  }
  // Arrow allows a negative scale (thousands as whole numbers). No kernel here knows it.
  if (type.scale < 0 || type.scale > digits) {
    throw Error(fmt::format("a decimal's scale of {} is not supported (0 to {}); cast it first",
                            type.scale, digits));
  }
  // Arrow lets a decimal have more digits after the point than it has digits. The types of what is
  // computed from decimals are made for scales up to the precision, and the wider type holds every
  // value of this one.
  type.precision = std::max(type.precision, type.scale);
  if (bits < 128) {
    field.layout = WireLayout::kNarrowDecimal;
    field.wire_width = bits / 8;
  }
}

int32_t decode_width(int32_t width) {
  if (width < 0) throw Error(fmt::format("a fixed size of {} is impossible", width));
  return width;
}

class SchemaDecoder {
 public:
  std::vector<Field> decode_fields(const FieldVector* from, std::vector<WireField>& wire_fields,
                                   int depth) {
    std::vector<Field> fields;
    if (from == nullptr || from->size() == 0) return fields;
    // Tested on the way down: what a stranger sent must not decide how deep this recurses.
    if (depth >= kMaxNesting) {
      throw Error(fmt::format("types nested deeper than {} are not read", kMaxNesting));
    }
    // Counted before anything is reserved for them.
    count_ += from->size();
    if (count_ > kMaxColumns) {
      throw Error(fmt::format("more than {} columns, nested ones included", kMaxColumns));
    }
    fields.reserve(from->size());
    wire_fields.reserve(from->size());
    for (const flat::Field* child : *from) {
      wire_fields.emplace_back();
      fields.push_back(decode_field(*child, wire_fields.back(), depth));
    }
    return fields;
  }

 private:
  Field decode_field(const flat::Field& from, WireField& wire, int depth) {
    Field field;
    field.name = text(from.name());
    // Names end up in error messages, JSON and CSV headers, all of which are UTF-8.
    if (!is_utf8(field.name)) {
      throw Error(fmt::format("the column name '{}' is not valid UTF-8", printable(field.name)));
    }
    // Kept for those who read what we write. No kernel relies on it: validity bitmaps say what is
    // null.
    field.nullable = from.nullable();
    field.metadata = decode_metadata(from.custom_metadata());
    try {
      if (from.dictionary() != nullptr) {
        decode_dictionary(from, wire, depth);
      } else {
        decode_type(from, wire, depth);
      }
    } catch (const Error& error) {
      // The column at the top is named, once, however deep the fault lies.
      if (depth != 0) throw;
      throw Error(fmt::format("column '{}': {}", field.name, error.message()));
    }
    field.type = wire.type;
    return field;
  }

  void decode_dictionary(const flat::Field& from, WireField& wire, int depth) {
    const flat::DictionaryEncoding& encoding = *from.dictionary();
    if (encoding.kind() != flat::DictionaryKind::DenseArray) {
      throw Error("a dictionary of unknown kind");
    }
    // Arrow's format has int32 as the index where none is given.
    TypeId index = encoding.index_type() ? decode_int(*encoding.index_type()) : TypeId::kInt32;
    wire.layout = WireLayout::kDictionary;
    wire.dictionary_id = encoding.id();
    wire.children.emplace_back();
    decode_type(from, wire.children.back(), depth);
    wire.type = dictionary_type(make_type(index), wire.children.back().type, encoding.is_ordered());
  }

  void decode_type(const flat::Field& from, WireField& wire, int depth) {
    Type type;
    // Children first: what a type may be depends on theirs (a map's entries, run ends).
    decode_children(from, wire, type, depth);
    if (!decode_leaf(from, wire, type)) decode_nested(from, wire, type);
    if (!wire.type) wire.type = std::make_shared<const Type>(std::move(type));
  }

  void decode_children(const flat::Field& from, WireField& wire, Type& type, int depth) {
    type.children = decode_fields(from.children(), wire.children, depth + 1);
  }

  // Types without children; false for others.
  bool decode_leaf(const flat::Field& from, WireField& wire, Type& type) {
    switch (from.type_type()) {
      case flat::Type::Null:
        type.id = TypeId::kNull;
        break;
      case flat::Type::Int:
        type.id = decode_int(described(from.type_as_Int()));
        break;
      case flat::Type::FloatingPoint:
        type.id = decode_float(described(from.type_as_FloatingPoint()));
        break;
      case flat::Type::Binary:
        type.id = TypeId::kBinary;
        break;
      case flat::Type::Utf8:
        type.id = TypeId::kUtf8;
        break;
      case flat::Type::LargeBinary:
        type.id = TypeId::kLargeBinary;
        break;
      case flat::Type::LargeUtf8:
        type.id = TypeId::kLargeUtf8;
        break;
      // Layouts that are only another way to store the same values become the plain type here, so
      // that no operator has to know them (FORMAT.md lists them).
      case flat::Type::BinaryView:
      case flat::Type::Utf8View:
        type.id = from.type_type() == flat::Type::Utf8View ? TypeId::kUtf8 : TypeId::kBinary;
        wire.layout = WireLayout::kBytesView;
        break;
      case flat::Type::Bool:
        type.id = TypeId::kBool;
        break;
      case flat::Type::Decimal:
        decode_decimal(wire, type, described(from.type_as_Decimal()));
        break;
      case flat::Type::FixedSizeBinary:
        type.id = TypeId::kFixedSizeBinary;
        type.width = decode_width(described(from.type_as_FixedSizeBinary()).byte_width());
        break;
      default:
        if (!decode_temporal(from, type)) return false;
    }
    require_children(type, 0);
    return true;
  }

  bool decode_temporal(const flat::Field& from, Type& type) {
    switch (from.type_type()) {
      case flat::Type::Date:
        type.id = decode_date(described(from.type_as_Date()));
        return true;
      case flat::Type::Time:
        decode_time(type, described(from.type_as_Time()));
        return true;
      case flat::Type::Timestamp:
        decode_timestamp(type, described(from.type_as_Timestamp()));
        return true;
      case flat::Type::Duration:
        type.id = TypeId::kDuration;
        type.unit = decode_unit(described(from.type_as_Duration()).unit());
        return true;
      case flat::Type::Interval:
        type.id = decode_interval(described(from.type_as_Interval()));
        return true;
      default:
        return false;
    }
  }

  void decode_nested(const flat::Field& from, WireField& wire, Type& type) {
    switch (from.type_type()) {
      case flat::Type::List:
      case flat::Type::ListView:
        type.id = TypeId::kList;
        if (from.type_type() == flat::Type::ListView) wire.layout = WireLayout::kListView;
        return require_children(type, 1);
      case flat::Type::LargeList:
      case flat::Type::LargeListView:
        type.id = TypeId::kLargeList;
        if (from.type_type() == flat::Type::LargeListView) wire.layout = WireLayout::kLargeListView;
        return require_children(type, 1);
      case flat::Type::FixedSizeList:
        type.id = TypeId::kFixedSizeList;
        type.width = decode_width(described(from.type_as_FixedSizeList()).list_size());
        return require_children(type, 1);
      case flat::Type::Struct:
        type.id = TypeId::kStruct;
        return;
      case flat::Type::Map:
        return decode_map(described(from.type_as_Map()), type);
      case flat::Type::Union:
        return decode_union(described(from.type_as_Union()), type);
      case flat::Type::RunEndEncoded:
        return decode_run_ends(wire, type);
      default:
        throw Error(fmt::format("Arrow type number {} is not known here",
                                static_cast<int>(from.type_type())));
    }
  }

  static void decode_map(const flat::Map& from, Type& type) {
    type.id = TypeId::kMap;
    type.keys_sorted = from.keys_sorted();
    require_children(type, 1);
    const Type& entries = *type.children[0].type;
    if (entries.id != TypeId::kStruct || entries.children.size() != 2) {
      throw Error("a map whose entries are not pairs");
    }
  }

  static void decode_union(const flat::Union& from, Type& type) {
    type.id = decode_union_mode(from);
    size_t count = type.children.size();
    // Codes are int8 and not negative.
    if (count > 128) throw Error("a union of more than 128 types");
    if (from.type_ids() != nullptr && from.type_ids()->size() != count) {
      throw Error("a union that does not have one type code for each of its types");
    }
    bool used[128] = {};
    for (size_t i = 0; i < count; ++i) {
      int32_t code = from.type_ids() ? from.type_ids()->Get(static_cast<flatbuffers::uoffset_t>(i))
                                     : static_cast<int32_t>(i);
      if (code < 0 || code > std::numeric_limits<int8_t>::max() || used[code]) {
        throw Error(fmt::format("a union's type code {} is impossible or used twice", code));
      }
      used[code] = true;
      type.type_codes.push_back(static_cast<int8_t>(code));
    }
  }

  // The column's type becomes that of the values.
  static void decode_run_ends(WireField& wire, const Type& type) {
    require_children(type, 2);
    TypeId ends = type.children[0].type->id;
    if (ends != TypeId::kInt16 && ends != TypeId::kInt32 && ends != TypeId::kInt64) {
      throw Error("run ends that are not int16, int32 or int64");
    }
    wire.layout = WireLayout::kRunEndEncoded;
    wire.type = type.children[1].type;
  }

  static void require_children(const Type& type, size_t count) {
    if (type.children.size() != count) {
      throw Error(
          fmt::format("its type has {} children instead of {}", type.children.size(), count));
    }
  }

  int64_t count_ = 0;
};

}  // namespace

WireSchema decode_schema(const flat::Schema* schema) {
  if (schema == nullptr) throw Error("a schema message without its schema");
  if (schema->endianness() != flat::Endianness::Little) {
    throw Error("the data is big-endian; only little-endian Arrow data is read");
  }
  WireSchema decoded;
  SchemaDecoder decoder;
  std::vector<Field> fields = decoder.decode_fields(schema->fields(), decoded.fields, 0);
  decoded.schema = make_schema(std::move(fields), decode_metadata(schema->custom_metadata()));
  return decoded;
}

}  // namespace penstock
