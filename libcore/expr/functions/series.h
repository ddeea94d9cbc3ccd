// Row-making functions: each gives a list for each row, which a select list then unfolds.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "libcore/expr/functions/functions.h"

namespace penstock {

// unnest, string_to_table, …: bound like functions, with a list type.
std::span<const Function> series_functions();

bool is_series_function(std::string_view name);

// The first element and the number of elements of a list's row, for every kind of list.
struct ListElements {
  int64_t first;
  int64_t count;
};
ListElements list_elements(const Column& list, int64_t i);
bool is_list(const Type& type);

}  // namespace penstock
