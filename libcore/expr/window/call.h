// Binds one call with `over (…)`.
#pragma once

#include "libcore/expr/bind.h"
#include "libcore/expr/window/list.h"

namespace penstock {

// Binds the function or aggregate, its arguments and the frame over `rows`, a binder of the input's
// columns; `over` is the call's window, and call.window is not set. Throws Error for what a window
// cannot have.
WindowCall bind_window_call(Binder& rows, const Syntax& call, const WindowSyntax& over);

// Binds the partition and the order of a window.
RowWindow bind_row_window(Binder& rows, const WindowSyntax& over);

}  // namespace penstock
