// Writes rows into data files of a table, each into the file of its partition.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/table/actions.h"
#include "libcore/table/layout.h"

namespace penstock {

// About the bytes of a batch in a data file, where its partition has so many. A condition skips
// whole batches: of four times these bytes, one order of lineitem in 16 partitions took 9.6 ms of
// CPU time instead of 5.2. The table was not larger, writing it took 2 % more, reading it as much.
inline constexpr int64_t kDataBatchBytes = int64_t{1} << 19;

// The bytes of the row groups of Parquet in the memory of all writers, which hold each until it is
// whole. A writer has its part of these, but at least the usual ones; all stay within the memory of
// `spill`, as long as that leaves each the least ones. Of lineitem at SF1 in 16 files, row groups
// of 2 MiB have 62,000 rows; with them a writer took 245 MB of memory, with any size 508.
inline constexpr int64_t kRowGroupsBytes = int64_t{32} << 20;
inline constexpr int64_t kUsualRowGroupBytes = int64_t{2} << 20;
inline constexpr int64_t kLeastRowGroupBytes = int64_t{64} << 10;

// Files of Parquet that are written at a time: each takes some 1.5 MB beside its rows. The rows of
// further ones wait in a temporary file.
inline constexpr int64_t kMostParquetWriters = 64;

struct RowsToWrite {
  std::string folder;  // the table's directory, which is made if it is not there
  TableLayout layout;  // with bounds, for ranges
  // Columns whose values are not in the files but in the log; each combination of values has files
  // of its own. Not with layout.partitioning.
  std::vector<std::string> partition_columns = {};
  SpillOptions spill = {};
  Sync sync = Sync::kYes;
  // Where all rows are of one partition of layout.partitioning, its number: they are not divided.
  std::optional<int32_t> partition = {};
};

// Returns the files, which no version has yet, by partition. The rows of a file keep the order of
// the input; with layout.sort the input must be in that order. Throws what the input throws, and
// Error for files that cannot be written, for more than kMaxPartitions values of the partition
// columns, and for a value of one that cannot be in a log. Leaves the input as it is.
std::vector<DataFile> write_rows(Operator& input, const RowsToWrite& how);

}  // namespace penstock
