// Selections and the layouts that expressions compute on.
#include <bit>
#include <limits>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/dictionary.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

// Bits [at, at + 64) of a bitmap; reading past its end stays inside the padding.
uint64_t bits_at(const uint8_t* bits, int64_t at) {
  uint64_t word;
  std::memcpy(&word, bits + at / 8, sizeof word);
  return word;
}

// 32-bit offsets for 64-bit ones that all lie less than 2 GiB past the first.
ColumnPtr narrowed(const ColumnPtr& column, TypePtr type) {
  int64_t rows = column->length;
  MutableBuffer offsets((rows + 1) * 4);
  auto* to = offsets.as<int32_t>();
  auto result = std::make_shared<Column>(*column);
  result->type = std::move(type);
  if (rows == 0) {
    to[0] = 0;
    result->offsets = offsets.freeze();
    return result;
  }
  const auto* from = column->offsets.as<int64_t>();
  int64_t first = from[0];
  int64_t bytes = from[rows] - first;
  if (bytes > std::numeric_limits<int32_t>::max()) {
    throw Error("text of over 2 GiB in one batch; use fewer rows a batch");
  }
  for (int64_t i = 0; i <= rows; ++i)
    to[i] = static_cast<int32_t>(from[i] - first);
  result->offsets = offsets.freeze();
  result->values = column->values.slice(first, bytes);
  return result;
}

}  // namespace

std::vector<RowIndex> true_rows(const Column& column) {
  const uint8_t* values = column.values.data();
  const uint8_t* validity = column.null_count == 0 ? nullptr : column.validity.data();
  std::vector<RowIndex> rows;
  auto word_at = [&](int64_t i) {
    uint64_t word = bits_at(values, i);
    if (validity != nullptr) word &= bits_at(validity, i);
    int64_t left = column.length - i;
    return left >= 64 ? word : word & ((uint64_t{1} << left) - 1);
  };
  int64_t count = 0;
  for (int64_t i = 0; i < column.length; i += 64)
    count += std::popcount(word_at(i));
  rows.resize(static_cast<size_t>(count));
  RowIndex* to = rows.data();
  for (int64_t i = 0; i < column.length; i += 64) {
    auto base = static_cast<RowIndex>(i);
    for (uint64_t word = word_at(i); word != 0; word &= word - 1) {
      *to++ = base + std::countr_zero(word);
    }
  }
  return rows;
}

ColumnPtr decode_dictionary(const ColumnPtr& column) {
  if (column->type->id != TypeId::kDictionary) return column;
  if (column->length == 0) return make_null_column(column->type->value_type, 0);
  std::vector<int32_t> rows = dictionary_rows(*column);
  return column->null_count == 0 ? take(*column->dictionary, rows)
                                 : take_or_null(*column->dictionary, rows);
}

ColumnPtr plain(const ColumnPtr& column) {
  switch (column->type->id) {
    case TypeId::kDictionary:
      return plain(decode_dictionary(column));
    case TypeId::kLargeUtf8:
      return narrowed(column, utf8_type());
    case TypeId::kLargeBinary:
      return narrowed(column, binary_type());
    default:
      return column;
  }
}

TypePtr plain(const TypePtr& type) {
  switch (type->id) {
    case TypeId::kDictionary:
      return plain(type->value_type);
    case TypeId::kLargeUtf8:
      return utf8_type();
    case TypeId::kLargeBinary:
      return binary_type();
    default:
      return type;
  }
}

}  // namespace penstock
