// Looks up in the indexes of a table which batches may have rows that a condition selects.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/expr/parameters.h"
#include "libcore/table/log.h"

namespace penstock {

// A piece is not read for a condition that the bounds in its footer leave more batches of than
// this, unless these are less than the given part of the piece: it would be read to find that most
// of the table is to be read.
inline constexpr int64_t kPieceBatchesRead = 8;
inline constexpr int64_t kPiecePartRead = 8;

struct IndexedBatches {
  // For each file of the state the numbers of the batches (row groups, in Parquet) that may have
  // such rows, ascending; empty for a file of which no index says it.
  std::vector<std::optional<std::vector<int64_t>>> by_file;
  std::vector<std::string> indexes = {};  // the names of those that said it of some file

  // Clears in `chosen`, by file, those that have no such row.
  void leave_out(std::vector<bool>& chosen) const;
};

struct IndexLookup {
  const std::string& folder;  // the table's directory
  const TableState& state;
  const std::vector<bool>& chosen;  // by file: the others are not looked up
  const ExpressionText& where;      // not empty
  // Called with what is wrong with a piece, which is then left out; may be empty.
  std::function<void(const std::string&)> note = {};
};

// Reads those batches of pieces that the condition needs, as far as it depends on the keys. An
// index may lack files of the state, and have others. Throws Error when the condition does not
// bind.
IndexedBatches look_up(const IndexLookup& lookup);

}  // namespace penstock
