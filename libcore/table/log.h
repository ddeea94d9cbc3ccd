// The log of a table: the versions that lie in its directory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/table/actions.h"

namespace penstock {

// Files of a version, and versions that are read one by one.
inline constexpr int64_t kMaxTableFiles = 10'000'000;
inline constexpr int64_t kMaxVersionsRead = 1'000'000;

// The limits above, for tests that would take too long with them.
struct TableLimits {
  int64_t files = kMaxTableFiles;
  int64_t versions_read = kMaxVersionsRead;
};

// What a table is at a version.
struct TableState {
  int64_t version = -1;
  TableProtocol protocol = {};
  TableMetadata metadata = {};
  SchemaPtr schema = {};  // of metadata.schema_text
  int64_t schemas = 0;    // that the table has had up to here, as far as versions changed it
  // In the order in which they were added.
  std::vector<DataFile> files = {};
  // Files that were there before, by path: not yet removed from the disk, perhaps.
  std::map<std::string, RemovedFile> removed = {};
  std::map<std::string, ApplicationTransaction> transactions = {};
  std::optional<int64_t> timestamp = {};  // of the version's commitInfo, in milliseconds since 1970
};

// Reads the log of one table. Every Error that it throws begins with the name of a file or of the
// table's directory. Not thread-safe.
class TableLog {
 public:
  // `folder` is the table's directory, which need not be there.
  explicit TableLog(std::string folder, TableLimits limits = {});

  // Whether the directory has a log, with or without versions.
  static bool is_table(const std::string& folder);

  const std::string& folder() const { return folder_; }
  const TableLimits& limits() const { return limits_; }
  // The directory of the versions.
  std::string log_folder() const;
  // The file of a version.
  std::string version_file(int64_t version) const;

  // Returns the numbers of the versions whose files are there, ascending. Empty where there is no
  // log. Throws Error when the directory cannot be read.
  std::vector<int64_t> versions() const;

  // Returns the latest version; -1 where there is none.
  int64_t latest() const;
  // Returns the last version that is not after a time, in milliseconds since 1970 (time_of()).
  // Throws Error when all are after it.
  int64_t version_at(int64_t time) const;

  // Reads the file of a version. Throws Error when it is missing or damaged.
  VersionActions actions_of(int64_t version) const;

  // Returns when a version was made, in milliseconds since 1970: the time of its commitInfo, or
  // else that of its file. Throws Error when that is asked and the file is gone.
  int64_t time_of(int64_t version, const VersionActions& actions) const;

  // Reads the table at a version; without one, at the latest. Throws Error when there is none, when
  // a version is missing between others or damaged, when there is no metaData or protocol, and as
  // require_readable() does.
  TableState read(std::optional<int64_t> version = {}) const;

 private:
  std::string folder_;
  TableLimits limits_;
};

}  // namespace penstock
