// What the indexes of a table are, and whether they are as the data says.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"
#include "libcore/table/log.h"

namespace penstock {

// Returns a row for each index of the table: its name; its keys, as -k takes them; pieces; files,
// how many of the state its pieces cover; stale, how many they do not; bytes. Throws Error, which
// names the file, for a piece that cannot be read.
Batch list_indexes(const std::string& folder, const TableState& state);

struct IndexCheck {
  int64_t indexes = 0;
  int64_t pieces = 0;
  int64_t damaged = 0;  // of these
};

// Compares each piece of each index with those of its files that the state has, all of whose keys
// are read. Calls `tell` for each piece that is damaged or says otherwise, with a message that
// begins with its name. Throws Error for data files that cannot be read, and for a folder that
// cannot.
IndexCheck check_indexes(const std::string& folder, const TableState& state,
                         const SpillOptions& spill,
                         const std::function<void(const std::string& message)>& tell);

// Returns the paths, in the table's directory, of pieces that cover no file for which `is_needed`
// holds, and of what killed writers have left in the folders of indexes. One piece of each index
// stays, for it has the keys. Throws Error for a folder that cannot be read. A piece that cannot be
// read stays.
std::vector<std::string> unneeded_index_files(
    const std::string& folder, const std::function<bool(const std::string& path)>& is_needed);

}  // namespace penstock
