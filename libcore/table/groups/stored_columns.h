// The columns of a data file, which are in one file, or in one of each group ("Column groups" of
// FORMAT.md).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/table/layout.h"
#include "libcore/table/log.h"

namespace penstock {

// The numbers of the groups in which the columns of a table are; empty where they lie together.
using GroupNumbers = std::unordered_map<std::string, size_t>;
GroupNumbers group_numbers(const TableState& state, const TableLayout& layout);

// What is read of one data file: only those of its files are opened whose columns are used. What it
// is made of must outlive it.
class StoredColumns {
 public:
  StoredColumns(const std::string& folder, const TableState& state, const GroupNumbers& groups,
                const DataFile& file);

  // Whether the file has a column of the table, which is not a partition column: one that was added
  // later may be missing. Throws Error for a file that cannot be read.
  bool has(const std::string& name);

  // Returns the columns `given`, in this order, of the rows that meet options.where, a condition
  // over the columns `used`, which the file has; `given` are among them. Without `used`, the rows
  // have no columns. Follows the options for parts, batches and threads of the scan of a file.
  //
  // Throws Error, which names the file, for one that is missing, has another size than the log
  // says, or is another one under its name, and as join_groups().
  OperatorPtr open(const std::vector<std::string>& used, const std::vector<std::string>& given,
                   ScanOptions options) const;

 private:
  size_t number_of(const std::string& name) const;
  std::string checked_path(size_t number) const;

  const std::string& folder_;
  const TableState& state_;
  const GroupNumbers& groups_;
  const DataFile& file_;
  std::vector<GroupFile> files_;
  std::map<size_t, SchemaPtr> schemas_;  // that were looked at, by number
};

}  // namespace penstock
