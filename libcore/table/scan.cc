#include "libcore/table/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"
#include "libcore/ops/filter.h"
#include "libcore/ops/select_columns.h"
#include "libcore/os/chunks/source.h"
#include "libcore/table/as_of.h"
#include "libcore/table/change/fit_rows.h"
#include "libcore/table/choose_files.h"
#include "libcore/table/divide_files.h"
#include "libcore/table/groups/stored_columns.h"
#include "libcore/table/index/look_up.h"
#include "libcore/table/value_column.h"

namespace penstock {
namespace {

// The columns that are read of a table, and those that are given of them.
struct TableColumns {
  SchemaPtr read;
  std::vector<std::string> given;
};

TableColumns columns_of(const TableState& state, const ScanOptions& options) {
  TableColumns columns;
  const Schema& all = *state.schema;
  columns.given = all.names();
  if (options.text.columns) {
    columns.given = options.text.columns->choose(columns.given);
  } else if (options.text.choose_columns) {
    columns.given = options.text.choose_columns(all).value_or(columns.given);
  }
  std::set<size_t> used;
  for (const std::string& name : columns.given)
    used.insert(all.index_of(name));
  if (!options.where.empty()) {
    for (const std::string& name : referenced_columns(options.where, all))
      used.insert(all.index_of(name));
  }
  std::vector<Field> fields;
  for (const size_t column : used)
    fields.push_back(all[column]);
  columns.read = make_schema(std::move(fields));
  return columns;
}

// The rows of one file, with the values of partition columns, which are not in it.
class FileRows : public Operator {
 public:
  // `values` has a column of one row for each column of `schema` that is not in the file, which is
  // a partition column or was added later; else null.
  FileRows(OperatorPtr rows, SchemaPtr schema, std::vector<ColumnPtr> values)
      : rows_(std::move(rows)), schema_(std::move(schema)), values_(std::move(values)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = rows_->next();
    if (!batch) return std::nullopt;
    Batch all{schema_, batch->rows, {}};
    size_t next = 0;
    const std::vector<RowIndex> first(static_cast<size_t>(batch->rows), 0);
    for (const ColumnPtr& value : values_)
      all.columns.push_back(value ? take(*value, first) : batch->columns[next++]);
    return all;
  }

 private:
  OperatorPtr rows_;
  SchemaPtr schema_;
  std::vector<ColumnPtr> values_;
};

// Owns the rows that are cast.
class RowsWithTypes : public Operator {
 public:
  RowsWithTypes(OperatorPtr rows, SchemaPtr schema)
      : rows_(std::move(rows)), cast_(fit_rows(*rows_, std::move(schema))) {}
  SchemaPtr schema() const override { return cast_->schema(); }
  std::optional<Batch> next() override { return cast_->next(); }

 private:
  OperatorPtr rows_;
  OperatorPtr cast_;
};

// Files of other programs, which have no number, come behind all partitions.
int64_t number_of(const DataFile& file, const TableLayout& layout) {
  if (!layout.partitioning) return 0;
  return partition_of(file, layout).value_or(layout.partitioning->partitions);
}

// What is known of where rows lie.
void note_placement(const TableState& state, const TableLayout& layout, TableFiles& files) {
  if (!layout.partitioning || layout.partitioning->kind == PartitionKind::kRoundRobin) return;
  const bool is_known =
      std::all_of(state.files.begin(), state.files.end(),
                  [&](const DataFile& file) { return partition_of(file, layout).has_value(); });
  if (!is_known) return;
  for (const SortKey& key : layout.partitioning->keys)
    files.keys.push_back(key.name);
  files.partitions = layout.partitioning->partitions;
  files.is_by_hash = layout.partitioning->kind == PartitionKind::kHash;
}

void sort_files(std::vector<DataFile>& files, const TableLayout& layout) {
  std::stable_sort(files.begin(), files.end(), [&](const DataFile& a, const DataFile& b) {
    return number_of(a, layout) < number_of(b, layout);
  });
}

std::vector<int64_t> sizes_of(const std::vector<DataFile>& files) {
  std::vector<int64_t> sizes;
  for (const DataFile& file : files)
    sizes.push_back(file.size);
  return sizes;
}

class TableScan : public Operator {
 public:
  // With `uses_indexes`, those of the table narrow what the condition chooses.
  TableScan(std::string folder, TableState state, const ScanOptions& options, bool uses_indexes)
      : folder_(std::move(folder)),
        state_(std::move(state)),
        layout_(layout_of(state_.metadata, *state_.schema)),
        groups_(group_numbers(state_, layout_)),
        options_(options),
        columns_(columns_of(state_, options)) {
    sort_files(state_.files, layout_);
    chosen_ = choose_files(state_, layout_, options_.where);
    if (uses_indexes && !options_.where.empty()) narrow();
    choose();
    schema_ = given_schema();
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    for (;;) {
      if (current_ != nullptr) {
        if (std::optional<Batch> batch = current_->next()) {
          batch->schema = schema_;
          return batch;
        }
        current_.reset();
      }
      const std::optional<FilePart> part = next_part();
      if (!part) {
        tell();
        return std::nullopt;
      }
      current_ = open(*part);
    }
  }

