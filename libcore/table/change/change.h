// What the changes of a table have in common: how they are carried out, and what they report.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/table/actions.h"
#include "libcore/table/commit.h"
#include "libcore/table/layout.h"
#include "libcore/table/log.h"

namespace penstock {

// What a change is for those who read changes: of the rows, or only of the files that they are in.
enum class ChangeOf : uint8_t { kRows, kFiles };

struct ChangeOptions {
  std::string folder;  // the table's directory
  // How often a number that another writer has taken is tried again, and how often a change that is
  // lost to another's is made from the start.
  int64_t retries = kDefaultCommitRetries;
  SpillOptions spill = {};
  Sync sync = Sync::kYes;
  // Called with what is of interest to those who ask; may be empty.
  std::function<void(const std::string&)> tell = {};
};

struct TableChanged {
  int64_t version = 0;  // that the change is; the one that was read where nothing changed
  int64_t inserted = 0;
  int64_t updated = 0;
  int64_t deleted = 0;
  int64_t partitions = 0;  // that lost or got files
  int64_t files = 0;       // that were there and are written again, or removed
  int64_t rebases = 0;     // as CommitOutcome's
  int64_t versions_between = 0;
  int64_t new_files = 0;  // that were written
  bool is_partitioned = false;
  std::string note = {};  // as in CommitOutcome
};

// Reads a table that is to be changed, at its latest version. Throws Error as TableLog::read() and
// require_writable() do, and for a directory that cannot be written; where rows that are there
// change (`adds_only` is false), also for a table that says it only grows (delta.appendOnly).
TableState read_to_change(const TableLog& log, bool adds_only);

// Returns a commit's info of this operation, as in "DELETE".
CommitInfo info_of_change(const std::string& operation);

// Writes rows into new data files of the table, sorted where its layout says so; all into files of
// one partition where that is given (RowsToWrite::partition). As write_rows().
std::vector<DataFile> write_changed(Operator& rows, const TableState& state,
                                    const TableLayout& layout, const ChangeOptions& options,
                                    std::optional<int32_t> partition = {});

// Adds pieces for these files, which the change adds, to the indexes of the table
// (index_new_files()), and returns their paths in its directory.
std::vector<std::string> index_added(const TableState& state, const std::vector<DataFile>& added,
                                     const ChangeOptions& options);

// Returns how many partitions these files are of; files without a partition count as one.
int64_t count_partitions(std::span<const DataFile> removed, std::span<const DataFile> added);

// Whether the table has partitions, of either kind.
bool has_partitions(const TableState& state, const TableLayout& layout);

// Returns what `removed` says of these files in a version.
std::vector<RemovedFile> removals_of(std::span<const DataFile> files);

}  // namespace penstock
