// Column types, fields and schemas: Arrow's, so that every type that arrives in a stream leaves
// unchanged.
//
// Operators compute on the types that section 4 of the design lists; all other Arrow types pass
// through (take, slice, concatenate, print). Types are immutable and shared: compare them with
// equals().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock {

enum class TypeId : uint8_t {
  kNull,
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat16,
  kFloat32,
  kFloat64,
  kDecimal128,
  kDecimal256,
  kDate32,
  kDate64,
  kTime32,
  kTime64,
  kTimestamp,
  kDuration,
  kIntervalMonths,
  kIntervalDayTime,
  kIntervalMonthDayNano,
  kUtf8,
  kLargeUtf8,
  kBinary,
  kLargeBinary,
  kFixedSizeBinary,
  kList,
  kLargeList,
  kFixedSizeList,
  kStruct,
  kMap,
  kSparseUnion,
  kDenseUnion,
  kDictionary,
};

enum class TimeUnit : uint8_t { kSecond, kMilli, kMicro, kNano };

class Type;
using TypePtr = std::shared_ptr<const Type>;
using Metadata = std::vector<std::pair<std::string, std::string>>;

struct Field {
  std::string name;
  TypePtr type;
  bool nullable = true;
  Metadata metadata;
};

class Type {
 public:
  TypeId id = TypeId::kNull;
  TimeUnit unit = TimeUnit::kMicro;  // time32 (s, ms), time64 (us, ns), timestamp, duration
  int32_t precision = 0;             // decimals
  int32_t scale = 0;                 // decimals; digits after the point, never negative in ours
  int32_t width = 0;                 // fixed-size binary: bytes; fixed-size list: elements
  std::string zone;                  // timestamp: empty for none (a wall clock time)
  std::vector<Field> children;       // list, map: 1 (a map's is a struct of 2); struct, union: any
  std::vector<int8_t> type_codes;    // unions: the code of each child
  TypePtr index_type;                // dictionary: an integer type
  TypePtr value_type;                // dictionary
  bool ordered = false;              // dictionary
  bool keys_sorted = false;          // map

  // Returns "int64", "decimal128(15,2)", "timestamp[us, UTC]", "list<int32>", "struct<a: int64, b:
  // utf8>", "dictionary<int32, utf8>". parse_type() reads this form back for all types that it
  // knows.
  std::string to_string() const;
};

// Deep equality, except for the names of list items; metadata is ignored.
bool equals(const Type& a, const Type& b);

// Makers of the types that the code uses often. Types without parameters are shared constants.
TypePtr make_type(TypeId id);  // REQUIRES: an id without parameters or children
TypePtr null_type();
TypePtr bool_type();
TypePtr int32_type();
TypePtr int64_type();
TypePtr uint64_type();
TypePtr float64_type();
TypePtr utf8_type();
TypePtr binary_type();
TypePtr date_type();                                     // date32
TypePtr decimal_type(int32_t precision, int32_t scale);  // decimal128; REQUIRES 1..38, 0..precision
TypePtr time_type(TimeUnit unit);                        // time32 or time64 by the unit
TypePtr timestamp_type(TimeUnit unit, std::string zone = {});
TypePtr duration_type(TimeUnit unit);
TypePtr list_type(TypePtr item, std::string item_name = "item");
TypePtr struct_type(std::vector<Field> fields);
TypePtr dictionary_type(TypePtr index, TypePtr value, bool ordered = false);

// Parses a type as users name it, in --types and casts: Arrow's names as to_string() prints them,
// and SQL's: boolean, smallint, int, integer, bigint, real, float, double, double precision,
// decimal(p,s), numeric(p,s), text, varchar, string, date, time, timestamp, timestamptz, bytea.
// Throws Error, which suggests near misses, for other text.
TypePtr parse_type(std::string_view name);

bool is_integer(TypeId id);  // int8 … uint64
bool is_signed_integer(TypeId id);
bool is_float(TypeId id);  // float16, float32, float64
bool is_decimal(TypeId id);
bool is_numeric(TypeId id);         // the three above
bool is_text(TypeId id);            // utf8, large utf8
bool is_bytes(TypeId id);           // binary, large binary
bool has_offsets32(TypeId id);      // utf8, binary, list, map
bool has_offsets64(TypeId id);      // the large ones
bool is_variable_bytes(TypeId id);  // utf8, binary and their large forms

// Returns the bytes that a value takes in the values buffer of a fixed-width type: for a bool 0,
// because it is a bitmap, and for a dictionary the size of its index. Returns 0 for types without
// such a buffer.
int32_t fixed_width(const Type& type);

// Returns the units in a second: 1, 1000, 1000000 or 1000000000.
int64_t units_per_second(TimeUnit unit);

class Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

// The columns of a stream, in order. Names may repeat or be empty, and such columns pass through;
// looking up a repeated name throws Error.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Field> fields, Metadata metadata = {})
      : fields_(std::move(fields)), metadata_(std::move(metadata)) {}

  size_t size() const { return fields_.size(); }
  const Field& operator[](size_t i) const { return fields_[i]; }
  const std::vector<Field>& fields() const { return fields_; }
  const Metadata& metadata() const { return metadata_; }
  std::vector<std::string> names() const;

  // Returns the first metadata value for `key`, or empty. The view is valid as long as the schema.
  std::optional<std::string_view> metadata_value(std::string_view key) const;

  // Returns the column of that name, empty when there is none. Case counts. Throws Error when
  // several columns have the name ("column 'x' is ambiguous: …").
  std::optional<size_t> find(std::string_view name) const;

  // The same, but throws Error "unknown column 'orign'; did you mean 'origin'?" when there is none.
  size_t index_of(std::string_view name) const;

 private:
  std::vector<Field> fields_;
  Metadata metadata_;
};

// Equal names, types and nullability, in order; metadata does not count.
bool equals(const Schema& a, const Schema& b);

SchemaPtr make_schema(std::vector<Field> fields, Metadata metadata = {});

// Metadata keys that operators keep and rely on; the values are key lists as `-k` takes them.
inline constexpr std::string_view kOrderKey = "penstock.order";
inline constexpr std::string_view kPartitioningKey = "penstock.partitioning";

}  // namespace penstock
