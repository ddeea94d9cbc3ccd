// The scan of a table: a version's files, of which a condition leaves out those that cannot match.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/scan/scan.h"
#include "libcore/table/log.h"

namespace penstock {

// Opens the table in a directory: the rows of its files by partition, and in each in the order in
// which the files were added. Of `options` it follows the columns, the condition, the part of
// several (divide_files.h), and the version (as_of).
//
// options.tell is called at the end with how many partitions and batches were read. Throws Error as
// TableLog::read() does, for options for text, and when columns or the condition do not fit the
// table. While rows are read, a file that is missing, has another size than the log says, or other
// columns than the table, is an Error that names it.
// With options.chunks, the scan takes chunks of the files, as open_chunks() does of operands.
OperatorPtr open_table(const std::string& folder, const ScanOptions& options);

// What a planner asks of a table that several processes are to read.
struct TableFiles {
  int64_t version = 0;              // that options.as_of means now
  std::string version_file;         // by which a change of the table would be seen
  std::vector<int64_t> sizes = {};  // of its files, as a scan with chunks numbers them
  // Rows with equal values in these columns are in one of so many partitions, and each reader of a
  // part (divide_files.h) has whole partitions; empty where nothing is known of where rows lie.
  std::vector<std::string> keys = {};
  int64_t partitions = 0;
  bool is_by_hash = false;  // the hash of the keys, in their order, says in which
};
// Throws Error as TableLog::read() does.
TableFiles look_at_table(const std::string& folder, const ScanOptions& options);

// The same of a state that was read already, with those files that it still has: of a change, the
// ones that it looks at. A column that a file lacks, because it was added later, is null.
OperatorPtr open_files(const std::string& folder, TableState state, const ScanOptions& options);

}  // namespace penstock
