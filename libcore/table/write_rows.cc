#include "libcore/table/write_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/take.h"
#include "libcore/partition/scatter.h"
#include "libcore/rows/partitions.h"
#include "libcore/rows/run.h"
#include "libcore/table/data_writer.h"
#include "libcore/table/value_partitioner.h"

namespace penstock {
namespace {

// The part of all memory for rows that wait to be divided. As much again is gathered for the
// writer's threads, or encoded by them.
constexpr int64_t kHeldPart = 4;

// The columns of rows that are in the files.
struct FileColumns {
  SchemaPtr schema;
  std::vector<size_t> places;
};

FileColumns file_columns(const Schema& schema, const std::vector<std::string>& left_out) {
  FileColumns columns;
  std::vector<Field> fields;
  for (size_t i = 0; i < schema.size(); ++i) {
    if (std::find(left_out.begin(), left_out.end(), schema[i].name) != left_out.end()) continue;
    fields.push_back({schema[i].name, schema[i].type, true, {}});
    columns.places.push_back(i);
  }
  columns.schema = make_schema(std::move(fields));
  return columns;
}

// By which conditions are likely to choose.
std::vector<SortKey> keys_of(const TableLayout& layout) {
  std::vector<SortKey> keys = layout.sort;
  if (layout.partitioning) {
    keys.insert(keys.end(), layout.partitioning->keys.begin(), layout.partitioning->keys.end());
  }
  return keys;
}

int64_t row_group_bytes(const RowsToWrite& how, size_t targets) {
  // Of partition columns it is not known how many values come.
  const int64_t files = how.partition_columns.empty()
                            ? std::min(static_cast<int64_t>(targets), kMostParquetWriters)
                            : 16;
  const int64_t wanted = std::max(kRowGroupsBytes / files, kUsualRowGroupBytes);
  return std::max(std::min(how.spill.memory / kHeldPart / files, wanted), kLeastRowGroupBytes);
}

class RowFiles {
 public:
  RowFiles(const RowsToWrite& how, const SchemaPtr& schema, ValuePartitioner* values,
           size_t targets)
      : how_(how),
        values_(values),
        columns_(file_columns(*schema, how.partition_columns)),
        writer_(how.folder, columns_.schema,
                {keys_of(how.layout), how.layout.format, how.sync, row_group_bytes(how, targets),
                 groups_of(how.layout, *columns_.schema)}),
        files_(targets, -1),
        spill_(how.spill.directory),
        waiting_(targets) {}

  void give(int64_t target, Batch rows) {
    Batch kept{columns_.schema, rows.rows, {}};
    for (size_t place : columns_.places)
      kept.columns.push_back(std::move(rows.columns[place]));
    if (must_wait(target)) return put_off(target, kept);
    writer_.give(file_of(target), std::move(kept));
  }

  std::vector<DataFile> finish() {
    write_waiting();
    std::vector<DataFile> written = writer_.finish();
    std::vector<DataFile> by_partition;
    for (const int64_t file : files_) {
      if (file >= 0) by_partition.push_back(std::move(written[static_cast<size_t>(file)]));
    }
    return by_partition;
  }

 private:
  // Whether the rows of a partition wait until files of others are whole.
  bool must_wait(int64_t target) const {
    return how_.layout.format == TableFormat::kParquet && files_[static_cast<size_t>(target)] < 0 &&
           count_ >= kMostParquetWriters;
  }

  void put_off(int64_t target, const Batch& rows) {
    std::unique_ptr<RunWriter>& run = waiting_[static_cast<size_t>(target)];
    if (run == nullptr) {
      run = std::make_unique<RunWriter>(
          spill_, columns_.schema,
          spill_block_bytes(how_.spill.memory / kHeldPart, waiting_.size()));
    }
    run->write(rows);
  }

  // One partition after the other.
  void write_waiting() {
    if (std::ranges::all_of(waiting_, [](const auto& run) { return run == nullptr; })) return;
    for (int64_t file = 0; file < count_; ++file)
      writer_.end(file);
    for (size_t target = 0; target < waiting_.size(); ++target) {
      if (waiting_[target] == nullptr) continue;
      const SpilledRun run = waiting_[target]->finish();
      waiting_[target].reset();
      const int64_t file = file_of(static_cast<int64_t>(target));
      OperatorPtr rows = read_run(spill_, run);
      while (std::optional<Batch> batch = rows->next())
        writer_.give(file, *std::move(batch));
      writer_.end(file);
      spill_.release(run.segment);
    }
  }

  int64_t file_of(int64_t target) {
    int64_t& file = files_[static_cast<size_t>(target)];
    if (file < 0) {
      file = count_++;
      add(target);
    }
    return file;
  }

  void add(int64_t target) {
    if (values_ != nullptr) {
      const ValuePartitioner::Group& group = values_->group(target);
      writer_.add(group.folder, group.values);
    } else if (how_.layout.partitioning) {
      const int64_t number = how_.partition.value_or(static_cast<int32_t>(target));
      writer_.add(fmt::format("p{:05}", number), {}, {{kPartitionTag, std::to_string(number)}});
    } else {
      writer_.add("");
    }
  }

  const RowsToWrite& how_;
  ValuePartitioner* values_;  // null without partition columns
  FileColumns columns_;
  DataWriter writer_;
  std::vector<int64_t> files_;  // by target; -1 for none
  int64_t count_ = 0;
  SpillFile spill_;
  std::vector<std::unique_ptr<RunWriter>> waiting_;  // by target; null for none
};

}  // namespace

std::vector<DataFile> write_rows(Operator& input, const RowsToWrite& how) {
  const SchemaPtr schema = input.schema();
  std::unique_ptr<Partitioner> partitioner;
  ValuePartitioner* values = nullptr;
  if (!how.partition_columns.empty()) {
    auto by_value =
        std::make_unique<ValuePartitioner>(*schema, how.partition_columns, how.layout.format);
    values = by_value.get();
    partitioner = std::move(by_value);
  } else {
    PartitionOptions single;
    single.kind = PartitionKind::kSingle;
    const bool divides = how.layout.partitioning && !how.partition;
    partitioner = make_partitioner(divides ? *how.layout.partitioning : single, *schema);
  }
  const auto targets = static_cast<size_t>(partitioner->target_count());
  std::optional<RowFiles> files;
  Scatter scatter(*partitioner, schema,
                  [&](int64_t target, const RowsInTurn& rows) { files->give(target, take(rows)); },
                  {.bytes = how.spill.memory / kHeldPart, .bytes_each = kDataBatchBytes});
  files.emplace(how, scatter.schema(), values, targets);
  while (std::optional<Batch> batch = input.next())
    scatter.add(*std::move(batch));
  scatter.flush();
  return files->finish();
}

}  // namespace penstock
