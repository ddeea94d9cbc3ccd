// Arrow's schema as our types. Part of the seam of FlatBuffers; see metadata.h for the result.
#pragma once

#include "libcore/arrow/metadata.h"

namespace penstock::flat {
struct Schema;
}

namespace penstock {

// Converts a schema. REQUIRES a verified one, or null. Throws an Error that names the column for
// types that we do not read.
WireSchema decode_schema(const flat::Schema* schema);

}  // namespace penstock
