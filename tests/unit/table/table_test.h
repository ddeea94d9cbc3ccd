// A table in a folder of a test's own, of which only the log matters.
#pragma once

#include <filesystem>
#include <string>

#include "libcore/table/commit.h"
#include "libcore/table/create.h"
#include "libcore/table/log.h"
#include "libcore/table/schema_text.h"
#include "tests/unit/folder_test.h"

namespace penstock {

class TableTest : public FolderTest {
 protected:
  static DataFile file_of(const std::string& path) {
    DataFile file;
    file.path = path;
    file.size = 1;
    return file;
  }

  static TableChange adding(const std::vector<std::string>& paths) {
    TableChange change;
    change.actions.info.emplace().operation = "WRITE";
    for (const std::string& path : paths)
      change.actions.added.push_back(file_of(path));
    return change;
  }

  static TableChange replacing(const std::string& old, const std::string& with) {
    TableChange change = adding({with});
    change.actions.removed.push_back({old});
    return change;
  }

  CommitOutcome make_table(const std::vector<std::string>& paths) const {
    TableChange change = adding(paths);
    change.actions.protocol = TableProtocol{};
    change.actions.metadata = TableMetadata{
        .id = "x", .schema_text = encode_schema_text(Schema({{"a", int64_type(), true, {}}}))};
    const LogFolder folder(log_);
    return commit(log_, {}, std::move(change));
  }

  std::vector<std::string> paths_at(std::optional<int64_t> version = {}) const {
    std::vector<std::string> paths;
    for (const DataFile& file : log_.read(version).files)
      paths.push_back(file.path);
    return paths;
  }

  TableLog log_{folder_.string()};
};

}  // namespace penstock
