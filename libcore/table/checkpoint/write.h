// Writes checkpoints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcore/os/byte_sink.h"
#include "libcore/table/log.h"

namespace penstock {

// Versions from one checkpoint to the next, where the table's configuration does not say it
// (delta.checkpointInterval).
inline constexpr int64_t kCheckpointInterval = 100;
// Milliseconds for which a checkpoint keeps files that were removed, where the configuration does
// not say it (delta.deletedFileRetentionDuration).
inline constexpr int64_t kRemovedKept = int64_t{7} * 24 * 3600 * 1000;

// Reads the text of a time that the configuration of a table has, as in "interval 1 week" and
// "interval 2 days 12 hours". Returns milliseconds; empty for other text.
std::optional<int64_t> parse_retention(const std::string& text);

// Writes the checkpoint of a version, and _last_checkpoint. Throws Error when the version cannot be
// read, when the configuration has another time than parse_retention() reads, or as writing does.
void write_checkpoint(const TableLog& log, int64_t version, Sync sync);

// The same where the version that was just committed is due for one, and Parquet can be written.
// Returns why there is none that is due; else empty.
std::string write_due_checkpoint(const TableLog& log, int64_t version,
                                 const TableMetadata& metadata, Sync sync);

}  // namespace penstock
