// The columns of a checkpoint: one for each kind of action, of which each row has just one.
#pragma once

#include "libcore/data/type.h"

namespace penstock {

// In the metadata of the schema of a checkpoint that Penstock writes: TableState::schemas.
inline constexpr const char* kSchemasKey = "penstock.schemas";

// Returns the columns that Penstock writes, with the members of FORMAT.md. It reads the same ones.
const SchemaPtr& checkpoint_schema();

}  // namespace penstock
