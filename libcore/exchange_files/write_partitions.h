// The writing end of an exchange by files: divides the rows of an input among files of a folder.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/exchange_files/partition_files.h"
#include "libcore/partition/partitioner.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// The name of the file that has the schema and no rows.
inline constexpr char kSchemaFile[] = "schema.arrow";

// Makes the folder, unless it is there and empty. Writes the rows of each target of the partitioner
// (partitioner.h) into an Arrow stream of its own, `1.arrow`, `2.arrow` and so on by the number of
// the target; a target without rows has no file. Then writes kSchemaFile, and last the list of all
// files (partition_files.h), which it returns: a folder without the list is not complete. The rows
// of a file are in the order of the input, in batches of about a megabyte, and have
// partitioned_schema(how, …).
//
// A batch of the input that has metadata reaches every target: its part of the rows, or none, with
// the metadata. With kRange without bounds, and more than one partition, first reads all rows, as
// find_bounds() does, and writes rows alone.
//
// Files are not synchronized to the disk: their checksums show which a loss of power has damaged.
// Calls `on_bytes`, if there is one, with the number of bytes of each write. Throws what the input
// throws, Error for keys that cannot be, for a folder that cannot be made or is not empty, when
// more files must be open than the system allows, and when a file cannot be written: then one of
// the machine where the reason is its (Error::is_of_machine()). REQUIRES a `how` that does not
// spread heavy keys.
std::vector<PartitionFile> write_partitions(Operator& input, PartitionOptions how,
                                            const std::string& folder, const SpillOptions& spill,
                                            const std::function<void(int64_t)>& on_bytes = {});

}  // namespace penstock
