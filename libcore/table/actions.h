// What a version of a table changes: the actions of Delta Lake's log, as values and as its JSON.
// FORMAT.md beside this file has the members.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/type.h"
#include "libcore/table/groups/group_files.h"

namespace penstock {

class LogText;

// The limits of FORMAT.md.
inline constexpr int64_t kMaxVersionBytes = int64_t{1} << 30;
inline constexpr int64_t kMaxLogLineBytes = int64_t{64} << 20;
inline constexpr int64_t kMaxPartitionValueBytes = 10'000;

// The reader and writer features of tables whose data is Arrow, and of those whose columns lie
// apart.
inline constexpr const char* kArrowFeature = "penstock-arrow";
inline constexpr const char* kGroupsFeature = "penstock-groups";
inline constexpr const char* kZonelessFeature = "timestampNtz";

using TextMap = std::map<std::string, std::string>;
// A null stands for itself.
using PartitionValues = std::map<std::string, std::optional<std::string>>;

struct TableProtocol {
  int64_t reader = 1;
  int64_t writer = 2;
  // From reader 3 and writer 7 on.
  std::vector<std::string> reader_features = {};
  std::vector<std::string> writer_features = {};
  bool operator==(const TableProtocol&) const = default;
};

struct TableMetadata {
  std::string id;
  std::string name = {};
  std::string description = {};
  std::string schema_text;  // schemaString, as it was written
  std::vector<std::string> partition_columns = {};
  TextMap configuration = {};
  std::optional<int64_t> created = {};  // milliseconds since 1970
  bool operator==(const TableMetadata&) const = default;

  // Returns the value of a configuration; empty where there is none.
  std::string configured(const std::string& name) const;
};

// A data file of a version ("add").
struct DataFile {
  std::string path;  // in the table's directory (data_path.h)
  PartitionValues partition_values = {};
  int64_t size = 0;      // bytes, of the files of all groups
  int64_t modified = 0;  // milliseconds since 1970
  bool changes_data = true;
  std::string stats = {};  // JSON; empty for none
  TextMap tags = {};       // without that of the groups
  // Where the columns lie apart, the file of each group, of which the first is `path`; else empty.
  std::vector<GroupFile> groups = {};
  bool operator==(const DataFile&) const = default;

  // Returns the value of a tag; empty where there is none.
  std::string tag(const std::string& name) const;
};

// A file that a version no longer has ("remove").
struct RemovedFile {
  std::string path;
  std::optional<int64_t> removed = {};  // milliseconds since 1970
  bool changes_data = true;
  PartitionValues partition_values = {};
  std::optional<int64_t> size = {};
  std::vector<GroupFile> groups = {};  // as those of DataFile
  bool operator==(const RemovedFile&) const = default;
};

// The last transaction of an application that numbers its own ("txn").
struct ApplicationTransaction {
  std::string application;
  int64_t version = 0;
  std::optional<int64_t> updated = {};
  bool operator==(const ApplicationTransaction&) const = default;
};

// What people read of a version ("commitInfo").
struct CommitInfo {
  std::optional<int64_t> timestamp = {};  // milliseconds since 1970
  std::string operation = {};
  TextMap parameters = {};  // of the operation; a value that is not a text, as JSON
  std::string engine = {};
  std::optional<bool> only_adds = {};
  std::optional<int64_t> read_version = {};
  bool operator==(const CommitInfo&) const = default;
};

// All that a version changes.
struct VersionActions {
  std::optional<CommitInfo> info = {};
  std::optional<TableProtocol> protocol = {};
  std::optional<TableMetadata> metadata = {};
  std::vector<DataFile> added = {};
  std::vector<RemovedFile> removed = {};
  std::vector<ApplicationTransaction> transactions = {};
  bool operator==(const VersionActions&) const = default;
};

// Returns the lines of a version's file. Throws Error where a limit above is passed.
std::string encode_actions(const VersionActions& actions);

// Reads a version's file. Any bytes are safe. Actions that Penstock does not know are left out.
// Throws Error that begins with the number of a line ("line 3: …") for what is not JSON, for a
// member that is missing or of another kind, a path outside of the table, and a file with a
// deletion vector.
VersionActions decode_actions(std::string_view text);

// Reads one line of such a file, with `parser`, behind the actions that are there. Throws Error as
// decode_actions(), without the number of a line.
void decode_action(LogText& parser, std::string_view line, VersionActions& actions);

// Throws Error for a table that Penstock must not read: one of a later reader version, or with a
// reader feature that it does not know, which the message names.
void require_readable(const TableProtocol& protocol);
// The same for writing.
void require_writable(const TableProtocol& protocol);

// What a table asks of its readers besides what its types do.
struct ProtocolNeeds {
  bool is_arrow = false;
  bool has_groups = false;
};

// Returns the protocol of a new table.
TableProtocol new_protocol(const ProtocolNeeds& needs, const Schema& schema);
// Returns that of a table which comes to need this besides what it asks for already.
TableProtocol widened(const TableProtocol& protocol, const ProtocolNeeds& needs,
                      const Schema& schema);

}  // namespace penstock
