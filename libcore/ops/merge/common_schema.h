// The schema of rows that several writers gave for one reader.
#pragma once

#include <vector>

#include "libcore/data/compare.h"
#include "libcore/data/type.h"

namespace penstock {

// Returns the columns that all schemas have, which may be null where they may in any, with the
// metadata in which all agree: so rows that each writer placed in one way are placed in that way.
// An order is kept only of a single schema; with `merge`, that is the order. REQUIRES schemas, at
// least one, that are equal but for nullability and metadata.
SchemaPtr common_schema(const std::vector<SchemaPtr>& schemas, const std::vector<SortKey>& merge);

}  // namespace penstock
