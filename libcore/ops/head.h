// The first rows of a stream.
#pragma once

#include <cstdint>

#include "libcore/data/batch.h"

namespace penstock {

// Returns the first `rows` rows, and keeps schema and order. After the last of them the input is
// not pulled again: whether it would have failed later stays unknown, as with head(1). REQUIRES
// rows >= 0.
OperatorPtr make_head(OperatorPtr input, int64_t rows);

}  // namespace penstock
