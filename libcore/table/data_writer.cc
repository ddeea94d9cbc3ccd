#include "libcore/table/data_writer.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <utility>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/check.h"
#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "libcore/data/zones/zone_builder.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/os/threads.h"
#include "libcore/parquet/writer.h"
#include "libcore/table/data_path.h"
#include "libcore/table/file_stats.h"
#include "libcore/table/log_time.h"

namespace penstock {
namespace {

const char* suffix_of(TableFormat format) {
  return format == TableFormat::kArrow ? ".arrow" : ".parquet";
}

std::vector<size_t> columns_with_stats(const Schema& schema, std::span<const SortKey> keys) {
  std::set<size_t> columns;
  for (size_t i = 0; i < std::min(schema.size(), kColumnsWithStats); ++i)
    columns.insert(i);
  for (const SortKey& key : keys) {
    if (std::optional<size_t> column = schema.find(key.name)) columns.insert(*column);
  }
  return {columns.begin(), columns.end()};
}

// By it a reader sees that a file is not another one under its name.
SchemaPtr with_id(const Schema& schema, const std::string& id) {
  return make_schema(schema.fields(), {{kFileIdKey, id}});
}

}  // namespace

// Rows in the format of the table. REQUIRES that the sink outlives it.
class DataWriter::EncodedRows {
 public:
  // `schema` has the file's ID. `with_stats`: the columns of which an Arrow file has the bounds of
  // its batches.
  EncodedRows(ByteSink& sink, const SchemaPtr& schema, const DataWriteOptions& options,
              const std::vector<size_t>& with_stats) {
    if (options.format == TableFormat::kParquet) {
      parquet_ = make_parquet_writer(sink, schema, {.row_group_bytes = options.row_group_bytes});
    } else {
      arrow_ = make_ipc_writer(sink, schema,
                               {.file = true,
                                .compression = BodyCompression::kZstd,
                                .zones = true,
                                .zone_columns = with_stats});
    }
  }
  void write(const Batch& rows) { parquet_ ? parquet_->write(rows) : arrow_->write(rows); }
  void finish() { parquet_ ? parquet_->finish() : arrow_->finish(); }

 private:
  std::unique_ptr<ParquetWriter> parquet_;  // or
  std::unique_ptr<IpcWriter> arrow_;
};

// One thread writes a file, its lane's, until finish().
struct DataWriter::File {
  int64_t number = 0;
  std::string id;
  DataFile about;
  std::string bytes;  // encoded, not yet in the file
  ByteSinkPtr sink;   // appends to `bytes`
  std::unique_ptr<EncodedRows> writer;
  std::optional<ZoneBuilder> zone;
  Checksum checksum;
  int64_t batches = 0;
};

struct DataWriter::Lane {
  std::deque<std::pair<File*, std::optional<Batch>>> waiting;  // no rows: the end of the file
  std::thread thread;
};

DataWriter::DataWriter(const std::string& folder, SchemaPtr schema, DataWriteOptions options)
    : folder_(folder),
      schema_(std::move(schema)),
      options_(std::move(options)),
      with_stats_(columns_with_stats(*schema_, options_.keys)),
      written_(folder, options_.sync) {
  const int threads = usable_cores();
  for (int i = 0; i < threads; ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    Lane& lane = *lanes_.back();
    lane.thread = start_thread([this, &lane] { work(lane); });
  }
}

DataWriter::~DataWriter() {
  stop();
}

void DataWriter::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  changed_.notify_all();
  for (const std::unique_ptr<Lane>& lane : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
  }
}

void DataWriter::throw_failure() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

void DataWriter::add(const std::string& subfolder, PartitionValues values, TextMap tags) {
  auto file = std::make_unique<File>();
  file->id = unique_name();
  file->about.path =
      (subfolder.empty() ? "" : subfolder + "/") + file->id + suffix_of(options_.format);
  file->about.partition_values = std::move(values);
  file->about.tags = std::move(tags);
  file->number = std::ssize(files_);
  file->sink = sink_to_string(file->bytes);
  {
    const std::lock_guard lock(writing_);
    written_.add();
  }
  files_.push_back(std::move(file));
}

void DataWriter::give(int64_t file, Batch rows) {
  rows_ += rows.rows;
  hand(file, std::move(rows));
}

void DataWriter::end(int64_t file) {
  hand(file, std::nullopt);
}

void DataWriter::hand(int64_t file, std::optional<Batch> rows) {
  Lane& lane = *lanes_[static_cast<size_t>(file) % lanes_.size()];
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || lane.waiting.size() < kWaitingBatches; });
    if (failure_) std::rethrow_exception(failure_);
    lane.waiting.emplace_back(files_[static_cast<size_t>(file)].get(), std::move(rows));
  }
  changed_.notify_all();
}

void DataWriter::work(Lane& lane) {
  for (;;) {
    std::pair<File*, std::optional<Batch>> next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return is_stopped_ || !lane.waiting.empty(); });
      if (failure_ || lane.waiting.empty()) return;
      next = std::move(lane.waiting.front());
      lane.waiting.pop_front();
    }
    changed_.notify_all();
    try {
      next.second ? write(*next.first, *next.second) : end(*next.first);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      changed_.notify_all();
      return;
    }
  }
}

void DataWriter::write(File& file, const Batch& rows) {
  if (file.writer == nullptr) {
    file.writer = std::make_unique<EncodedRows>(*file.sink, with_id(*schema_, file.id), options_,
                                                with_stats_);
    file.zone.emplace(schema_, with_stats_);
  }
  file.writer->write(rows);
  file.zone->add(rows);
  ++file.batches;
  flush(file);
}

void DataWriter::end(File& file) {
  PENSTOCK_CHECK(file.writer != nullptr);
  file.writer->finish();
  file.writer.reset();
  flush(file);
}

void DataWriter::flush(File& file) {
  file.checksum.add(file.bytes.data(), std::ssize(file.bytes));
  file.about.size += std::ssize(file.bytes);
  {
    const std::lock_guard lock(writing_);
    written_.append(file.number, file.bytes);
  }
  // What a batch takes would stay for each of thousands of files.
  std::string().swap(file.bytes);
}

std::vector<DataFile> DataWriter::finish() {
  stop();
  throw_failure();
  std::vector<std::string> names;
  for (const std::unique_ptr<File>& file : files_) {
    if (file->batches == 0 || file->writer != nullptr) end(*file);
    names.push_back(folder_ + "/" + file->about.path);
  }
  try {
    written_.give_names(names);
  } catch (...) {
    for (const std::string& name : names)
      unlink(name.c_str());
    throw;
  }
  std::vector<DataFile> files;
  for (size_t i = 0; i < files_.size(); ++i) {
    File& file = *files_[i];
    struct stat status {};
    if (stat(names[i].c_str(), &status) != 0) throw Error::system(names[i], "look at", errno);
    file.about.modified = log_time_of(status);
    file.about.tags[kChecksumTag] = fmt::format("{:016x}", file.checksum.value());
    file.about.tags[kBatchesTag] = std::to_string(file.batches);
    file.zone->end_zone();
    file.about.stats = encode_stats(file.zone->finish(), 0, *schema_);
    files.push_back(std::move(file.about));
  }
  return files;
}

}  // namespace penstock
