// Makes a table of the rows of an input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/table/layout.h"
#include "libcore/table/log.h"

namespace penstock {

// Makes the directory of the log, and the table's, before the data: what a process leaves that is
// killed is then a table without versions, which the next one makes. Removes them by destruction as
// long as nothing else is there. The log must outlive it.
class LogFolder {
 public:
  // Throws Error when a directory cannot be made.
  explicit LogFolder(const TableLog& log);
  ~LogFolder();
  LogFolder(const LogFolder&) = delete;
  LogFolder& operator=(const LogFolder&) = delete;

 private:
  const TableLog& log_;
  bool made_folder_ = false;
};

struct NewTable {
  std::string folder;
  TableLayout layout;  // of ranges, the bounds may be missing: they are found by a sample
  std::vector<std::string> partition_columns = {};
  bool replaces = false;  // the rows of a table that is there
  SpillOptions spill = {};
  Sync sync = Sync::kYes;
};

struct TableWritten {
  int64_t version = 0;
  int64_t rows = 0;
  std::vector<int64_t> partition_rows = {};  // of each partition, also of those without rows
  int64_t files = 0;
  std::string note = {};  // as in CommitOutcome
};

// Makes the table, as its version 0, or as the next version of one that is replaced. Throws what
// the input throws; Error when the directory has a table (unless it is replaced) or other files,
// when another program makes it at the same time, and as write_rows() does. Then no version was
// made, and the data files are removed. Pulls `input` to its end and leaves it as it is.
TableWritten create_table(Operator& input, const NewTable& table);

}  // namespace penstock
