// Reads a checkpoint.
#pragma once

#include <cstdint>
#include <string>

#include "libcore/table/actions.h"
#include "libcore/table/checkpoint/log_files.h"

namespace penstock {

// What a checkpoint says: all actions that are valid at its version.
struct CheckpointRead {
  VersionActions actions;
  // TableState::schemas. Two, where another program wrote the checkpoint: it may have been more.
  int64_t schemas = 2;
};

// Reads the files of a checkpoint in a log's directory. The table may have so many files. Throws
// Error that begins with the name of a file when it is damaged, as CheckpointDecoder does, or when
// Parquet cannot be read.
CheckpointRead read_checkpoint(const std::string& folder, const CheckpointFiles& files,
                               int64_t most_files);

}  // namespace penstock
