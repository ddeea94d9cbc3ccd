// Bounds of ranges as the configuration of a table has them: a JSON list of bounds, each a list of
// a text or null for each key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"

namespace penstock {

// Throws Error for a value that is not UTF-8.
std::string encode_bounds(const Batch& bounds);

// Any bytes are safe. Throws Error for what encode_bounds() did not write for such keys, and for
// bounds that are not in the order of the keys.
Batch decode_bounds(std::string_view json, const Schema& schema, const std::vector<SortKey>& keys);

}  // namespace penstock
