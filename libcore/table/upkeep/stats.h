// How the rows of a table lie in its partitions, as rows.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/table/log.h"

namespace penstock {

// Returns a row for each partition: the number of the partition, or a column for each partition
// column; files, rows, bytes, and share, the partition's rows divided by the mean of all
// partitions, which shows skew. A table with keys (of its partitioning, or else by which its files
// are sorted) has the columns least and greatest: bounds of the first key, which are wider than the
// values where texts are long. What the log does not say is null.
//
// A table without partitions has one row. Partitions of a number have a row even without files.
// Files without a number, which other programs have added, have a row of their own, whose number
// and share are null. Throws Error for statistics that are damaged or do not fit the table.
Batch table_stats(const TableState& state);

}  // namespace penstock
