// Values of key columns that a condition asks for: what Node::key_values() is made of.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "libcore/expr/node.h"
#include "libcore/expr/prune/may_match.h"

namespace penstock {

// Returns what it means for key columns that `value` equals one of `constants`, rows of its type,
// of which a null stands for itself. Empty when `value` is not one of `columns`, nor a strictly
// rising cast of one, or when there are more than kMaxEqualKeys constants.
std::optional<std::vector<KeyValues>> key_values_of(const Node& value,
                                                    std::span<const ColumnPtr> constants,
                                                    std::span<const size_t> columns);

// Returns the key values of `a and b` or `a or b` from those of both.
std::optional<std::vector<KeyValues>> combine(bool conjunction,
                                              std::optional<std::vector<KeyValues>> a,
                                              std::optional<std::vector<KeyValues>> b);

}  // namespace penstock
