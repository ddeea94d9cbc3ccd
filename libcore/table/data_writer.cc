#include "libcore/table/data_writer.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/base/check.h"
#include "libcore/base/checksum.h"
#include "libcore/base/error.h"
#include "libcore/data/take.h"
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

std::vector<size_t> all_columns(const Schema& schema) {
  std::vector<size_t> columns(schema.size());
  std::iota(columns.begin(), columns.end(), size_t{0});
  return columns;
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

// What is one file of the disk.
struct DataWriter::Part {
  Part(const Columns& of, int64_t place) : columns(of), number(place) {}

  const Columns& columns;
  int64_t number;  // of all parts
  std::string id = unique_name();
  GroupFile about;
  std::string bytes;  // encoded, not yet in the file
  ByteSinkPtr sink;   // appends to `bytes`
  std::unique_ptr<EncodedRows> writer;
  Checksum checksum;
};

// One thread writes a file, its lane's, until finish().
struct DataWriter::File {
  DataFile about;
  std::vector<std::unique_ptr<Part>> parts;
  std::optional<ZoneBuilder> zone;
  int64_t batches = 0;
  bool has_end = false;
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
  std::vector<std::vector<size_t>> groups = options_.groups;
  if (groups.empty()) groups.push_back(all_columns(*schema_));
  for (std::vector<size_t>& places : groups)
    parts_.push_back(columns_of(std::move(places)));
  const int threads = usable_cores();
  for (int i = 0; i < threads; ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    Lane& lane = *lanes_.back();
    lane.thread = start_thread([this, &lane] { work(lane); });
  }
}

DataWriter::Columns DataWriter::columns_of(std::vector<size_t> places) const {
  Columns columns;
  std::vector<Field> fields;
  for (size_t i = 0; i < places.size(); ++i) {
    fields.push_back((*schema_)[places[i]]);
    if (std::binary_search(with_stats_.begin(), with_stats_.end(), places[i])) {
      columns.with_stats.push_back(i);
    }
  }
  columns.schema = make_schema(std::move(fields));
  columns.places = std::move(places);
  return columns;
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
  for (const Columns& columns : parts_) {
    auto part = std::make_unique<Part>(columns, part_count_++);
    part->about.path =
        (subfolder.empty() ? "" : subfolder + "/") + part->id + suffix_of(options_.format);
    part->sink = sink_to_string(part->bytes);
    file->parts.push_back(std::move(part));
    const std::lock_guard lock(writing_);
    written_.add();
  }
  file->about.path = file->parts[0]->about.path;
  file->about.partition_values = std::move(values);
  file->about.tags = std::move(tags);
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
  const bool is_divided = parts_.size() > 1 && rows.rows > 1 && byte_size(rows) > kMostGroupedBytes;
  if (is_divided) {
    const int64_t half = rows.rows / 2;
    write(file, slice(rows, 0, half));
    return write(file, slice(rows, half, rows.rows - half));
  }
  if (!file.zone) file.zone.emplace(schema_, with_stats_);
  for (const std::unique_ptr<Part>& part : file.parts)
    write(*part, rows);
  file.zone->add(rows);
  ++file.batches;
}

void DataWriter::write(Part& part, const Batch& rows) {
  const Columns& columns = part.columns;
  if (part.writer == nullptr) {
    part.writer = std::make_unique<EncodedRows>(*part.sink, with_id(*columns.schema, part.id),
                                                options_, columns.with_stats);
  }
  Batch some{columns.schema, rows.rows, {}};
  for (const size_t place : columns.places)
    some.columns.push_back(rows.columns[place]);
  part.writer->write(some);
  flush(part);
}

void DataWriter::end(File& file) {
  for (const std::unique_ptr<Part>& part : file.parts) {
    PENSTOCK_CHECK(part->writer != nullptr);
    part->writer->finish();
    part->writer.reset();
    flush(*part);
  }
  file.has_end = true;
}

void DataWriter::flush(Part& part) {
  part.checksum.add(part.bytes.data(), std::ssize(part.bytes));
  part.about.size += std::ssize(part.bytes);
  {
    const std::lock_guard lock(writing_);
    written_.append(part.number, part.bytes);
  }
  // What a batch takes would stay for each of thousands of files.
  std::string().swap(part.bytes);
}

// What the log says of a file whose parts have their names.
DataFile DataWriter::about(File& file) const {
  DataFile about = std::move(file.about);
  for (const std::unique_ptr<Part>& part : file.parts) {
    struct stat status {};
    const std::string path = folder_ + "/" + part->about.path;
    if (stat(path.c_str(), &status) != 0) throw Error::system(path, "look at", errno);
    about.modified = std::max(about.modified, log_time_of(status));
    about.size += part->about.size;
    part->about.checksum = fmt::format("{:016x}", part->checksum.value());
    if (!options_.groups.empty()) about.groups.push_back(part->about);
  }
  about.tags[kChecksumTag] = file.parts[0]->about.checksum;
  about.tags[kBatchesTag] = std::to_string(file.batches);
  file.zone->end_zone();
  about.stats = encode_stats(file.zone->finish(), 0, *schema_);
  return about;
}

std::vector<DataFile> DataWriter::finish() {
  stop();
  throw_failure();
  std::vector<std::string> names;
  for (const std::unique_ptr<File>& file : files_) {
    if (!file->has_end) end(*file);
    for (const std::unique_ptr<Part>& part : file->parts)
      names.push_back(folder_ + "/" + part->about.path);
  }
  try {
    written_.give_names(names);
  } catch (...) {
    for (const std::string& name : names)
      unlink(name.c_str());
    throw;
  }
  std::vector<DataFile> files;
  for (const std::unique_ptr<File>& file : files_)
    files.push_back(about(*file));
  return files;
}

}  // namespace penstock
