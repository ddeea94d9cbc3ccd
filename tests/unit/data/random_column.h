// Columns of every type with random values, for tests of properties that hold for all types.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/utf8.h"
#include "libcore/data/column.h"
#include "libcore/data/take.h"
#include "libcore/data/value_text.h"

namespace penstock::testing {

// Every type of Arrow's, nested ones over several kinds of children.
inline std::vector<TypePtr> all_types() {
  std::vector<TypePtr> types;
  for (const char* name : {"null",
                           "bool",
                           "int8",
                           "int16",
                           "int32",
                           "int64",
                           "uint8",
                           "uint16",
                           "uint32",
                           "uint64",
                           "float16",
                           "float32",
                           "float64",
                           "decimal128(38,4)",
                           "decimal256(70,9)",
                           "date32",
                           "date64",
                           "time32[s]",
                           "time32[ms]",
                           "time64[us]",
                           "time64[ns]",
                           "timestamp[s]",
                           "timestamp[ns, UTC]",
                           "timestamp[ms, +02:00]",
                           "duration[us]",
                           "month_interval",
                           "day_time_interval",
                           "month_day_nano_interval",
                           "utf8",
                           "large_utf8",
                           "binary",
                           "large_binary",
                           "fixed_size_binary(0)",
                           "fixed_size_binary(5)",
                           "fixed_size_binary(16)",
                           "list<int32>",
                           "list<utf8>",
                           "large_list<bool>",
                           "list<list<decimal128(10,2)>>",
                           "fixed_size_list<int16, 3>",
                           "fixed_size_list<utf8, 2>",
                           "fixed_size_list<null, 0>",
                           "struct<>",
                           "struct<a: int64, b: utf8, c: list<bool>>",
                           "map<utf8, int64>",
                           "dictionary<int8, utf8>",
                           "dictionary<uint64, float64>",
                           "dictionary<int32, list<int8>>",
                           "struct<d: dictionary<int16, utf8>>"}) {
    types.push_back(parse_type(name));
  }
  for (TypeId id : {TypeId::kSparseUnion, TypeId::kDenseUnion}) {
    auto type = std::make_shared<Type>();
    type->id = id;
    type->children = {{"i", int32_type(), true, {}}, {"s", utf8_type(), true, {}}};
    type->type_codes = {5, 127};
    types.push_back(type);
    types.push_back(list_type(type));
  }
  return types;
}

class ColumnMaker {
 public:
  explicit ColumnMaker(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t n) { return random_() % n; }

  // Sometimes with nulls, sometimes cut out of a longer one, so that offsets begin anywhere.
  ColumnPtr make(const TypePtr& type, int64_t length) {
    if (below(3) != 0) return make_whole(type, length);
    auto before = static_cast<int64_t>(below(20));
    return slice(make_whole(type, before + length + 3), before, length);
  }

 private:
  ColumnPtr make_whole(const TypePtr& type, int64_t length) {
    if (type->id == TypeId::kNull || length == 0) return make_null_column(type, length);
    auto column = std::make_shared<Column>();
    column->type = type;
    column->length = length;
    fill(*column);
    bool is_union = type->id == TypeId::kSparseUnion || type->id == TypeId::kDenseUnion;
    if (!is_union && below(2) == 0) add_nulls(*column);
    return column;
  }

  void add_nulls(Column& column) {
    MutableBuffer bits = make_bitmap(column.length, true);
    for (int64_t i = 0; i < column.length; ++i) {
      if (below(4) == 0) clear_bit(bits.data(), i);
    }
    column.null_count = column.length - count_set_bits(bits.data(), column.length);
    if (column.null_count != 0) column.validity = bits.freeze();
  }

