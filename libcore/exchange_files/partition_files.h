// The list of the files that a writer leaves in its folder (write_partitions.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/exchange_files/list_text.h"

namespace penstock {

struct PartitionFile {
  std::string name;  // in the folder
  FileFacts facts;
  // The partitions that its rows belong to, from 0 and ascending. A file of a broadcast has all, a
  // file of a grid those of one row or column. The file of the schema has none.
  std::vector<int32_t> partitions;

  friend bool operator==(const PartitionFile&, const PartitionFile&) = default;
};

// The name of the list in the folder.
inline constexpr char kPartitionList[] = "files";

// Encodes a list as text. Throws Error for a list that decode_partition_files() refuses.
std::string encode_partition_files(const std::vector<PartitionFile>& files);

// Decodes the text. Throws Error unless each file has a name that no other has, without '/' and of
// at most 255 bytes, and partitions that ascend and are less than kMaxPartitions; and for more than
// kMaxPartitions + 1 files.
std::vector<PartitionFile> decode_partition_files(std::string_view text);

// Writes the list into the folder. Throws Error when it cannot be written.
void write_partition_list(const std::string& folder, const std::vector<PartitionFile>& files);

// Reads the list of a folder. Throws an Error of the machine (Error::of_machine()) when the list is
// gone, cannot be read or is damaged, because the work that wrote it may well succeed elsewhere.
std::vector<PartitionFile> read_partition_list(const std::string& folder);

}  // namespace penstock
