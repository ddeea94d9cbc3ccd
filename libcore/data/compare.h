// The order of values in sorting, min/max and comparisons: numbers by value, NaN equal to itself
// and after all numbers, -0 equal to 0, text and binary by bytes, false before true, dates and
// times by time; structs and lists element by element, with their nulls last and the shorter list
// first.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// One column of a key list: `name[:asc|:desc][:nulls-first|:nulls-last]`.
struct SortKey {
  std::string name;
  bool descending = false;
  bool nulls_first = false;  // by default last, in either direction
};

// Parses "a,b:desc,c:desc:nulls-first". A name that contains ',', ':' or '"', or begins or ends
// with a space, is quoted as in SQL: "a,b":desc. Spaces around keys are ignored. Throws a usage
// Error for other text.
std::vector<SortKey> parse_sort_keys(std::string_view text);
// Returns the text that parse_sort_keys() reads; for penstock.order.
std::string to_string(std::span<const SortKey> keys);
// Parses "a,b", names alone. Throws a usage Error when one has a direction.
std::vector<std::string> parse_key_names(std::string_view text);

// The same order for floats; for loops over whole columns too.
template <typename Float>
std::weak_ordering compare_floats(Float a, Float b) {
  if (a < b) return std::weak_ordering::less;
  if (a > b) return std::weak_ordering::greater;
  if (a == b) return std::weak_ordering::equivalent;
  return static_cast<int>(a != a) <=> static_cast<int>(b != b);
}

// Compares row i of a with row j of b. REQUIRES that neither is null, and that the columns have one
// orderable type (dictionaries stand for their values).
std::weak_ordering compare_values(const Column& a, int64_t i, const Column& b, int64_t j);
// The same with nulls: they are equal to each other, and come after all values or before them.
std::weak_ordering compare_rows(const Column& a, int64_t i, const Column& b, int64_t j,
                                bool nulls_first = false);

// Returns whether values of the type have an order: not unions, maps and intervals, nor types that
// contain them.
bool is_orderable(const Type& type);

}  // namespace penstock
