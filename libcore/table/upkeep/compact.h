// Puts the rows of many small files of a table into few.
#pragma once

#include <cstdint>

#include "libcore/table/change/change.h"

namespace penstock {

inline constexpr int64_t kDefaultTargetBytes = int64_t{128} << 20;

struct CompactOptions : ChangeOptions {
  int64_t target = kDefaultTargetBytes;  // bytes of a file; at least 1
};

struct Compacted {
  int64_t version = 0;   // the last one that was made, or that was read where none was
  int64_t versions = 0;  // that were made
  int64_t files = 0;     // that were written again
  int64_t new_files = 0;
};

// Writes the files of each partition that have less than half of the target again, in their order,
// as many together as reach the target; a single one stays. Files of other programs whose rows may
// be of all partitions are divided to them. Each file that was there at the beginning is written
// again at most once. The versions that are made change no rows, and readers of changes see none.
//
// Other writers that add rows at the same time are not disturbed. Where one has removed a file that
// was to be written again, that step is made again, up to options.retries times. Throws Error as
// read_to_change() and write_rows() do, and when other writers were faster each time; the versions
// made until then stay.
Compacted compact_table(const CompactOptions& options);

}  // namespace penstock
