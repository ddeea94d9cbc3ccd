// Divides rows by the values of partition columns, as Delta Lake does: each combination of values
// is a partition, which is found as rows come.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libcore/keys/group_table.h"
#include "libcore/partition/partitioner.h"
#include "libcore/table/actions.h"
#include "libcore/table/layout.h"

namespace penstock {

// The target of a row is the number of its combination, in the order of their first rows.
class ValuePartitioner : public Partitioner {
 public:
  // A combination of values.
  struct Group {
    PartitionValues values;
    std::string folder;  // "a=1/b=x"
  };

  // Throws Error for a column that is unknown, or whose type has no text in a log, and when no
  // column would be left.
  ValuePartitioner(const Schema& schema, std::vector<std::string> columns, TableFormat format);

  // Throws Error for more than kMaxPartitions combinations, for a text that is too long or not
  // UTF-8, and for an empty one in a table of Parquet data, where it would be read as null.
  void assign(const Batch& batch, std::span<int32_t> targets) override;

  const Group& group(int64_t target) const { return groups_[static_cast<size_t>(target)]; }

 private:
  void add_group(const std::vector<ColumnPtr>& keys, int64_t row);

  std::vector<std::string> columns_;
  std::vector<size_t> places_;
  TableFormat format_;
  GroupTable table_;
  std::vector<Group> groups_;
};

}  // namespace penstock