 private:
  // What is read next; empty at the end.
  std::optional<FilePart> next_part() {
    if (chunks_ == nullptr) {
      if (next_ == parts_.size()) return std::nullopt;
      return parts_[next_++];
    }
    while (const std::optional<Chunk> chunk = chunks_->peek()) {
      chunks_->take(chunk->input);
      chunks_->tell_next(chunk->end);
      const auto file = static_cast<size_t>(chunk->input);
      if (file >= chosen_.size()) throw Error("a chunk is of a file that this version has not");
      if (chosen_[file]) return FilePart{file, chunk->part, chunk->parts};
    }
    return std::nullopt;
  }

  // Leaves out what the indexes say.
  void narrow() {
    indexed_ = look_up({folder_, state_, chosen_, options_.where, options_.note});
    indexed_.leave_out(chosen_);
  }

  // Parts are of all files, so that the condition does not change who reads what.
  void choose() {
    if (!options_.chunks.empty()) {
      chunks_ = open_chunk_source(options_.chunks, sizes_of(state_.files));
      return;
    }
    std::vector<int64_t> partitions;
    for (size_t i = 0; i < state_.files.size(); ++i) {
      partitions.push_back(layout_.partitioning ? number_of(state_.files[i], layout_)
                                                : static_cast<int64_t>(i));
      batches_ += parse_int64(state_.files[i].tag(kBatchesTag)).value_or(0);
    }
    const int64_t foreign = partitions.empty() ? 0 : partitions.back() + 1;
    const int64_t count =
        layout_.partitioning ? std::max(layout_.partitioning->partitions, foreign) : foreign;
    std::set<int64_t> read;
    for (const FilePart& part :
         divide_files(partitions, count, options_.text.partition, options_.text.partitions)) {
      if (!chosen_[part.file]) continue;
      parts_.push_back(part);
      read.insert(partitions[part.file]);
    }
    partitions_read_ = std::ssize(read);
  }

  SchemaPtr given_schema() const {
    std::vector<Field> fields;
    for (const std::string& name : columns_.given)
      fields.push_back((*state_.schema)[state_.schema->index_of(name)]);
    return make_schema(std::move(fields));
  }

  OperatorPtr open(const FilePart& part) {
    const DataFile& file = state_.files[part.file];
    StoredColumns stored(folder_, state_, groups_, file);
    std::vector<std::string> in_file;
    std::vector<ColumnPtr> values;
    for (const Field& field : columns_.read->fields()) {
      const auto& by = state_.metadata.partition_columns;
      const bool is_value = std::find(by.begin(), by.end(), field.name) != by.end();
      if (is_value) {
        values.push_back(partition_column({&file, 1}, field));
      } else if (!stored.has(field.name)) {
        values.push_back(make_null_column(field.type, 1));
      } else {
        values.push_back(nullptr);
        in_file.push_back(field.name);
      }
    }
    ScanOptions options;
    options.text.partition = part.part;
    options.text.partitions = part.parts;
    options.on_read = options_.on_read;
    options.threads = options_.threads;
    // A condition over columns that the file has is asked while it is read.
    const bool has_all = in_file.size() == columns_.read->size();
    if (has_all) options.where = options_.where;
    if (!indexed_.by_file.empty() && indexed_.by_file[part.file]) {
      options.is_wanted = [&batches = *indexed_.by_file[part.file]](int64_t batch) {
        return std::binary_search(batches.begin(), batches.end(), batch);
      };
    }
    bool is_known = false;
    options.on_chosen = [&](int64_t chosen, int64_t) {
      batches_read_ += chosen;
      is_known = true;
    };
    OperatorPtr rows = stored.open(in_file, has_all ? columns_.given : in_file, options);
    if (!is_known) batches_read_ += parse_int64(file.tag(kBatchesTag)).value_or(0) / part.parts;
    rows = with_types(std::move(rows), folder_ + "/" + file.path);
    if (has_all) return rows;
    rows = std::make_unique<FileRows>(std::move(rows), columns_.read, std::move(values));
    if (options_.where.empty()) return select_columns(std::move(rows), columns_.given);
    return make_filter(std::move(rows), options_.where, columns_.given);
  }

