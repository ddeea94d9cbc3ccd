// Binds a frame of `range`, whose offsets say how far the key of a row may be away.
#pragma once

#include <cstdint>

#include "libcore/expr/bind.h"
#include "libcore/expr/window/list.h"

namespace penstock {

// Sets the key and the bounds of a frame whose shape is set, where it has offsets. Throws Error, at
// `location` where it is about the whole window, for an order by that is not one key and for
// offsets that do not fit the key: not constant, null, negative, NaN.
void bind_range(Binder& rows, const WindowSyntax& over, int64_t location, WindowFrame& frame);

// Returns the value; as text where it is a literal without a type, null too.
Bound typed_value(const Binder& rows, const Bound& value);

}  // namespace penstock
