// Options of the tools that change tables.
#pragma once

#include "libcore/command/command.h"
#include "libcore/table/change/change.h"

namespace penstock {

// Adds --retries; `options` outlives the command.
void add_change_options(Command& command, ChangeOptions& options);

}  // namespace penstock
