#include "libcore/text/ndjson_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/text/byte_scan.h"
#include "libcore/text/csv_partition.h"
#include "libcore/text/json_chunk_parser.h"
#include "libcore/text/json_plan.h"
#include "libcore/text/json_records.h"
#include "libcore/text/json_sample.h"
#include "libcore/text/text_chunks.h"

namespace penstock {
namespace {

// Chunks that wait for the pulling thread, besides one a thread.
constexpr int kParsedAhead = 2;

// The sequential part: the input in chunks, those of other partitions left out.
class ChunkProducer {
 public:
  // `source` outlives the object and stands at its beginning.
  ChunkProducer(PeekableSource& source, const JsonHead& head, const TextReadOptions& options)
      : source_(source), part_(options.partition - 1), parts_(options.partitions) {
    bool by_range = head.layout == JsonLayout::kLines && parts_ > 1 && source.size().has_value();
    if (by_range) {
      CsvDialect lines;
      lines.quotes = false;
      lines.lines = true;
      CsvCutter cutter(source, lines, 1, head.size, false);
      CsvCutter::Range range = cutter.range(options.partition, parts_);
      begin_ = range.begin;
      parts_ = 1;
      part_ = 0;
      TextChunkOptions chunks;
      chunks.begin = range.begin;
      chunks.end = range.end;
      lines_.emplace(source, chunks);
      return;
    }
    std::vector<uint8_t> before(static_cast<size_t>(head.size));
    read_fully(source, before.data(), head.size);
    if (head.layout == JsonLayout::kLines) {
      lines_.emplace(source, TextChunkOptions{});
    } else {
      JsonRecordChunks::Options chunks;
      chunks.array = head.layout == JsonLayout::kArray;
      records_.emplace(source, chunks);
    }
  }

  std::optional<JsonChunk> next() {
    int64_t newlines = 0;
    while (std::optional<JsonChunk> chunk = next_of_all()) {
      if (count_++ % parts_ != part_) {
        newlines += count_byte(chunk->text.data, chunk->text.size, '\n');
        if (chunk->fault.empty()) continue;
        chunk->text.size = 0;
      }
      chunk->newlines_before = newlines;
      return chunk;
    }
    return std::nullopt;
  }

  // Newlines of the source before the first chunk. Reads them: for messages.
  int64_t newlines_before_begin(const JsonHead& head) const {
    if (begin_ == 0) return head.newlines;
    int64_t newlines = 0;
    std::vector<uint8_t> piece(static_cast<size_t>(kTextChunkBytes));
    for (int64_t at = 0; at < begin_;) {
      int64_t got = source_.read_at(at, piece.data(), std::min(kTextChunkBytes, begin_ - at));
      if (got == 0) break;
      newlines += count_byte(piece.data(), got, '\n');
      at += got;
    }
    return newlines;
  }

 private:
  std::optional<JsonChunk> next_of_all() {
    if (records_) return records_->next();
    std::optional<TextChunk> text = lines_->next();
    if (!text) return std::nullopt;
    JsonChunk chunk;
    chunk.text = std::move(*text);
    if (chunk.text.state == TextChunk::State::kTooLong) {
      chunk.text.size = 0;
      chunk.fault = fmt::format("a record is longer than {} bytes", kMaxRecordBytes);
    }
    return chunk;
  }

  PeekableSource& source_;
  std::optional<TextChunks> lines_;
  std::optional<JsonRecordChunks> records_;
  int64_t begin_ = 0;
  int64_t part_;
  int64_t parts_;
  int64_t count_ = 0;
};

class NdjsonReader : public Operator {
 public:
  NdjsonReader(std::unique_ptr<PeekableSource> source, TextReadOptions options)
      : source_(std::move(source)), options_(std::move(options)) {
    head_ = look_at_json(*source_);
    JsonInputColumns columns = find_json_columns(*source_, head_, options_);
    if (columns.unreadable && options_.on_error == OnError::kFail) refuse_first_record();
    plan_ = make_json_plan(std::move(columns), options_, head_.layout);
  }

  SchemaPtr schema() const override { return plan_->schema; }

  std::optional<Batch> next() override {
    if (head_.empty) return std::nullopt;
    if (!pool_) start();
    while (at_ == parsed_.batches.size()) {
      report();
      std::optional<JsonParsedChunk> parsed = pool_->next();
      if (!parsed) return std::nullopt;
      parsed_ = std::move(*parsed);
      at_ = 0;
    }
    return std::move(parsed_.batches[at_++]);
  }

 private:
  // What is wrong with the first record tells more than that there are no columns. Throws it.
  void refuse_first_record() {
    JsonPlan plan;
    plan.layout = head_.layout;
    plan.schema = make_schema({});
    plan_ = std::make_shared<const JsonPlan>(std::move(plan));
    while (next()) {
    }
  }

  void start() {
    producer_.emplace(*source_, head_, options_);
    parser_.emplace(plan_);
    // One chunk is parsed as fast where it is.
    std::optional<int64_t> size = source_->size();
    int threads = size && *size <= kTextChunkBytes ? 0 : options_.threads;
    pool_.emplace(
        threads, threads == 0 ? 0 : kParsedAhead,
        source_->size() ? Consumer::kWorks : Consumer::kWaits, [this] { return producer_->next(); },
        [this](const JsonChunk& chunk) { return parser_->parse(chunk); });
  }

  // What was wrong in the chunk whose batches have all been handed out.
  void report() {
    int64_t line = lines_ + parsed_.newlines_before;
    lines_ = line + parsed_.newlines;
    for (JsonComplaint& complaint : parsed_.complaints) {
      const JsonProblem& problem = complaint.problem;
      int64_t place = line + complaint.line;
      if (options_.on_error == OnError::kFail) throw fault(place, problem);
      if (!options_.on_reject) continue;
      options_.on_reject({source_->name(), first_line() + place, problem.column, problem.reason,
                          std::move(complaint.record), complaint.left_out,
                          head_.layout == JsonLayout::kLines ? 1 : 0});
    }
    if (!parsed_.fault.empty()) {
      throw Error(fmt::format("{}:{}: {}", source_->name(), first_line() + lines_, parsed_.fault));
    }
    parsed_ = JsonParsedChunk();
    at_ = 0;
  }

  Error fault(int64_t line, const JsonProblem& problem) {
    std::string message = fmt::format("{}:{}: ", source_->name(), first_line() + line);
    if (!problem.column.empty()) message += fmt::format("column '{}': ", problem.column);
    message += problem.reason;
    if (!problem.advice.empty()) message += "; " + problem.advice;
    return Error(message);
  }

  int64_t first_line() {
    if (!first_line_) first_line_ = 1 + producer_->newlines_before_begin(head_);
    return *first_line_;
  }

  std::unique_ptr<PeekableSource> source_;
  TextReadOptions options_;
  JsonHead head_;
  std::shared_ptr<const JsonPlan> plan_;
  std::optional<ChunkProducer> producer_;
  std::optional<JsonChunkParser> parser_;
  JsonParsedChunk parsed_;
  size_t at_ = 0;
  int64_t lines_ = 0;  // newlines before the chunk after this one, counted from the first chunk
  std::optional<int64_t> first_line_;
  std::optional<OrderedPool<JsonChunk, JsonParsedChunk>> pool_;  // its threads use all of the above
};

}  // namespace

OperatorPtr open_ndjson(std::unique_ptr<PeekableSource> source, TextReadOptions options) {
  return std::make_unique<NdjsonReader>(std::move(source), std::move(options));
}

}  // namespace penstock
