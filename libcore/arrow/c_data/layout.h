// Which buffers the arrays of a type have.
#pragma once

#include "libcore/data/type.h"

namespace penstock {

// Whether the values are type codes: those of a union, which has no validity.
inline bool has_type_codes(TypeId id) {
  return id == TypeId::kSparseUnion || id == TypeId::kDenseUnion;
}

}  // namespace penstock
