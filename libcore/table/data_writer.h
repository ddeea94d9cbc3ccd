// Writes the data files of a change: rows come for each file, are encoded in as many threads as
// there are cores, and few files are open at once.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/os/byte_sink.h"
#include "libcore/partition/new_files.h"
#include "libcore/table/actions.h"
#include "libcore/table/layout.h"

namespace penstock {

// Batches that wait for each thread: enough to keep it busy while rows are divided.
inline constexpr size_t kWaitingBatches = 4;

struct DataWriteOptions {
  std::vector<SortKey> keys = {};  // columns of which the log has bounds besides the first ones
  TableFormat format = TableFormat::kArrow;
  Sync sync = Sync::kYes;
  int64_t row_group_bytes = 0;  // of Parquet: what a row group has in the memory of its writer
  // Columns that are written apart (groups_of()), each file as one of each group; empty for none.
  std::vector<std::vector<size_t>> groups = {};
};

// Batches of more bytes are written as several where columns are apart: so none is divided by its
// own writer, which would do so in one group alone.
inline constexpr int64_t kMostGroupedBytes = int64_t{256} << 20;

// Called by one thread. The files are in a folder without a name for people until finish(), and
// removed by destruction and by signals (partition/new_files.h).
class DataWriter {
 public:
  // `schema` is that of the files, with plain types. Makes `folder`, the table's directory, if it
  // is not there. Throws Error, also where Parquet cannot be written.
  DataWriter(const std::string& folder, SchemaPtr schema, DataWriteOptions options);
  ~DataWriter();
  DataWriter(const DataWriter&) = delete;
  DataWriter& operator=(const DataWriter&) = delete;

  // Begins a file, whose number is that of files before it. It gets a new name in a folder of the
  // table, "" for the table's directory itself, and has these values and tags in the log. REQUIRES
  // that it gets rows.
  void add(const std::string& subfolder, PartitionValues values = {}, TextMap tags = {});
  // Gives rows to a file, behind those that it has. Waits while many wait. Throws what writing has
  // thrown, perhaps for rows of an earlier call.
  void give(int64_t file, Batch rows);
  // Says that the file has all its rows, so that what its writer holds can be freed. Waits and
  // throws as give(). REQUIRES that it got some.
  void end(int64_t file);
  // Writes the files' ends, synchronizes them if that was asked for, gives them their names, and
  // returns what the log says of each. Call it once. Throws as give().
  std::vector<DataFile> finish();

  // Rows given so far.
  int64_t rows() const { return rows_; }

 private:
  class EncodedRows;
  // The columns of a file of the disk.
  struct Columns {
    SchemaPtr schema;
    std::vector<size_t> places;      // in schema_
    std::vector<size_t> with_stats;  // in its own schema
  };
  struct Part;
  struct File;
  struct Lane;
  Columns columns_of(std::vector<size_t> places) const;
  DataFile about(File& file) const;
  void hand(int64_t file, std::optional<Batch> rows);
  void work(Lane& lane);
  void write(File& file, const Batch& rows);
  void write(Part& part, const Batch& rows);
  void end(File& file);
  void flush(Part& part);
  void stop();
  void throw_failure();

  std::string folder_;
  SchemaPtr schema_;
  DataWriteOptions options_;
  std::vector<size_t> with_stats_;
  std::vector<Columns> parts_;  // of each file: one, or one for each group
  std::vector<std::unique_ptr<File>> files_;
  int64_t part_count_ = 0;
  int64_t rows_ = 0;
  std::mutex writing_;  // of written_
  NewFiles written_;
  std::mutex mutex_;  // of what follows, and of the lanes' batches
  std::condition_variable changed_;
  bool is_stopped_ = false;
  std::exception_ptr failure_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace penstock
