// Options that several stages declare alike.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/command/command.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// -S and -T, of every stage that spills; `spill` outlives the command.
void add_spill_options(Command& command, SpillOptions& spill);

// The value of -n: a number of rows. Throws a usage Error.
int64_t parse_rows(const std::string& text);

}  // namespace penstock
