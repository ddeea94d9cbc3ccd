// The scan of files that grow: logs, as `tail -F` shows them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/ops/scan/scan.h"

namespace penstock {

// Files that one scan follows at most: each has a thread.
inline constexpr int64_t kMaxFollowedFiles = 64;

// Returns the rows that the files have, and those that are written to them later, without end: as
// soon as a record is whole, of several files in the order in which they come. A file that is
// renamed is read to its end, and then the one that took its name, from its beginning (with its own
// header) and under the same schema. The schema is that of what the files have now; of one file
// that is empty the first records are waited for. With options.file_column each row has the name
// that is followed, also of the files that take it later.
//
// Throws Error as open_scan() does, for what is not a regular file of text, and in next() when a
// file is cut or does not come back (os/followed_file.h). REQUIRES an operand.
OperatorPtr open_follow(const std::vector<std::string>& operands, const ScanOptions& options);

}  // namespace penstock
