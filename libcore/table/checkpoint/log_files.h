// The files of a table's log, by their names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

// A checkpoint all of whose parts are there.
struct CheckpointFiles {
  int64_t version = 0;
  std::vector<std::string> parts;  // names of files in the log's directory, in order
};

struct LogFiles {
  std::vector<int64_t> versions;             // ascending
  std::vector<CheckpointFiles> checkpoints;  // ascending; for a version the one of fewer parts

  // Returns the latest version, which may be only in a checkpoint; -1 where there is none.
  int64_t latest() const;
  bool has_version(int64_t version) const;
};

// Names in the log's directory: `%020d.json` and `%020d.checkpoint.parquet`.
std::string version_name(int64_t version);
std::string checkpoint_name(int64_t version);
// By it other programs find the last checkpoint. Penstock, which lists the directory, writes it and
// does not read it: so one that is damaged, missing or wrong changes nothing.
inline constexpr const char* kLastCheckpointName = "_last_checkpoint";

// Lists the directory of a log. Empty where it is not there. Other names are left out. Throws Error
// when the directory cannot be read.
LogFiles list_log_files(const std::string& folder);

}  // namespace penstock