  void fill(Column& column) {
    const Type& type = *column.type;
    switch (type.id) {
      case TypeId::kBool: {
        column.values = random_bytes(bitmap_bytes(column.length));
        return;
      }
      case TypeId::kUtf8:
      case TypeId::kBinary:
        fill_bytes<int32_t>(column);
        return;
      case TypeId::kLargeUtf8:
      case TypeId::kLargeBinary:
        fill_bytes<int64_t>(column);
        return;
      case TypeId::kList:
      case TypeId::kMap:
        fill_list<int32_t>(column);
        return;
      case TypeId::kLargeList:
        fill_list<int64_t>(column);
        return;
      case TypeId::kFixedSizeList:
        column.children.push_back(make(type.children[0].type, column.length * type.width));
        return;
      case TypeId::kStruct:
        for (const Field& field : type.children) {
          column.children.push_back(make(field.type, column.length));
        }
        return;
      case TypeId::kSparseUnion:
      case TypeId::kDenseUnion:
        fill_union(column);
        return;
      case TypeId::kDictionary:
        fill_dictionary(column);
        return;
      default:
        column.values = random_bytes(column.length * fixed_width(type));
        return;
    }
  }

  Buffer random_bytes(int64_t size) {
    MutableBuffer bytes(size);
    for (int64_t i = 0; i < size; ++i)
      bytes.data()[i] = static_cast<uint8_t>(random_());
    return bytes.freeze();
  }

  std::string random_text() {
    static constexpr uint32_t kCharacters[] = {'a',  'B',  '"',    '\\',   '\n',
                                               0x7F, 0xE9, 0x20AC, 0x1F600};
    std::string text;
    uint64_t length = below(10) == 0 ? below(60) : below(8);
    for (uint64_t i = 0; i < length; ++i)
      append_utf8(text, kCharacters[below(9)]);
    return text;
  }

  template <typename Offset>
  void fill_bytes(Column& column) {
    MutableBuffer offsets;
    MutableBuffer values;
    offsets.push(Offset{0});
    for (int64_t i = 0; i < column.length; ++i) {
      std::string text = random_text();
      values.append(text.data(), static_cast<int64_t>(text.size()));
      offsets.push(static_cast<Offset>(values.size()));
    }
    column.offsets = offsets.freeze();
    column.values = values.freeze();
  }

  template <typename Offset>
  void fill_list(Column& column) {
    MutableBuffer offsets;
    int64_t total = 0;
    offsets.push(Offset{0});
    for (int64_t i = 0; i < column.length; ++i) {
      total += static_cast<int64_t>(below(4));
      offsets.push(static_cast<Offset>(total));
    }
    column.offsets = offsets.freeze();
    column.children.push_back(make(column.type->children[0].type, total));
  }

  void fill_union(Column& column) {
    const Type& type = *column.type;
    bool dense = type.id == TypeId::kDenseUnion;
    std::vector<int32_t> used(type.children.size(), 0);
    MutableBuffer codes;
    MutableBuffer offsets;
    for (int64_t i = 0; i < column.length; ++i) {
      size_t member = below(type.children.size());
      codes.push(type.type_codes[member]);
      if (dense) offsets.push(used[member]++);
    }
    column.values = codes.freeze();
    column.offsets = offsets.freeze();
    for (size_t i = 0; i < type.children.size(); ++i) {
      column.children.push_back(make(type.children[i].type, dense ? used[i] : column.length));
    }
  }

  void fill_dictionary(Column& column) {
    constexpr uint64_t kValues = 7;
    column.dictionary = make(column.type->value_type, kValues);
    int32_t width = fixed_width(*column.type);
    MutableBuffer indices;
    indices.resize_zeroed(column.length * width);
    for (int64_t i = 0; i < column.length; ++i) {
      indices.data()[i * width] = static_cast<uint8_t>(below(kValues));
    }
    column.values = indices.freeze();
  }

  std::mt19937_64 random_;
};

// Each row as JSON: what a column holds, whatever its layout.
inline std::vector<std::string> rows_as_json(const Column& column) {
  std::vector<std::string> rows;
  for (int64_t i = 0; i < column.length; ++i)
    append_json(rows.emplace_back(), column, i);
  return rows;
}

}  // namespace penstock::testing
