#include "libcore/table/create.h"

#include <filesystem>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/partition/find_bounds.h"
#include "libcore/table/change/borrowed_rows.h"
#include "libcore/table/change/change.h"
#include "libcore/table/change/fit_rows.h"
#include "libcore/table/commit.h"
#include "libcore/table/data_path.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/index/make_index.h"
#include "libcore/table/log.h"
#include "libcore/table/log_time.h"
#include "libcore/table/schema_text.h"
#include "libcore/table/write_rows.h"

namespace penstock {
namespace {

// The columns of the table: plain, without what a stream says of them.
SchemaPtr table_schema(const Schema& schema) {
  std::vector<Field> fields;
  std::set<std::string> names;
  for (const Field& field : schema.fields()) {
    if (!names.insert(field.name).second) {
      throw Error("column '" + field.name +
                  "' is there twice, which a table cannot have; rename one with pproject");
    }
    fields.push_back({field.name, plain(field.type), true, {}});
  }
  if (fields.empty()) throw Error("rows without columns cannot be a table");
  return make_schema(std::move(fields));
}

// Throws Error when the directory is there and not empty.
void require_empty(const std::string& folder) {
  std::error_code failure;
  const bool is_folder = std::filesystem::is_directory(folder, failure);
  if (!is_folder && std::filesystem::exists(folder, failure)) {
    throw Error(folder + ": is not a directory");
  }
  if (is_folder && !std::filesystem::is_empty(folder, failure)) {
    throw Error(folder + ": has files, but is not a table; name a new directory");
  }
}

TableState state_before(const TableLog& log, bool replaces) {
  if (log.latest() < 0) {
    if (!TableLog::is_table(log.folder())) require_empty(log.folder());
    return {};
  }
  if (!replaces) {
    throw Error(log.folder() +
                ": is a table already; add rows with pinsert, or replace all with --force");
  }
  TableState state = log.read();
  require_writable(state.protocol);
  return state;
}

TableChange change_of(const NewTable& table, const SchemaPtr& schema, const TableState& before,
                      std::vector<DataFile> files) {
  TableChange change;
  change.actions.info =
      info_of_change(before.version < 0 ? "CREATE TABLE AS SELECT" : "REPLACE TABLE AS SELECT");
  change.actions.protocol = new_protocol(needs_of(table.layout), *schema);
  TableMetadata& metadata = change.actions.metadata.emplace();
  metadata.id = before.version < 0 ? new_table_id() : before.metadata.id;
  metadata.schema_text = encode_schema_text(*schema);
  metadata.partition_columns = table.partition_columns;
  set_layout(table.layout, metadata.configuration);
  metadata.created = log_time_now();
  change.actions.removed = removals_of(before.files);
  change.actions.added = std::move(files);
  change.owns_added = true;
  if (before.version >= 0) change.would_have_read = [](const DataFile&) { return true; };
  return change;
}

TableWritten counts_of(const std::vector<DataFile>& files, const TableLayout& layout) {
  TableWritten written;
  written.files = std::ssize(files);
  if (layout.partitioning) {
    written.partition_rows.resize(static_cast<size_t>(layout.partitioning->partitions));
  }
  for (const DataFile& file : files) {
    const int64_t rows = rows_of(file).value_or(0);
    written.rows += rows;
    if (layout.partitioning) {
      written.partition_rows[static_cast<size_t>(*partition_of(file, layout))] += rows;
    } else {
      written.partition_rows.push_back(rows);
    }
  }
  return written;
}

}  // namespace

LogFolder::LogFolder(const TableLog& log) : log_(log) {
  std::error_code failure;
  made_folder_ = std::filesystem::create_directories(log_.folder(), failure);
  if (!failure) std::filesystem::create_directory(log_.log_folder(), failure);
  if (failure) throw Error::system(log_.folder(), "create", failure.value());
}

LogFolder::~LogFolder() {
  std::error_code failure;
  int64_t entries = 0;
  for (std::filesystem::directory_iterator entry(log_.folder(), failure);
       !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    ++entries;
  }
  if (failure || entries != 1) return;
  const bool is_gone = std::filesystem::remove(log_.log_folder(), failure);
  if (is_gone && made_folder_) std::filesystem::remove(log_.folder(), failure);
}

TableWritten create_table(Operator& input, const NewTable& table) {
  const TableLog log(table.folder);
  const TableState before = state_before(log, table.replaces);
  SchemaPtr schema = table_schema(*input.schema());
  RowsToWrite how{log.folder(), table.layout, table.partition_columns, table.spill, table.sync};
  OperatorPtr fitted;
  require_groups(how.layout, table.partition_columns, *schema);
  if (how.layout.format == TableFormat::kParquet) {
    schema = delta_schema(*schema);
    fitted = fit_rows(input, schema);
  }
  OperatorPtr sorted;
  if (!how.layout.sort.empty()) {
    sorted = make_sort(std::make_unique<BorrowedRows>(fitted ? *fitted : input),
                       {how.layout.sort, {}, table.spill});
  }
  OperatorPtr stored;
  if (how.layout.partitioning) {
    require_partition_keys(*how.layout.partitioning, *schema);
    stored = find_bounds(sorted   ? *sorted
                         : fitted ? *fitted
                                  : input,
                         *how.layout.partitioning, table.spill);
  }
  Operator& rows = stored ? *stored : sorted ? *sorted : fitted ? *fitted : input;
  const LogFolder folder(log);
  std::vector<DataFile> files = write_rows(rows, how);
  TableWritten written = counts_of(files, how.layout);
  NewTable made = table;
  made.layout = how.layout;
  TableChange change = change_of(made, schema, before, files);
  if (before.version >= 0) {
    TableState state;
    state.metadata = *change.actions.metadata;
    state.schema = schema;
    change.files_beside =
        index_new_files({log.folder(), state, files, table.spill, table.sync, {}});
  }
  const CommitOutcome outcome =
      commit(log, before, std::move(change), {.sync = table.sync == Sync::kYes});
  if (!outcome.version) throw Error(log.folder() + ": " + outcome.conflict);
  written.version = *outcome.version;
  written.note = outcome.note;
  return written;
}

}  // namespace penstock
