// What the processes of tools do that write tables.
#pragma once

#include "libcore/cli/stage_run.h"
#include "libcore/partition/split_options.h"

namespace penstock {

// ppartition: makes the table options.listed of the rows of the inputs; the status 0. REQUIRES
// options.makes_table. Throws as create_table() does, and a usage Error for options that a table
// does not have.
int make_table(StageRun& run, const SplitOptions& options);

}  // namespace penstock
