// Arrow's schema as our types. Part of the seam of FlatBuffers; see metadata.h for the result.
#pragma once

#include "libcore/arrow/metadata.h"

namespace penstock::flat {
struct Schema;
}

namespace penstock {

// REQUIRES a verified schema, or null. Throws Error that names the column on what is not read.
WireSchema decode_schema(const flat::Schema* schema);

}  // namespace penstock
