// A change of rows that are there, made again as long as other writers are faster.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"
#include "libcore/table/change/change.h"

namespace penstock {

// How rows of one state are changed.
struct RowsChange {
  std::vector<DataFile> read = {};        // files that were read to find the rows
  std::vector<DataFile> removed = {};     // of these, the ones that are written again, or removed
  OperatorPtr rows = {};                  // what is written in their place; null for nothing
  std::optional<int32_t> partition = {};  // RowsToWrite::partition of the rows
  // What the table's becomes; the rows are written in its layout.
  std::optional<TableMetadata> metadata = {};
  std::optional<TableProtocol> protocol = {};
  // Whether it would have read another file, had it been there.
  std::function<bool(const DataFile&)> would_have_read = {};
};

// Finds what changes in a state; counts rows in `changed`.
using PlanChange = std::function<RowsChange(const TableState& state, const TableLayout& layout,
                                            TableChanged& changed)>;

// Reads the table, plans the change, writes its files and commits it under the name of `operation`;
// all that again, up to options.retries times, while it is lost to other writers. A change without
// files to remove, rows to write and metadata makes no version. A change of files alone is one of a
// table that only grows, too. Throws Error when it is lost each time.
TableChanged retry_change(const std::string& operation, const ChangeOptions& options,
                          const PlanChange& plan, ChangeOf what = ChangeOf::kRows);

// Returns the state with only these files.
TableState with_files(const TableState& state, std::vector<DataFile> files);

// Returns how many rows of the files each has that `where` selects, in the order of the files; of
// all rows where it is empty. Reads the columns that it needs.
std::vector<int64_t> count_matches(const TableState& state, const std::vector<DataFile>& files,
                                   const ExpressionText& where, const std::string& folder);

}  // namespace penstock
