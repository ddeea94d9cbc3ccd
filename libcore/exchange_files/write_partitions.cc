#include "libcore/exchange_files/write_partitions.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/exchange_files/file_writer.h"
#include "libcore/os/open_files.h"
#include "libcore/partition/find_bounds.h"
#include "libcore/partition/scatter.h"

namespace penstock {
namespace {

// The part of all memory for rows that are gathered before they are written.
constexpr int64_t kGatheredShare = 8;

// The files of all targets.
class TargetFiles {
 public:
  TargetFiles(std::string folder, const Partitioner& partitioner, SchemaPtr schema,
              const std::function<void(int64_t)>& on_bytes)
      : folder_(std::move(folder)),
        partitioner_(partitioner),
        schema_(std::move(schema)),
        on_bytes_(on_bytes),
        files_(static_cast<size_t>(partitioner.target_count())),
        last_(files_.size()) {}

  void give(int64_t target, const RowsInTurn& rows) { give(target, take(rows)); }

  // From now on the last batch of each target waits until end_batch() gives it the metadata.
  void begin_batch() { holds_last_ = true; }
  void end_batch(const BatchMetadataPtr& metadata) {
    holds_last_ = false;
    for (size_t target = 0; target < files_.size(); ++target) {
      std::optional<Batch> batch = std::exchange(last_[target], std::nullopt);
      if (!batch) batch = batch_without_rows(schema_, nullptr);
      batch->metadata = metadata;
      write(target, *batch);
    }
  }

  std::vector<PartitionFile> finish() {
    std::vector<PartitionFile> list;
    for (size_t target = 0; target < files_.size(); ++target) {
      if (!files_[target]) continue;
      const auto members = partitioner_.members(static_cast<int64_t>(target));
      list.push_back({name_of(target), files_[target]->finish(), {members.begin(), members.end()}});
      files_[target].reset();
    }
    FileWriter schema(folder_ + "/" + kSchemaFile, schema_, on_bytes_);
    list.push_back({kSchemaFile, schema.finish(), {}});
    return list;
  }

 private:
  static std::string name_of(size_t target) { return fmt::format("{}.arrow", target + 1); }

  void give(int64_t number, Batch batch) {
    const auto target = static_cast<size_t>(number);
    if (!holds_last_) return write(target, batch);
    if (last_[target]) write(target, *last_[target]);
    last_[target] = std::move(batch);
  }

  void write(size_t target, const Batch& batch) {
    std::unique_ptr<FileWriter>& file = files_[target];
    if (!file) {
      file = std::make_unique<FileWriter>(folder_ + "/" + name_of(target), schema_, on_bytes_);
    }
    file->write(batch);
  }

  std::string folder_;
  const Partitioner& partitioner_;
  SchemaPtr schema_;
  const std::function<void(int64_t)>& on_bytes_;
  std::vector<std::unique_ptr<FileWriter>> files_;  // null: nothing was written
  std::vector<std::optional<Batch>> last_;
  bool holds_last_ = false;
};

void make_empty(const std::string& folder) {
  if (mkdir(folder.c_str(), 0777) == 0) return;
  if (errno != EEXIST) throw Error::system(folder, "create", errno);
  std::error_code problem;
  const bool is_empty =
      std::filesystem::directory_iterator(folder, problem) == std::filesystem::directory_iterator();
  if (problem) throw Error::system(folder, "", problem.value());
  if (!is_empty) throw Error(folder + ": is not empty; name a new folder, or remove its files");
}

}  // namespace

std::vector<PartitionFile> write_partitions(Operator& input, PartitionOptions how,
                                            const std::string& folder, const SpillOptions& spill,
                                            const std::function<void(int64_t)>& on_bytes) {
  PENSTOCK_CHECK(!how.spreads_heavy);
  require_partition_keys(how, *input.schema());
  make_empty(folder);
  const OperatorPtr stored = find_bounds(input, how, spill);
  Operator& rows = stored ? *stored : input;
  const SchemaPtr schema = partitioned_schema(how, *input.schema());
  const std::unique_ptr<Partitioner> partitioner = make_partitioner(how, *schema);
  allow_open_files(partitioner->target_count(), "files", "use fewer partitions");
  TargetFiles files(folder, *partitioner, schema, on_bytes);
  Scatter scatter(*partitioner, schema,
                  [&files](int64_t target, const RowsInTurn& some) { files.give(target, some); },
                  {.bytes = spill.memory / kGatheredShare});
  while (std::optional<Batch> batch = rows.next()) {
    if (batch->metadata == nullptr) {
      scatter.add(*std::move(batch));
      continue;
    }
    const BatchMetadataPtr metadata = std::move(batch->metadata);
    scatter.flush();
    files.begin_batch();
    scatter.add(*std::move(batch));
    scatter.flush();
    files.end_batch(metadata);
  }
  scatter.flush();
  std::vector<PartitionFile> list = files.finish();
  write_partition_list(folder, list);
  return list;
}

}  // namespace penstock
