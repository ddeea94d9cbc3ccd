// Gives a table that is there another partitioning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/column_list.h"
#include "libcore/data/compare.h"
#include "libcore/partition/partitioner.h"
#include "libcore/table/change/change.h"

namespace penstock {

struct Repartition : ChangeOptions {
  // By hash, range or round-robin, without bounds; empty for a table without partitions, or with
  // partition columns.
  std::optional<PartitionOptions> partitioning = {};
  // Of ranges, as parse_bounds() reads them (range_bounds.h). Without them, all keys are read
  // first, to find bounds that divide the rows evenly.
  std::optional<std::string> bounds = {};
  std::vector<std::string> partition_columns = {};
  // By which the rows of each file are sorted; empty for the keys that the table has.
  std::vector<SortKey> sort = {};
  // Columns that lie apart (choose_groups()); without any, those of the table.
  std::vector<ColumnList> columns = {};
};

struct Repartitioned {
  int64_t version = 0;
  int64_t files = 0;  // that were there
  int64_t new_files = 0;
};

// Writes all rows of the table again, each into its new partition, as one version, which changes no
// row: readers of changes see none. All earlier versions stay as they are. Changes that others
// began before and commit after it begin again, or are refused, because the table's properties
// changed.
//
// Where another writer has changed the table meanwhile, all is done again, up to options.retries
// times. Throws Error as read_to_change() and write_rows() do, for keys, bounds and columns that
// are not those of the table, and when other writers were faster each time. Then no version was
// made, and the files that it has written are removed unless it is not known whether one was.
Repartitioned repartition_table(const Repartition& how);

}  // namespace penstock
