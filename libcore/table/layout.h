// How the data of a table lies: its format, how rows are divided into partitions, and how they are
// sorted in them. It stands in the configuration of the table (FORMAT.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/column_list.h"
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
// Throws Error for the schema of another data file under this path's name. Files of other programs
// have no ID.
void require_file_id(const Schema& schema, const std::string& path);

struct TableLayout {
  TableFormat format = TableFormat::kArrow;
  // By hash, range (with bounds) or round-robin; empty for a table without partitions, or with
  // partition columns, which TableMetadata has.
  std::optional<PartitionOptions> partitioning = {};
  std::vector<SortKey> sort = {};  // of the rows of each file; empty for none
  // Columns that lie in files of their own, of Arrow data alone; empty where all lie together.
  // Those that no group names are a last group.
  std::vector<std::vector<std::string>> groups = {};
};

// Sets the layout in a configuration, in place of one that is there. Throws Error for bounds that
// cannot be written: values that are not UTF-8.
void set_layout(const TableLayout& layout, TextMap& configuration);

// Reads the layout of a table's metadata. Throws Error for one that is not understood: another
// version of the hash, a number of partitions that is out of range, keys that are not columns.
TableLayout layout_of(const TableMetadata& metadata, const Schema& schema);

// Throws Error for groups that a table of these columns cannot have: too many (kMaxColumnGroups),
// one without columns, a column that is not there, comes twice, or is a partition column, whose
// values are in no file, and groups of Parquet data, which other programs could not read.
void require_groups(const TableLayout& layout, const std::vector<std::string>& partition_columns,
                    const Schema& schema);

// Returns the groups that these lists choose of the columns in files, one each. None where a single
// one has all columns: then they lie together. Throws as ColumnList::choose() does.
std::vector<std::vector<std::string>> choose_groups(
    const std::vector<ColumnList>& lists, const std::vector<std::string>& partition_columns,
    const Schema& schema);

// Returns what the layout asks of readers.
ProtocolNeeds needs_of(const TableLayout& layout);

// Returns the groups of the columns of data files, as their places; the last one may be of those
// that no group of the layout names. Empty where there are no groups. REQUIRES what
// require_groups() asks for.
std::vector<std::vector<size_t>> groups_of(const TableLayout& layout, const Schema& columns);

// Returns the files of a data file, also where it is but one, by which all of it is known.
std::vector<GroupFile> files_of(const DataFile& file);

// Returns the number of the partition that a tag says; empty where the file has none, because
// another program added it, or where the number is not one of the layout's partitions.
std::optional<int32_t> partition_of(const DataFile& file, const TableLayout& layout);

}  // namespace penstock
