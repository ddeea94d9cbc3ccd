// Columns of every type with values drawn from a seed, for tests.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "libcore/data/bitmap.h"
#include "libcore/data/builder.h"
#include "libcore/data/column.h"

namespace penstock::testing {

using Random = std::mt19937_64;

inline int64_t below(Random& random, int64_t limit) {
  return static_cast<int64_t>(random() % static_cast<uint64_t>(limit));
}

inline TypePtr make_custom(TypeId id, std::vector<Field> children, int32_t width = 0,
                           std::vector<int8_t> codes = {}) {
  Type type;
  type.id = id;
  type.children = std::move(children);
  type.width = width;
  type.type_codes = std::move(codes);
  return std::make_shared<const Type>(std::move(type));
}

inline TypePtr decimal256(int32_t precision, int32_t scale) {
  Type type;
  type.id = TypeId::kDecimal256;
  type.precision = precision;
  type.scale = scale;
  return std::make_shared<const Type>(std::move(type));
}

inline TypePtr map_type(TypePtr key, TypePtr value) {
  TypePtr entries =
      struct_type({{"key", std::move(key), false, {}}, {"value", std::move(value), true, {}}});
  return make_custom(TypeId::kMap, {{"entries", entries, false, {}}});
}

// At least one of every type that is not nested, and nested ones of several kinds.
inline std::vector<TypePtr> every_type() {
  std::vector<TypePtr> types;
  for (TypeId id : {TypeId::kNull,
                    TypeId::kBool,
                    TypeId::kInt8,
                    TypeId::kInt16,
                    TypeId::kInt32,
                    TypeId::kInt64,
                    TypeId::kUint8,
                    TypeId::kUint16,
                    TypeId::kUint32,
                    TypeId::kUint64,
                    TypeId::kFloat16,
                    TypeId::kFloat32,
                    TypeId::kFloat64,
                    TypeId::kDate32,
                    TypeId::kDate64,
                    TypeId::kIntervalMonths,
                    TypeId::kIntervalDayTime,
                    TypeId::kIntervalMonthDayNano,
                    TypeId::kUtf8,
                    TypeId::kLargeUtf8,
                    TypeId::kBinary,
                    TypeId::kLargeBinary}) {
    types.push_back(make_type(id));
  }
  types.push_back(decimal_type(15, 2));
  types.push_back(decimal256(50, 7));
  for (TimeUnit unit : {TimeUnit::kSecond, TimeUnit::kMilli, TimeUnit::kMicro, TimeUnit::kNano}) {
    types.push_back(time_type(unit));
    types.push_back(timestamp_type(unit));
    types.push_back(timestamp_type(unit, "Europe/Paris"));
    types.push_back(duration_type(unit));
  }
  types.push_back(make_custom(TypeId::kFixedSizeBinary, {}, 5));
  types.push_back(make_custom(TypeId::kFixedSizeBinary, {}, 0));
  TypePtr text = utf8_type();
  types.push_back(list_type(text));
  types.push_back(list_type(list_type(int32_type())));
  types.push_back(make_custom(TypeId::kLargeList, {{"item", text, true, {}}}));
  types.push_back(make_custom(TypeId::kFixedSizeList, {{"item", int32_type(), true, {}}}, 3));
  types.push_back(make_custom(TypeId::kFixedSizeList, {{"item", text, true, {}}}, 0));
  types.push_back(struct_type({{"a", int64_type(), true, {}}, {"b", list_type(text), true, {}}}));
  types.push_back(struct_type({}));
  types.push_back(map_type(text, decimal_type(20, 3)));
  std::vector<Field> members{{"x", int32_type(), true, {}}, {"y", text, true, {}}};
  types.push_back(make_custom(TypeId::kSparseUnion, members, 0, {5, 9}));
  types.push_back(make_custom(TypeId::kDenseUnion, members, 0, {0, 127}));
  types.push_back(dictionary_type(make_type(TypeId::kInt8), text));
  types.push_back(dictionary_type(make_type(TypeId::kUint64), decimal_type(9, 1), true));
  types.push_back(dictionary_type(int32_type(), list_type(text)));
  types.push_back(list_type(dictionary_type(make_type(TypeId::kUint16), text)));
  types.push_back(dictionary_type(
      int32_type(),
      struct_type({{"d", dictionary_type(make_type(TypeId::kInt16), text), true, {}}})));
  return types;
}

inline Buffer random_validity(Random& random, int64_t length) {
  MutableBuffer bits = make_bitmap(length, true);
  for (int64_t i = 0; i < length; ++i) {
    if (below(random, 4) == 0) clear_bit(bits.data(), i);
  }
  return bits.freeze();
}

inline Buffer random_bytes(Random& random, int64_t size) {
  MutableBuffer bytes(size);
  for (int64_t i = 0; i < size; ++i)
    bytes.data()[i] = static_cast<uint8_t>(random());
  return bytes.freeze();
}

inline Buffer random_text(Random& random, int64_t size) {
  MutableBuffer bytes(size);
  for (int64_t i = 0; i < size; ++i)
    bytes.data()[i] = static_cast<uint8_t>('a' + below(random, 26));
  return bytes.freeze();
}

// length + 1 ascending offsets; returns the last.
template <typename Offset>
int64_t random_offsets(Random& random, int64_t length, Buffer& offsets) {
  MutableBuffer out((length + 1) * static_cast<int64_t>(sizeof(Offset)));
  Offset at = 0;
  for (int64_t i = 0; i <= length; ++i) {
    out.as<Offset>()[i] = at;
    if (i < length) at = static_cast<Offset>(at + below(random, 5));
  }
  offsets = out.freeze();
  return at;
}

inline ColumnPtr random_column(Random& random, const TypePtr& type, int64_t length);

inline void fill_union(Random& random, Column& column) {
  const Type& type = *column.type;
  auto members = static_cast<int64_t>(type.children.size());
  bool dense = type.id == TypeId::kDenseUnion;
  std::vector<int32_t> used(type.children.size());
  MutableBuffer codes(column.length);
  MutableBuffer offsets(4 * column.length);
  for (int64_t i = 0; i < column.length; ++i) {
    auto member = static_cast<size_t>(below(random, members));
    codes.as<int8_t>()[i] = type.type_codes[member];
    offsets.as<int32_t>()[i] = used[member]++;
  }
  for (size_t i = 0; i < type.children.size(); ++i) {
    column.children.push_back(
        random_column(random, type.children[i].type, dense ? used[i] : column.length));
  }
  column.values = codes.freeze();
  if (dense) column.offsets = offsets.freeze();
}

inline void fill_dictionary(Random& random, Column& column) {
  constexpr int64_t kValues = 9;
  column.dictionary = random_column(random, column.type->value_type, kValues);
  int64_t width = fixed_width(*column.type->index_type);
  MutableBuffer indices(column.length * width);
  for (int64_t i = 0; i < column.length; ++i) {
    uint64_t index = static_cast<uint64_t>(below(random, kValues));
    std::memcpy(indices.data() + i * width, &index, static_cast<size_t>(width));
  }
  column.values = indices.freeze();
}

inline void fill_values(Random& random, Column& column) {
  const Type& type = *column.type;
  if (type.id == TypeId::kBool) {
    column.values = random_validity(random, column.length);
  } else if (type.id == TypeId::kDecimal128 || type.id == TypeId::kDecimal256) {
    // Within the precision.
    int64_t width = fixed_width(type);
    MutableBuffer values;
    values.resize_zeroed(column.length * width);
    for (int64_t i = 0; i < column.length; ++i) {
      int64_t value = below(random, 2000001) - 1000000;
      std::memset(values.data() + i * width, value < 0 ? 0xFF : 0, static_cast<size_t>(width));
      std::memcpy(values.data() + i * width, &value, sizeof value);
    }
    column.values = values.freeze();
  } else {
    column.values = random_bytes(random, column.length * fixed_width(type));
  }
}

inline ColumnPtr random_column(Random& random, const TypePtr& type_pointer, int64_t length) {
  auto column = std::make_shared<Column>();
  const Type& type = *type_pointer;
  column->type = type_pointer;
  column->length = length;
  if (type.id == TypeId::kNull) {
    column->null_count = length;
    return column;
  }
  if (type.id == TypeId::kSparseUnion || type.id == TypeId::kDenseUnion) {
    fill_union(random, *column);
    return column;
  }
  if (below(random, 2) == 0) {
    Buffer bits = random_validity(random, length);
    column->null_count = length - count_set_bits(bits.data(), length);
    if (column->null_count != 0) column->validity = bits;
  }
  int64_t inner = length;
  if (has_offsets32(type.id)) inner = random_offsets<int32_t>(random, length, column->offsets);
  if (has_offsets64(type.id)) inner = random_offsets<int64_t>(random, length, column->offsets);
  if (type.id == TypeId::kFixedSizeList) inner = length * type.width;
  if (is_text(type.id)) {
    column->values = random_text(random, inner);
  } else if (is_bytes(type.id)) {
    column->values = random_bytes(random, inner);
  } else if (type.id == TypeId::kDictionary) {
    fill_dictionary(random, *column);
  } else if (type.children.empty() && type.id != TypeId::kStruct) {
    fill_values(random, *column);
  }
  for (const Field& child : type.children) {
    column->children.push_back(random_column(random, child.type, inner));
  }
  return column;
}

}  // namespace penstock::testing
