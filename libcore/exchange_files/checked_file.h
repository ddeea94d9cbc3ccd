// A file of an exchange, compared with what its writer stated as it is read.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/exchange_files/input_files.h"

namespace penstock {

// Returns the batches of the file, an Arrow stream. Opens it for its schema, at once, and again at
// the first next(); holds a descriptor from then on until the end.
//
// A file that is gone, that has other bytes or rows than `file` states, or that cannot be decoded
// is an Error of the machine: "PATH: is gone" or "PATH: is damaged: …". The size is compared before
// the first row, the checksum after the last: rows of a damaged file may have been given before the
// Error, and the caller must throw away what it made of them.
OperatorPtr open_checked_file(const InputFile& file);

}  // namespace penstock
