// Values as the texts that they print as, for functions that join them.
#pragma once

#include "libcore/expr/bind.h"

namespace penstock {

// Any value as text; a null literal too.
Bound bind_as_text(Binder& binder, const Bound& value);

}  // namespace penstock
