// Splits rows into files: one for each value of keys, or one for so many rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/ops/print.h"

namespace penstock {

// The most files of one split: the name of each takes memory.
inline constexpr int64_t kMostFiles = 1'000'000;

struct FileSplit {
  std::vector<std::string> keys;  // a file for each of their values
  int64_t rows = 0;               // or, without keys, files of so many rows
  std::string pattern;  // of names: with {KEY} for each key (one key is also {key}), or {n}
  bool force = false;   // replaces files that are not empty
  int64_t memory = 0;   // for rows that wait to be written, and their keys
  int64_t most_files = kMostFiles;
};

struct FileSplitCounts {
  int64_t files = 0;
  int64_t rows = 0;
};

// Writes the rows of an input, in their order, to the files where they belong. The files appear,
// and get their names, when all of them are complete. Throws what the input throws; Error for a
// file that exists and is not empty (unless `force`), or is not a regular file, for two keys whose
// files would have the same name, and for more than most_files; and a usage Error for a pattern
// that does not name the keys.
FileSplitCounts split_into_files(Operator& input, const FileSplit& split,
                                 const PrintOptions& print);

}  // namespace penstock
