#include "libcore/table/checkpoint/write.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/json_writer.h"
#include "libcore/parquet/plugin.h"
#include "libcore/parquet/writer.h"
#include "libcore/table/checkpoint/encode.h"
#include "libcore/table/checkpoint/log_files.h"
#include "libcore/table/checkpoint/retention.h"
#include "libcore/table/log_time.h"

namespace penstock {
namespace {

constexpr const char* kInterval = "delta.checkpointInterval";

int64_t interval_of(const TableMetadata& metadata) {
  const std::string text = metadata.configured(kInterval);
  if (text.empty()) return kCheckpointInterval;
  const int64_t interval = parse_int64(text).value_or(0);
  if (interval > 0) return interval;
  throw Error(
      fmt::format("{} is '{}', which is not a number of versions", kInterval, printable(text)));
}

bool can_write_parquet() {
  try {
    (void)parquet_plugin();
    return true;
  } catch (const Error&) {
    return false;
  }
}

// Counts the bytes of a file while they are written.
class CountedSink : public ByteSink {
 public:
  explicit CountedSink(ByteSinkPtr below) : below_(std::move(below)) {}
  void write(std::span<const ByteRange> ranges) override {
    below_->write(ranges);
    for (const ByteRange& range : ranges)
      bytes_ += range.size;
  }
  void finish() override { below_->finish(); }
  const std::string& name() const override { return below_->name(); }
  int64_t bytes() const { return bytes_; }

 private:
  ByteSinkPtr below_;
  int64_t bytes_ = 0;
};

}  // namespace

void write_checkpoint(const TableLog& log, int64_t version, Sync sync) {
  const TableState state = log.read(version);
  const int64_t keep_after = log_time_now() - retention_of(state.metadata);
  CountedSink file(open_sink(log.log_folder() + "/" + checkpoint_name(version), sync));
  const std::unique_ptr<ParquetWriter> writer =
      make_parquet_writer(file, schema_of_checkpoint(state));
  const int64_t rows =
      encode_checkpoint(state, keep_after, [&](const Batch& batch) { writer->write(batch); });
  writer->finish();
  file.finish();
  JsonWriter json;
  json.open('{');
  json.member("version", version);
  json.member("size", rows);
  json.member("sizeInBytes", file.bytes());
  json.member("numOfAddFiles", std::ssize(state.files));
  json.close('}');
  const ByteSinkPtr last = open_sink(log.log_folder() + "/" + kLastCheckpointName, sync);
  last->write(json.take());
  last->finish();
}

std::string write_due_checkpoint(const TableLog& log, int64_t version,
                                 const TableMetadata& metadata, Sync sync) {
  try {
    if (version == 0 || version % interval_of(metadata) != 0 || !can_write_parquet()) return {};
    write_checkpoint(log, version, sync);
    return {};
  } catch (const Error& error) {
    return fmt::format("no checkpoint of version {} is written: {}", version, error.message());
  }
}

}  // namespace penstock
