// Sorted runs, in memory, on disk or from anywhere, as one sorted stream.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_keys.h"

namespace penstock {

// Rows in order. When it has a name its order is tested: a row that breaks it is an Error with the
// name and the row's number (from 1).
struct SortedInput {
  OperatorPtr rows;
  std::string name = {};
};

// All rows of `runs`, each in `order` already, merged; equal rows come in the order of the runs.
// Sorts pieces in `threads` threads (0: in next() itself), which pull the runs, one thread at a
// time.
//
// How: each run is looked at a slice of some rows at a time. The slice that ends first tells a
// bound up to which every run's rows are at hand; the rows up to it are one piece of the answer,
// are sorted by radix while they fit a cache, and gathered. That moves the work a row out of the
// one thread that merges: with a tree of losers (Knuth 5.4.1) each row costs log2(runs) comparisons
// there, here the bound costs them a slice.
//
// Memory: for each run a batch as it was written, two where threads work; for each piece under way
// (threads + 2) its rows, their keys and their copy. A piece has some thousand rows, and about
// `piece_bytes` where these are fewer; where rows are so long that a batch of a run takes more, a
// batch of each run. REQUIRES runs of `schema`, plain columns, at least one run.
inline constexpr int64_t kPieceBytes = int64_t{16} << 20;
OperatorPtr merge_runs(std::vector<SortedInput> runs, const std::shared_ptr<const KeyOrder>& order,
                       SchemaPtr schema, int threads, int64_t piece_bytes = kPieceBytes);

}  // namespace penstock
