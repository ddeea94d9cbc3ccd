// Makes indexes of a table, and brings them up to date.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libcore/os/byte_sink.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/table/log.h"

namespace penstock {

// Pieces that an index keeps: more are merged when it is brought up to date. A lookup opens each.
inline constexpr size_t kMostKeptPieces = 8;

struct IndexToMake {
  std::string folder;  // the table's directory
  std::vector<std::string> keys;
  std::string name = {};  // if empty, the keys with commas between them
  SpillOptions spill = {};
  Sync sync = Sync::kYes;
};

struct IndexMade {
  std::string name;
  int64_t version = 0;  // of the table
  int64_t files = 0;    // that the index did not cover before
  int64_t merged = 0;   // pieces that became one, or few
};

// Makes an index that covers all files of the table's latest version, or adds to the one of this
// name those that it lacks; many pieces become one, without files that the version has no more.
// Other changes of the table may run meanwhile. Throws Error as TableLog::read(), head_of_index()
// and index_rows() do, for an index of the name that has other keys, and when it cannot be written:
// then it is as it was, or has some more pieces.
IndexMade make_index(const IndexToMake& how);

// Adds to each index of the table a piece that covers these files, which no version has yet, and
// returns the paths of these pieces in the table's directory. `state` has the columns of the files.
// Where a piece cannot be written the index stays as it is, and `tell`, which may be empty, is
// called with the reason: a reader then looks into the files itself.
struct NewFilesToIndex {
  const std::string& folder;  // the table's directory
  const TableState& state;
  const std::vector<DataFile>& files;
  const SpillOptions& spill;
  Sync sync = Sync::kYes;
  const std::function<void(const std::string&)>& tell;
};
std::vector<std::string> index_new_files(const NewFilesToIndex& how);

}  // namespace penstock
