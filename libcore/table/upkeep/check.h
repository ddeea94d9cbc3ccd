// Whether the data files of a table are as its log says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "libcore/table/log.h"

namespace penstock {

struct TableCheck {
  int64_t version = 0;
  int64_t files = 0;    // of the version, each group of columns counted
  int64_t damaged = 0;  // of these, the ones that are missing, or not as the log says
  int64_t bytes = 0;    // read
  // Of these, the ones of other programs, which have no checksum in the log: their sizes alone were
  // compared.
  int64_t without_checksum = 0;
  // Data files in the directory that no version names, and files that killed writers have left.
  int64_t unnamed = 0;
};

// Reads the log, and all data files of a version (the latest without one), and compares their sizes
// and checksums. Calls `tell` for each file that is damaged or missing, with a message that begins
// with its name. Throws Error as TableLog::read() does, and when the directory cannot be read.
TableCheck check_table(const TableLog& log, std::optional<int64_t> version,
                       const std::function<void(const std::string& message)>& tell);

}  // namespace penstock
