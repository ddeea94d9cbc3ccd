// How a process writes its rows: as its options, the suffix of its output and a terminal say.
#pragma once

#include <string>

#include "libcore/cli/pager.h"
#include "libcore/data/batch.h"
#include "libcore/ops/print.h"
#include "libcore/stage/writing.h"

namespace penstock {

// Returns how rows are written to `output`. `default_format` is for an output that is neither a
// terminal nor says its format. `pager` is that of standard output, or null. Throws a usage Error
// for options that do not go together, and for an Arrow stream or Parquet to a terminal.
PrintOptions print_options(const Writing& writing, const std::string& output, Format default_format,
                           const Pager* pager);

// Writes rows that are in memory where and as the options say; an Arrow stream where they say
// nothing, as all tools do. Throws as print_options(), and when the output cannot be written.
void print_rows(const Batch& rows, const Writing& writing);

}  // namespace penstock
