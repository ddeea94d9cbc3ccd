// How the data of a table lies: its format, how rows are divided into partitions, and how they are
// sorted in them. It stands in the configuration of the table (FORMAT.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/partition/partitioner.h"
#include "libcore/table/actions.h"

namespace penstock {

enum class TableFormat : uint8_t { kArrow, kParquet };

// Tags of data files: the number of the partition, and the XXH3-64 of the bytes, in 16 hexadecimal
// digits, by which a file of Penstock is known too.
inline constexpr const char* kPartitionTag = "penstock.partition";
inline constexpr const char* kChecksumTag = "penstock.checksum";
// How many batches the file has.
inline constexpr const char* kBatchesTag = "penstock.batches";

// In the metadata of a data file's schema: the file's ID, which is its name without the suffix.
inline constexpr const char* kFileIdKey = "penstock.file";

struct TableLayout {
  TableFormat format = TableFormat::kArrow;
  // By hash, range (with bounds) or round-robin; empty for a table without partitions, or with
  // partition columns, which TableMetadata has.
  std::optional<PartitionOptions> partitioning = {};
  std::vector<SortKey> sort = {};  // of the rows of each file; empty for none
};

// Sets the layout in a configuration, in place of one that is there. Throws Error for bounds that
// cannot be written: values that are not UTF-8.
void set_layout(const TableLayout& layout, TextMap& configuration);

// Reads the layout of a table's metadata. Throws Error for one that is not understood: another
// version of the hash, a number of partitions that is out of range, keys that are not columns.
TableLayout layout_of(const TableMetadata& metadata, const Schema& schema);

// Returns the number of the partition that a tag says; empty where the file has none, because
// another program added it, or where the number is not one of the layout's partitions.
std::optional<int32_t> partition_of(const DataFile& file, const TableLayout& layout);

}  // namespace penstock
