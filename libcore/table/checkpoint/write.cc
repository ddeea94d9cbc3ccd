#include "libcore/table/checkpoint/write.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/number.h"
#include "libcore/base/utf8.h"
#include "libcore/data/json_writer.h"
#include "libcore/parquet/plugin.h"
#include "libcore/parquet/writer.h"
#include "libcore/table/checkpoint/encode.h"
#include "libcore/table/checkpoint/log_files.h"
#include "libcore/table/log_time.h"

namespace penstock {
namespace {

constexpr const char* kInterval = "delta.checkpointInterval";
constexpr const char* kRetention = "delta.deletedFileRetentionDuration";

constexpr std::array<std::pair<std::string_view, int64_t>, 6> kUnits = {{{"week", 604'800'000},
                                                                         {"day", 86'400'000},
                                                                         {"hour", 3'600'000},
                                                                         {"minute", 60'000},
                                                                         {"second", 1'000},
                                                                         {"millisecond", 1}}};

std::optional<int64_t> milliseconds_of(std::string_view unit) {
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (const auto& [name, milliseconds] : kUnits) {
    if (unit == name) return milliseconds;
  }
  return std::nullopt;
}

int64_t interval_of(const TableMetadata& metadata) {
  const std::string text = metadata.configured(kInterval);
  if (text.empty()) return kCheckpointInterval;
  const int64_t interval = parse_int64(text).value_or(0);
  if (interval > 0) return interval;
  throw Error(
      fmt::format("{} is '{}', which is not a number of versions", kInterval, printable(text)));
}

int64_t retention_of(const TableMetadata& metadata) {
  const std::string text = metadata.configured(kRetention);
  if (text.empty()) return kRemovedKept;
  if (const std::optional<int64_t> kept = parse_retention(text)) return *kept;
  throw Error(fmt::format("{} is '{}', which is not a time as in 'interval 7 days'", kRetention,
                          printable(text)));
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

std::optional<int64_t> parse_retention(const std::string& text) {
  std::istringstream words(text);
  std::string word;
  std::string unit;
  int64_t total = 0;
  bool has_any = false;
  if (!(words >> word) || word != "interval") return std::nullopt;
  while (words >> word) {
    const std::optional<int64_t> count = parse_int64(word);
    if (!count || *count < 0 || !(words >> unit)) return std::nullopt;
    const std::optional<int64_t> each = milliseconds_of(unit);
    int64_t part = 0;
    if (!each || __builtin_mul_overflow(*count, *each, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
    has_any = true;
  }
  if (!has_any) return std::nullopt;
  return total;
}

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
