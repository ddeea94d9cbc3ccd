// The reading end of an exchange by files: the rows of files that writers left (write_partitions.h)
// as one stream.
#pragma once

#include <cstdint>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/exchange_files/file_client.h"
#include "libcore/exchange_files/input_files.h"

namespace penstock {

// Files that an ordered merge reads: all are open at once.
inline constexpr int64_t kMaxMergedFiles = 4096;

// Returns all rows of the first file, then those of the second, and so on, each open while it is
// read. With keys, returns an ordered merge of the files, each sorted by the keys; rows with equal
// keys come in the order of the files. A file without rows gives its schema. Metadata in which all
// files agree is kept (an order only of a single file, or of the merge).
//
// Each file is read as checked_file.h says: one that is gone or damaged is an Error of the machine,
// also after rows of it were given. Files of other hosts are fetched as `fetch` says. Throws Error
// for files whose columns differ, and for more than kMaxMergedFiles, or more than the system
// allows, to be merged. REQUIRES at least one file.
OperatorPtr read_files(const std::vector<InputFile>& files, const std::vector<SortKey>& keys = {},
                       const FetchOptions& fetch = {});

}  // namespace penstock
