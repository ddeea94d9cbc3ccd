#include "libcore/table/upkeep/partition_files.h"

#include <map>
#include <utility>

namespace penstock {

std::vector<PartitionFiles> files_by_partition(const TableState& state, const TableLayout& layout) {
  std::map<std::pair<int32_t, PartitionValues>, PartitionFiles> partitions;
  for (const DataFile& file : state.files) {
    const std::optional<int32_t> number = partition_of(file, layout);
    const auto place = static_cast<int32_t>(number.value_or(kMaxPartitions));
    PartitionFiles& partition = partitions[{place, file.partition_values}];
    partition.number = number;
    partition.values = file.partition_values;
    partition.files.push_back(file);
  }
  std::vector<PartitionFiles> in_order;
  for (auto& [place, partition] : partitions)
    in_order.push_back(std::move(partition));
  return in_order;
}

}  // namespace penstock
