// Removes files of a table that no reader needs any more.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

struct VacuumOptions {
  std::string folder;                      // the table's directory
  std::optional<int64_t> older_than = {};  // milliseconds; else as retention_of() the table
  bool only_names = false;                 // what would be removed: nothing is
  // Called for each file, with its path in the table's directory, after it was removed.
  std::function<void(const std::string& path)> tell = {};
};

struct Vacuumed {
  int64_t files = 0;
  int64_t bytes = 0;
};

// Reads an age: "7d", "12h", "30m" or "45s". Returns milliseconds. Throws a usage Error.
int64_t parse_age(std::string_view text);

// Removes data files that the latest version has not, nor any version that was the latest within
// that time, data files that no version names, and what killed writers have left, both when they
// are as old, and so pieces of indexes that cover none of the files that stay. A file whose removal
// has no time in the log stays. Versions that lose files can then not be read; their entries in the
// log stay, and no version is made. A younger age than the longest read or change of the table that
// runs meanwhile may take its files away.
//
// Throws Error as TableLog::read(), require_writable() and retention_of() do, and when a file
// cannot be removed.
Vacuumed vacuum_table(const VacuumOptions& options);

}  // namespace penstock
