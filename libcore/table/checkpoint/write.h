// Writes checkpoints.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/os/byte_sink.h"
#include "libcore/table/log.h"

namespace penstock {

// Versions from one checkpoint to the next, where the table's configuration does not say it
// (delta.checkpointInterval).
inline constexpr int64_t kCheckpointInterval = 100;

// Writes the checkpoint of a version, and _last_checkpoint. Throws Error when the version cannot be
// read, as retention_of() does, or as writing does.
void write_checkpoint(const TableLog& log, int64_t version, Sync sync);

// The same where the version that was just committed is due for one, and Parquet can be written.
// Returns why there is none that is due; else empty.
std::string write_due_checkpoint(const TableLog& log, int64_t version,
                                 const TableMetadata& metadata, Sync sync);

}  // namespace penstock