  // The rows with the types of the table, where those of another program's file differ without a
  // difference in values.
  OperatorPtr with_types(OperatorPtr rows, const std::string& path) const {
    std::vector<Field> fields;
    for (const Field& field : rows->schema()->fields())
      fields.push_back((*state_.schema)[state_.schema->index_of(field.name)]);
    const SchemaPtr expected = make_schema(std::move(fields));
    bool is_same = true;
    for (size_t i = 0; i < expected->size(); ++i)
      is_same = is_same && equals(*(*expected)[i].type, *(*rows->schema())[i].type);
    if (is_same) return rows;
    try {
      return std::make_unique<RowsWithTypes>(std::move(rows), expected);
    } catch (const Error& error) {
      throw error.in_input(path);
    }
  }

  void tell() {
    if (!options_.tell || is_told_ || chunks_ != nullptr) return;
    is_told_ = true;
    const int64_t all =
        layout_.partitioning ? layout_.partitioning->partitions : std::ssize(state_.files);
    std::string text = fmt::format("{}: read {} of {} {}", folder_, partitions_read_, all,
                                   layout_.partitioning ? "partitions" : "files");
    // Row groups of Parquet are not those batches that were written.
    if (layout_.format == TableFormat::kArrow) {
      text += fmt::format(", {} of {} batches", batches_read_, batches_);
    }
    if (!indexed_.indexes.empty()) {
      text += fmt::format(", by the index {}",
                          printable(fmt::format("{}", fmt::join(indexed_.indexes, " and "))));
    }
    options_.tell(text);
  }

  std::string folder_;
  TableState state_;
  TableLayout layout_;
  GroupNumbers groups_;
  ScanOptions options_;
  TableColumns columns_;
  SchemaPtr schema_;
  std::vector<bool> chosen_;  // by file
  IndexedBatches indexed_;    // without files where no index is looked into
  std::vector<FilePart> parts_;
  size_t next_ = 0;
  std::unique_ptr<ChunkSource> chunks_;  // instead of parts_, where they are given out
  OperatorPtr current_;
  int64_t partitions_read_ = 0;
  int64_t batches_ = 0;  // of all files, as far as the log says
  int64_t batches_read_ = 0;
  bool is_told_ = false;
};

void refuse_options(const ScanOptions& options) {
  const char* given = options.follow                 ? "--follow"
                      : options.union_by_name        ? "--union-by-name"
                      : !options.file_column.empty() ? "--file-name"
                                                     : nullptr;
  if (given != nullptr) throw Error::usage(std::string(given) + " is not for tables");
  if (!options.chunks.empty() && options.text.partitions > 1) {
    throw Error::usage("--chunks and --partition exclude each other");
  }
}

TableState read_state(const TableLog& log, const ScanOptions& options) {
  std::optional<int64_t> version;
  if (!options.as_of.empty()) version = version_as_of(log, options.as_of);
  return log.read(version);
}

}  // namespace

TableFiles look_at_table(const std::string& folder, const ScanOptions& options) {
  const TableLog log(folder);
  TableState state = read_state(log, options);
  const TableLayout layout = layout_of(state.metadata, *state.schema);
  sort_files(state.files, layout);
  TableFiles files{state.version, log.version_file(state.version), sizes_of(state.files), {}, 0,
                   false};
  note_placement(state, layout, files);
  return files;
}

OperatorPtr open_table(const std::string& folder, const ScanOptions& options) {
  const TableLog log(folder);
  TableState state = read_state(log, options);
  try {
    refuse_options(options);
    check_stream_options(folder, *state.schema, options);
    return std::make_unique<TableScan>(log.folder(), std::move(state), options, true);
  } catch (const Error& error) {
    if (error.names_input()) throw;
    throw error.in_input(folder);
  }
}

OperatorPtr open_files(const std::string& folder, TableState state, const ScanOptions& options) {
  return std::make_unique<TableScan>(folder, std::move(state), options, false);
}

}  // namespace penstock
