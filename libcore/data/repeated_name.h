// Finds column names that repeat, and free ones.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "libcore/data/type.h"

namespace penstock {

// Returns the first field with the name of an earlier one, as the pair of the earlier field and
// this one; empty when all names differ.
std::optional<std::pair<size_t, size_t>> repeated_name(std::span<const Field> fields);

// Returns a name like `name` that none of the fields has: with _2 appended, or the next number that
// is free.
std::string free_name(const std::string& name, std::span<const Field> fields);

}  // namespace penstock
