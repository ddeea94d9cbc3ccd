#include "libcore/data/dictionary.h"

#include <limits>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

// Calls `visit` with a value of the C++ type of an integer type.
template <typename Visit>
void visit_integer(TypeId id, Visit visit) {
  switch (id) {
    case TypeId::kInt8:
      visit(int8_t{});
      return;
    case TypeId::kUint8:
      visit(uint8_t{});
      return;
    case TypeId::kInt16:
      visit(int16_t{});
      return;
    case TypeId::kUint16:
      visit(uint16_t{});
      return;
    case TypeId::kInt32:
      visit(int32_t{});
      return;
    case TypeId::kUint32:
      visit(uint32_t{});
      return;
    case TypeId::kInt64:
      visit(int64_t{});
      return;
    case TypeId::kUint64:
      visit(uint64_t{});
      return;
    default:
      PENSTOCK_CHECK(false);
  }
}

template <typename Index>
Buffer shifted_indices(const Column& column, int64_t by) {
  MutableBuffer out(column.length * static_cast<int64_t>(sizeof(Index)));
  const auto* from = column.values.as<Index>();
  auto* to = out.as<Index>();
  for (int64_t i = 0; i < column.length; ++i) {
    // Added as unsigned numbers, because the index of a null may have any value.
    to[i] = static_cast<Index>(static_cast<uint64_t>(from[i]) + static_cast<uint64_t>(by));
  }
  return out.freeze();
}

ColumnPtr rebased(const Column& column, const ColumnPtr& dictionary, int64_t by) {
  auto result = std::make_shared<Column>(column);
  result->dictionary = dictionary;
  if (by == 0 || column.length == 0) return result;
  visit_integer(column.type->index_type->id,
                [&](auto index) { result->values = shifted_indices<decltype(index)>(column, by); });
  return result;
}

uint64_t largest_index(const Type& type) {
  uint64_t largest = 0;
  visit_integer(type.index_type->id, [&](auto index) {
    largest = static_cast<uint64_t>(std::numeric_limits<decltype(index)>::max());
  });
  return largest;
}

}  // namespace

bool share_dictionary(std::span<const ColumnPtr> columns) {
  for (const ColumnPtr& column : columns) {
    if (column->dictionary != columns[0]->dictionary) return false;
  }
  return true;
}

std::vector<ColumnPtr> unify_dictionaries(std::span<const ColumnPtr> columns) {
  std::vector<ColumnPtr> dictionaries;
  std::vector<int64_t> bases;
  int64_t total = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    size_t same = 0;
    while (same < i && columns[same]->dictionary != columns[i]->dictionary)
      ++same;
    if (same < i) {
      bases.push_back(bases[same]);
      continue;
    }
    bases.push_back(total);
    dictionaries.push_back(columns[i]->dictionary);
    total += columns[i]->dictionary->length;
  }
  const Type& type = *columns[0]->type;
  if (total > 0 && static_cast<uint64_t>(total - 1) > largest_index(type)) {
    throw Error("the dictionaries of several batches hold " + std::to_string(total) +
                " values, more than " + type.to_string() + " can number");
  }
  ColumnPtr dictionary = concatenate(dictionaries);
  std::vector<ColumnPtr> result;
  result.reserve(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    result.push_back(rebased(*columns[i], dictionary, bases[i]));
  }
  return result;
}

int64_t dictionary_row(const Column& column, int64_t i) {
  int64_t row = 0;
  visit_integer(column.type->index_type->id, [&](auto index) {
    row = static_cast<int64_t>(column.values.as<decltype(index)>()[i]);
  });
  return row;
}

std::vector<int32_t> dictionary_rows(const Column& column) {
  std::vector<int32_t> rows(static_cast<size_t>(column.length));
  visit_integer(column.type->index_type->id, [&](auto index) {
    const auto* from = column.values.as<decltype(index)>();
    for (size_t i = 0; i < rows.size(); ++i)
      rows[i] = static_cast<int32_t>(from[i]);
  });
  if (column.null_count == 0) return rows;
  for (int64_t i = 0; i < column.length; ++i) {
    if (column.is_null(i)) rows[static_cast<size_t>(i)] = -1;
  }
  return rows;
}

}  // namespace penstock
