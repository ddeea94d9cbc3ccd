#include "libcore/table/upkeep/history.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/builder.h"
#include "libcore/table/file_stats.h"

namespace penstock {
namespace {

std::optional<int64_t> rows_added(const VersionActions& actions) {
  int64_t sum = 0;
  for (const DataFile& file : actions.added) {
    if (!file.changes_data) continue;
    const std::optional<int64_t> rows = rows_of(file);
    if (!rows || __builtin_add_overflow(sum, *rows, &sum)) return std::nullopt;
  }
  return sum;
}

void append_text(BytesBuilder& builder, const std::string& text) {
  if (text.empty()) {
    builder.append_null();
  } else {
    builder.append(text);
  }
}

class HistoryRows {
 public:
  void add(int64_t version, int64_t time, const VersionActions& actions) {
    version_.append(version);
    time_.append(time);
    const CommitInfo info = actions.info.value_or(CommitInfo{});
    append_text(operation_, info.operation);
    append_text(engine_, info.engine);
    added_.append(std::ssize(actions.added));
    removed_.append(std::ssize(actions.removed));
    if (const auto rows = rows_added(actions)) {
      rows_.append(*rows);
    } else {
      rows_.append_null();
    }
  }

  Batch finish() {
    const TypePtr time = timestamp_type(TimeUnit::kMilli, "UTC");
    Batch batch{make_schema({{"version", int64_type(), false, {}},
                             {"time", time, false, {}},
                             {"operation", utf8_type(), true, {}},
                             {"engine", utf8_type(), true, {}},
                             {"files_added", int64_type(), false, {}},
                             {"files_removed", int64_type(), false, {}},
                             {"rows_added", int64_type(), true, {}}}),
                version_.length(),
                {}};
    batch.columns = {version_.finish(int64_type()),  time_.finish(time),
                     operation_.finish(utf8_type()), engine_.finish(utf8_type()),
                     added_.finish(int64_type()),    removed_.finish(int64_type()),
                     rows_.finish(int64_type())};
    return batch;
  }

 private:
  FixedBuilder<int64_t> version_;
  FixedBuilder<int64_t> time_;
  BytesBuilder operation_;
  BytesBuilder engine_;
  FixedBuilder<int64_t> added_;
  FixedBuilder<int64_t> removed_;
  FixedBuilder<int64_t> rows_;
};

}  // namespace

Batch table_history(const TableLog& log) {
  std::vector<int64_t> versions = log.versions();
  if (versions.empty()) throw Error(log.folder() + ": is not a table: it has no version");
  std::reverse(versions.begin(), versions.end());
  HistoryRows rows;
  for (const int64_t version : versions) {
    const VersionActions actions = log.actions_of(version);
    try {
      rows.add(version, log.time_of(version, actions), actions);
    } catch (const Error& error) {
      throw error.in_input(log.version_file(version));
    }
  }
  return rows.finish();
}

}  // namespace penstock
