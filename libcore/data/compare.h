// The order of values, in sorting, min/max and comparisons: numbers by value, NaN equal to itself
// and after all numbers, -0 equal to 0, text and binary by bytes, false before true, dates and times
// by time; structs and lists element by element.
#pragma once

#include <compare>
#include <span>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// One column of a key list: `name[:asc|:desc][:nulls-first|:nulls-last]`.
struct SortKey {
  std::string name;
  bool descending = false;
  bool nulls_first = false;  // nulls are last unless told otherwise, in either direction
};

// Parses "a,b:desc,c:desc:nulls-first". A name with ',' or ':' is quoted as in SQL: "a,b":desc.
// Throws a usage Error.
std::vector<SortKey> parse_sort_keys(std::string_view text);
// The text form that parse_sort_keys reads; for penstock.order.
std::string to_string(std::span<const SortKey> keys);
// "a,b" only names; a usage Error when one has a direction.
std::vector<std::string> parse_key_names(std::string_view text);

// Row i of a against row j of b, columns of one (plain) type; REQUIRES neither null.
std::weak_ordering compare_values(const Column& a, int64_t i, const Column& b, int64_t j);
// The same with nulls: they are equal to each other and come after all values, or before.
std::weak_ordering compare_rows(const Column& a, int64_t i, const Column& b, int64_t j,
                                bool nulls_first = false);

// Whether keys can be made of the type; false for unions, maps and intervals.
bool is_orderable(const Type& type);

}  // namespace penstock
