#include "libcore/table/groups/group_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/arrow/ipc_reader.h"
#include "libcore/base/error.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/prune/may_match.h"
#include "libcore/table/layout.h"

namespace penstock {
namespace {

constexpr const char* kNotTogether = "the files of these column groups do not belong together";

// As choose_batches and is_wanted skip nothing in other inputs.
OperatorPtr open_group(const std::string& path, IpcReadOptions options) {
  auto source = std::make_unique<PeekableSource>(open_source(path));
  if (!is_arrow_file(*source)) throw Error(path + ": is not an Arrow file");
  return open_ipc(std::move(source), std::move(options));
}

void require_as_many(const GroupColumns& a, int64_t batches, const GroupColumns& b,
                     int64_t others) {
  if (batches == others) return;
  throw Error(fmt::format("{}: has {} batches, and {} has {}; {}", a.path, batches, b.path, others,
                          kNotTogether));
}

// The bounds of the batches of a data file, in the columns that are read.
class GroupZones {
 public:
  explicit GroupZones(const std::vector<GroupColumns>& files) {
    for (const GroupColumns& file : files) {
      const int64_t batches = add(file);
      if (&file != &files[0]) require_as_many(files[0], batches_, file, batches);
      batches_ = batches;
    }
  }

  // Whether a row of each batch may meet the condition.
  std::vector<bool> choose(const ExpressionText& where) const {
    const Schema schema(fields_);
    Zones zones = make_unknown_zones(schema, batches_);
    zones.rows = rows_;
    for (size_t i = 0; i < known_.size(); ++i) {
      if (known_[i]) zones.columns[i] = *known_[i];
    }
    return may_match(*bind_predicate(where, schema), zones);
  }

 private:
  // Returns how many batches the file has.
  int64_t add(const GroupColumns& file) {
    int64_t batches = 0;
    Schema all;
    std::optional<Zones> zones;
    IpcReadOptions options;
    options.columns = ColumnList(file.names);
    options.on_schema = [&](const Schema& schema) { all = schema; };
    options.choose_batches = [&](const Schema&, const Zones& found) {
      zones = found;
      return std::vector<bool>(static_cast<size_t>(found.count), true);
    };
    options.is_wanted = [&](int64_t) {
      ++batches;
      return false;
    };
    (void)open_group(file.path, std::move(options));
    for (const std::string& name : file.names) {
      const size_t column = all.index_of(name);
      fields_.push_back(all[column]);
      known_.push_back(zones ? std::optional(zones->columns[column]) : std::nullopt);
    }
    if (zones && rows_ == nullptr) rows_ = zones->rows;
    return batches;
  }

  std::vector<Field> fields_;
  std::vector<std::optional<ZoneColumn>> known_;  // of each field
  ColumnPtr rows_;                                // null where not known
  int64_t batches_ = 0;
};

class GroupRows : public Operator {
 public:
  GroupRows(std::vector<GroupColumns> files, const std::vector<std::string>& names,
            const ScanOptions& options)
      : files_(std::move(files)) {
    std::optional<std::vector<bool>> chosen;
    if (!options.where.empty()) chosen = GroupZones(files_).choose(options.where);
    std::vector<int64_t> batches(files_.size(), 0);
    for (size_t i = 0; i < files_.size(); ++i) {
      open(i, chosen, options, batches[i]);
      require_as_many(files_[0], batches[0], files_[i], batches[i]);
    }
    std::vector<Field> fields;
    for (const std::string& name : names)
      fields.push_back(place(name));
    schema_ = make_schema(std::move(fields));
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::vector<std::optional<Batch>> parts;
    for (const OperatorPtr& rows : rows_)
      parts.push_back(rows->next());
    for (size_t i = 1; i < parts.size(); ++i)
      require_same(parts[0], parts[i], i);
    if (!parts[0]) return std::nullopt;
    Batch all{schema_, parts[0]->rows, {}};
    for (const auto& [file, column] : places_)
      all.columns.push_back(parts[file]->columns[column]);
    ++batch_;
    return all;
  }

 private:
  // Sets `batches` to how many the file has. The last file says what is read: when its batch comes,
  // the others have theirs, so that all bytes of a batch are reported together.
  void open(size_t file, const std::optional<std::vector<bool>>& chosen, const ScanOptions& options,
            int64_t& batches) {
    const bool is_last = file + 1 == files_.size();
    IpcReadOptions read;
    read.columns = ColumnList(files_[file].names);
    read.partition = options.text.partition;
    read.partitions = options.text.partitions;
    read.is_wanted = [&](int64_t batch) {
      ++batches;
      const auto place = static_cast<size_t>(batch);
      // More batches than in the other files are an error as soon as all are counted.
      const bool may_match = !chosen || (place < chosen->size() && (*chosen)[place]);
      return may_match && (!options.is_wanted || options.is_wanted(batch));
    };
    if (is_last) read.on_chosen = options.on_chosen;
    if (options.on_read) {
      read.on_block = [this, is_last, on_read = options.on_read](int64_t bytes) {
        others_bytes_ += bytes;
        if (is_last) on_read(std::exchange(others_bytes_, 0));
      };
    }
    rows_.push_back(open_group(files_[file].path, std::move(read)));
    require_file_id(*rows_.back()->schema(), files_[file].path);
  }

  // Notes where a column is, and returns what it is.
  Field place(const std::string& name) {
    for (size_t file = 0; file < files_.size(); ++file) {
      const Schema& schema = *rows_[file]->schema();
      const std::optional<size_t> column = schema.find(name);
      if (!column) continue;
      places_.emplace_back(file, *column);
      return schema[*column];
    }
    throw Error(files_[0].path + ": no column group has the column '" + name + "'");
  }

  void require_same(const std::optional<Batch>& a, const std::optional<Batch>& b,
                    size_t file) const {
    if (!a && !b) return;
    const std::string& first = files_[0].path;
    const std::string& other = files_[file].path;
    if (!a || !b) {
      throw Error(fmt::format("{}: ends before {}; {}", a ? other : first, a ? first : other,
                              kNotTogether));
    }
    if (a->rows == b->rows) return;
    throw Error(fmt::format("{}: has {} rows in batch {} of those that are read, and {} has {}; {}",
                            first, a->rows, batch_ + 1, other, b->rows, kNotTogether));
  }

  std::vector<GroupColumns> files_;
  std::vector<OperatorPtr> rows_;  // of each file
  SchemaPtr schema_;
  std::vector<std::pair<size_t, size_t>> places_;  // of each column: the file, and its column there
  int64_t others_bytes_ = 0;                       // that are read and not yet reported
  int64_t batch_ = 0;                              // batches given
};

}  // namespace

OperatorPtr join_groups(std::vector<GroupColumns> files, const std::vector<std::string>& names,
                        const ScanOptions& options) {
  return std::make_unique<GroupRows>(std::move(files), names, options);
}

}  // namespace penstock
