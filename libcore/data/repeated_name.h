// Columns that are told apart by their names.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "libcore/data/type.h"

namespace penstock {

// The first field with the name of an earlier one, after that one; empty when all names differ.
std::optional<std::pair<size_t, size_t>> repeated_name(std::span<const Field> fields);

// A name like `name` that none of them has: with _2 behind it, or the next number that is free.
std::string free_name(const std::string& name, std::span<const Field> fields);

}  // namespace penstock
