#include "libcore/table/groups/stored_columns.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/ops/filter.h"
#include "libcore/ops/select_columns.h"
#include "libcore/table/groups/group_rows.h"

namespace penstock {
namespace {

// Where only some of the files are read, their bytes stand for all: those who follow the progress
// of a scan know the sizes of whole data files.
std::function<void(int64_t)> scaled(std::function<void(int64_t)> on_read, int64_t read,
                                    int64_t all) {
  if (!on_read || read == all || read == 0) return on_read;
  const double factor = static_cast<double>(all) / static_cast<double>(read);
  return [on_read = std::move(on_read), factor](int64_t bytes) {
    on_read(static_cast<int64_t>(static_cast<double>(bytes) * factor));
  };
}

}  // namespace

GroupNumbers group_numbers(const TableState& state, const TableLayout& layout) {
  const std::vector<std::string>& left_out = state.metadata.partition_columns;
  std::vector<Field> fields;
  for (const Field& field : state.schema->fields()) {
    if (std::find(left_out.begin(), left_out.end(), field.name) == left_out.end()) {
      fields.push_back(field);
    }
  }
  const Schema columns(std::move(fields));
  GroupNumbers numbers;
  const std::vector<std::vector<size_t>> groups = groups_of(layout, columns);
  for (size_t number = 0; number < groups.size(); ++number) {
    for (const size_t column : groups[number])
      numbers.emplace(columns[column].name, number);
  }
  return numbers;
}

StoredColumns::StoredColumns(const std::string& folder, const TableState& state,
                             const GroupNumbers& groups, const DataFile& file)
    : folder_(folder), state_(state), groups_(groups), file_(file), files_(files_of(file)) {}

size_t StoredColumns::number_of(const std::string& name) const {
  if (file_.groups.empty()) return 0;
  const auto found = groups_.find(name);
  if (found != groups_.end()) return found->second;
  throw Error(folder_ + "/" + file_.path + ": has column groups, of which the table has none");
}

std::string StoredColumns::checked_path(size_t number) const {
  const GroupFile& file = files_[number];
  std::string path = folder_ + "/" + file.path;
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    throw Error::system(path, fmt::format("of version {} of the table", state_.version), errno);
  }
  if (status.st_size == file.size) return path;
  throw Error(
      fmt::format("{}: has {} bytes, and {} as the table's log says; it was changed, "
                  "or not written whole",
                  path, status.st_size, file.size));
}

bool StoredColumns::has(const std::string& name) {
  const size_t number = number_of(name);
  if (number >= files_.size()) return false;
  // Only where columns were added may a file lack one.
  if (state_.schemas <= 1) return true;
  SchemaPtr& schema = schemas_[number];
  if (!schema) schema = open_scan(checked_path(number), {})->schema();
  return schema->find(name).has_value();
}

OperatorPtr StoredColumns::open(const std::vector<std::string>& used,
                                const std::vector<std::string>& given, ScanOptions options) const {
  std::map<size_t, std::vector<std::string>> by_file;
  for (const std::string& name : used)
    by_file[number_of(name)].push_back(name);
  if (by_file.empty()) {
    // Rows are counted in the smallest.
    const auto smallest =
        std::min_element(files_.begin(), files_.end(),
                         [](const GroupFile& a, const GroupFile& b) { return a.size < b.size; });
    by_file[static_cast<size_t>(smallest - files_.begin())] = {};
  }
  std::vector<GroupColumns> read;
  int64_t bytes = 0;
  for (auto& [number, names] : by_file) {
    read.push_back({checked_path(number), std::move(names)});
    bytes += files_[number].size;
  }
  options.on_read = scaled(std::move(options.on_read), bytes, file_.size);
  if (read.size() == 1) {
    options.text.columns = ColumnList(given);
    OperatorPtr rows = open_scan(read[0].path, options);
    require_file_id(*rows->schema(), read[0].path);
    return rows;
  }
  OperatorPtr rows = join_groups(std::move(read), used, options);
  if (options.where.empty()) return select_columns(std::move(rows), given);
  return make_filter(std::move(rows), options.where, given);
}

}  // namespace penstock
