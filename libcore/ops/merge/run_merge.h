// Merges sorted runs, in memory, on disk or from anywhere, into one sorted stream.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_keys.h"

namespace penstock {

// Sorted rows. If there is a name, the order is checked: a row that breaks it is an Error with the
// name and the row's number (from 1).
struct SortedInput {
  OperatorPtr rows;
  std::string name = {};
};

// Returns all rows of `runs`, each already in `order`, merged; equal rows come in the order of the
// runs. Sorts pieces in `threads` threads (0: in next() itself), which pull the runs, one thread at
// a time.
//
// How: of each run a slice of some rows is looked at. The slice that ends first gives a bound up to
// which the rows of every run are available. The rows up to the bound are one piece of the result;
// they are sorted by radix, while they fit a cache, and gathered. This moves the work for each row
// out of the one thread that merges: with a tree of losers (Knuth 5.4.1) each row costs log2(runs)
// comparisons in it, while here only the bound of each slice does.
//
// Memory: for each run one batch as it was written, and two if there are threads; for each piece in
// work (threads + 2) its rows, their keys and their copy. A piece has some thousand rows, and at
// most about `piece_bytes`; if a batch of a run is larger than that, a batch of each run. REQUIRES
// runs of `schema`, plain columns, at least one run.
inline constexpr int64_t kPieceBytes = int64_t{16} << 20;
OperatorPtr merge_runs(std::vector<SortedInput> runs, const std::shared_ptr<const KeyOrder>& order,
                       SchemaPtr schema, int threads, int64_t piece_bytes = kPieceBytes);

}  // namespace penstock
