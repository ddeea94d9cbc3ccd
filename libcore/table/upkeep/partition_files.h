// The data files of a version by partition.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/table/actions.h"
#include "libcore/table/layout.h"
#include "libcore/table/log.h"

namespace penstock {

struct PartitionFiles {
  // Of a table with layout.partitioning; empty for files of other programs, whose rows may be of
  // all partitions, and in tables without such a partitioning.
  std::optional<int32_t> number = {};
  PartitionValues values = {};  // of partition columns
  std::vector<DataFile> files = {};
};

// Returns the partitions that have files, by number or by values; the files without a number come
// behind all others. The files of a partition keep their order.
std::vector<PartitionFiles> files_by_partition(const TableState& state, const TableLayout& layout);

}  // namespace penstock
