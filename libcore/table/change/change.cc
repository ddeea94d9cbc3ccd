#include "libcore/table/change/change.h"

#include <unistd.h>

#include <cerrno>
#include <memory>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/command/answers.h"
#include "libcore/ops/sort/sort.h"
#include "libcore/table/change/borrowed_rows.h"
#include "libcore/table/index/make_index.h"
#include "libcore/table/log_time.h"
#include "libcore/table/write_rows.h"

namespace penstock {
namespace {

// The property of Delta Lake by which a table only grows.
constexpr const char* kAppendOnly = "delta.appendOnly";

void require_writable_folder(const std::string& folder) {
  if (access(folder.c_str(), W_OK) != 0) throw Error::system(folder, "change the table", errno);
}

}  // namespace

TableState read_to_change(const TableLog& log, bool adds_only) {
  TableState state = log.read();
  try {
    require_writable(state.protocol);
  } catch (const Error& error) {
    throw error.in_input(log.folder());
  }
  require_writable_folder(log.folder());
  require_writable_folder(log.log_folder());
  if (!adds_only && state.metadata.configured(kAppendOnly) == "true") {
    throw Error::of_input(log.folder() +
                          ": is a table that only grows (delta.appendOnly); rows can be inserted, "
                          "and not be changed or deleted");
  }
  return state;
}

CommitInfo info_of_change(const std::string& operation) {
  CommitInfo info;
  info.operation = operation;
  info.engine = "Penstock/" + std::string(penstock_version());
  return info;
}

std::vector<DataFile> write_changed(Operator& rows, const TableState& state,
                                    const TableLayout& layout, const ChangeOptions& options,
                                    std::optional<int32_t> partition) {
  OperatorPtr sorted;
  if (!layout.sort.empty()) {
    sorted = make_sort(std::make_unique<BorrowedRows>(rows), {layout.sort, {}, options.spill});
  }
  return write_rows(sorted ? *sorted : rows,
                    {options.folder, layout, state.metadata.partition_columns, options.spill,
                     options.sync, partition});
}

std::vector<std::string> index_added(const TableState& state, const std::vector<DataFile>& added,
                                     const ChangeOptions& options) {
  return index_new_files({options.folder, state, added, options.spill, options.sync, options.tell});
}

int64_t count_partitions(std::span<const DataFile> removed, std::span<const DataFile> added) {
  std::set<std::pair<std::string, PartitionValues>> partitions;
  for (const std::span<const DataFile> files : {removed, added}) {
    for (const DataFile& file : files)
      partitions.emplace(file.tag(kPartitionTag), file.partition_values);
  }
  return std::ssize(partitions);
}

bool has_partitions(const TableState& state, const TableLayout& layout) {
  return layout.partitioning || !state.metadata.partition_columns.empty();
}

std::vector<RemovedFile> removals_of(std::span<const DataFile> files) {
  const int64_t removed = log_time_now();
  std::vector<RemovedFile> removals;
  for (const DataFile& file : files)
    removals.push_back({file.path, removed, true, file.partition_values, file.size, file.groups});
  return removals;
}

}  // namespace penstock
