// The versions of a table, as rows.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/table/log.h"

namespace penstock {

// Returns a row for each version whose file is there, the newest first: version, time (in UTC),
// operation, engine, files_added, files_removed, and rows_added, which is null where the log does
// not say how many rows an added file has. Files that a version only puts elsewhere, without a
// change of rows, count as added and removed; their rows do not. Throws Error for a directory
// without versions, and as TableLog::actions_of() does.
Batch table_history(const TableLog& log);

}  // namespace penstock
