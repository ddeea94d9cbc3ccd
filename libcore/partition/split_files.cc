#include "libcore/partition/split_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/utf8.h"
#include "libcore/data/take.h"
#include "libcore/keys/group_table.h"
#include "libcore/partition/file_bytes.h"
#include "libcore/partition/name_pattern.h"
#include "libcore/partition/new_files.h"
#include "libcore/partition/partitioner.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

constexpr const char* kNumberPlace = "n";
constexpr const char* kKeyPlace = "key";

SchemaPtr plain_schema(const FileSplit& split, const Schema& schema) {
  PartitionOptions how;
  for (const std::string& key : split.keys)
    how.keys.push_back({key});
  if (!split.keys.empty()) require_partition_keys(how, schema);
  how.kind = PartitionKind::kSingle;
  how.keys.clear();
  return partitioned_schema(how, schema);
}

NamePattern pattern_of(const FileSplit& split) {
  if (split.keys.empty()) return NamePattern(split.pattern, {kNumberPlace});
  return NamePattern(split.pattern, split.keys, kKeyPlace);
}

class FileSplitter {
 public:
  FileSplitter(const FileSplit& split, const SchemaPtr& schema, const PrintOptions& print)
      : split_(split),
        schema_(plain_schema(split, *schema)),
        pattern_(pattern_of(split)),
        bytes_(schema_, print, split.pattern),
        groups_(key_types()),
        files_(pattern_.folder(), print.sync) {}

  void add(Batch batch) {
    if (batch.rows == 0) return;
    batch.schema = schema_;
    for (ColumnPtr& column : batch.columns)
      column = decode_dictionary(column);
    const size_t before = targets_.size();
    targets_.resize(before + static_cast<size_t>(batch.rows));
    std::span<int32_t> targets = std::span(targets_).subspan(before);
    split_.keys.empty() ? number_rows(targets) : assign(batch, targets);
    rows_ += batch.rows;
    held_bytes_ += row_bytes(batch);
    held_.push_back(std::move(batch));
    // Files of a number of rows are written one after the other.
    const int64_t written_to = split_.keys.empty() ? 1 : std::ssize(names_);
    const int64_t room = split_.memory / 2 - groups_.bytes();
    if (std::ssize(targets_) >= kBatchRows * written_to || held_bytes_ >= room) flush();
  }

  FileSplitCounts finish() {
    flush();
    for (int64_t file = 0; file < std::ssize(names_); ++file) {
      std::string_view end = bytes_.end(file);
      if (!end.empty()) files_.append(file, end);
    }
    files_.give_names(names_);
    return {std::ssize(names_), rows_};
  }

 private:
  std::vector<TypePtr> key_types() {
    std::vector<TypePtr> types;
    for (const std::string& key : split_.keys) {
      columns_.push_back(schema_->index_of(key));
      types.push_back(plain((*schema_)[columns_.back()].type));
    }
    return types;
  }

  void assign(const Batch& batch, std::span<int32_t> targets) {
    std::vector<ColumnPtr> keys;
    for (size_t column : columns_)
      keys.push_back(plain(batch.columns[column]));
    std::vector<RowIndex> first_rows;
    groups_.insert(keys, batch.rows, targets.data(), first_rows);
    for (RowIndex row : first_rows)
      add_file(value_names(keys, row));
  }

  void number_rows(std::span<int32_t> targets) {
    for (size_t i = 0; i < targets.size(); ++i) {
      const int64_t file = (rows_ + static_cast<int64_t>(i)) / split_.rows;
      if (file == std::ssize(names_)) add_file({std::to_string(file + 1)});
      targets[i] = static_cast<int32_t>(file);
    }
  }

  void add_file(const std::vector<std::string>& values) {
    if (std::ssize(names_) == split_.most_files) {
      throw Error(
          fmt::format("the rows would be in more than {} files; use fewer keys, or "
                      "ppartition --hash",
                      split_.most_files));
    }
    std::string name = pattern_.name(values);
    if (!taken_.insert(name).second) {
      throw Error("the rows of two keys would be in one file, '" + printable(name) +
                  "'; put something between the keys in the name");
    }
    require_free(name);
    names_.push_back(std::move(name));
    files_.add();
  }

  void require_free(const std::string& name) const {
    struct stat status {};
    if (lstat(name.c_str(), &status) != 0) return;
    if (!S_ISREG(status.st_mode)) {
      throw Error("'" + printable(name) + "' would be an output, but is not a regular file");
    }
    if (split_.force || status.st_size == 0) return;
    throw Error("'" + printable(name) +
                "' would be an output, but it exists and is not empty; replace such files with "
                "--force");
  }

  // Sorts the rows that are held by file, each after those before it, and writes them.
  void flush() {
    if (held_.empty()) return;
    std::vector<size_t> ends(names_.size() + 1);
    for (int32_t target : targets_)
      ++ends[static_cast<size_t>(target) + 1];
    for (size_t i = 1; i < ends.size(); ++i)
      ends[i] += ends[i - 1];
    // Now the beginnings; each moves to its end.
    std::vector<PartRow> sorted(targets_.size());
    size_t row = 0;
    for (size_t part = 0; part < held_.size(); ++part) {
      for (RowIndex i = 0; i < held_[part].rows; ++i, ++row)
        sorted[ends[static_cast<size_t>(targets_[row])]++] = {static_cast<int32_t>(part), i};
    }
    write(sorted, ends);
    targets_.clear();
    held_.clear();
    held_bytes_ = 0;
  }

  void write(std::span<const PartRow> sorted, const std::vector<size_t>& ends) {
    std::vector<std::vector<ColumnPtr>> columns(schema_->size());
    for (const Batch& batch : held_) {
      for (size_t c = 0; c < columns.size(); ++c)
        columns[c].push_back(batch.columns[c]);
    }
    const auto most = static_cast<size_t>(output_rows(held_bytes_, std::ssize(sorted)));
    size_t begin = 0;
    for (size_t file = 0; file < names_.size(); ++file) {
      while (begin < ends[file]) {
        const size_t end = std::min(ends[file], begin + most);
        const Batch rows =
            take(RowsInTurn{schema_, columns, sorted.subspan(begin, end - begin), 0});
        const auto number = static_cast<int64_t>(file);
        files_.append(number, bytes_.piece(number, rows));
        begin = end;
      }
    }
  }

  const FileSplit& split_;
  SchemaPtr schema_;
  NamePattern pattern_;
  FileBytes bytes_;
  std::vector<size_t> columns_;  // of the keys
  GroupTable groups_;
  NewFiles files_;
  std::vector<std::string> names_;  // by file
  std::unordered_set<std::string> taken_;
  std::vector<Batch> held_;
  std::vector<int32_t> targets_;  // of the rows that are held
  int64_t held_bytes_ = 0;
  int64_t rows_ = 0;
};

}  // namespace

FileSplitCounts split_into_files(Operator& input, const FileSplit& split,
                                 const PrintOptions& print) {
  FileSplitter splitter(split, input.schema(), print);
  while (std::optional<Batch> batch = input.next())
    splitter.add(*std::move(batch));
  return splitter.finish();
}

}  // namespace penstock
