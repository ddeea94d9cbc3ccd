// The files that lie in the directory of a table, whatever its log says of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penstock {

struct StoredFile {
  enum class Kind : uint8_t {
    kData,
    // What a writer that was killed has left: data files without names, their folder, and versions
    // that have no number.
    kTemporary,
    kTemporaryFolder,
  };
  std::string path;  // in the table's directory
  Kind kind = Kind::kData;
  int64_t size = 0;      // bytes; 0 for a folder
  int64_t modified = 0;  // milliseconds since 1970; of a temporary folder and its files, the latest
};

// Returns the data files of a table's directory, known by the suffixes .arrow and .parquet, and
// temporary ones; a folder comes behind its files. Looks neither into folders whose names begin
// with '.', nor into those that begin with '_' and are not of a partition column ("_a=1"), and
// follows no symbolic link. Files that disappear meanwhile are left out. Throws Error when a folder
// cannot be read.
std::vector<StoredFile> find_table_files(const std::string& folder);

}  // namespace penstock
