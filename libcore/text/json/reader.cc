#include "libcore/text/json/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/check.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/text/byte_scan.h"
#include "libcore/text/csv/partition.h"
#include "libcore/text/json/chunk_parser.h"
#include "libcore/text/json/plan.h"
#include "libcore/text/json/records.h"
#include "libcore/text/json/sample.h"
#include "libcore/text/line_counter.h"
#include "libcore/text/shared_chunks.h"
#include "libcore/text/text_chunks.h"

namespace penstock {
namespace {

// Chunks that wait for the pulling thread, in addition to one for each thread.
constexpr int kParsedAhead = 2;

// Records may be short and columns many, all of which have a value of each record: the more
// columns, the less is read at a time.
int64_t chunk_bytes(const JsonPlan& plan) {
  constexpr int64_t kUsualColumns = 64;
  constexpr int64_t kLeast = int64_t{16} << 10;
  int64_t columns = 0;
  for (const JsonPlan::Key& key : plan.keys)
    columns += key.converted ? count_columns(*key.type) : 0;
  return std::max(kLeast, kTextChunkBytes / std::max<int64_t>(1, columns / kUsualColumns));
}

// The sequential part: the input in chunks, those of other partitions left out.
class ChunkProducer {
 public:
  // `source` must outlive the object and be at its beginning.
  ChunkProducer(PeekableSource& source, const JsonHead& head, const TextReadOptions& options,
                int64_t chunk_bytes)
      : part_(options.partition - 1), parts_(options.partitions) {
    CsvDialect lines;
    lines.quotes = false;
    lines.lines = true;
    if (options.shared.source != nullptr && head.layout == JsonLayout::kLines) {
      parts_ = 1;
      part_ = 0;
      shared_.emplace(source, options.shared, SharedRecords{head.size, false, false, {}});
      return;
    }
    if (options.shared.source != nullptr) take_partition(options.shared);
    bool by_range = head.layout == JsonLayout::kLines && parts_ > 1 && source.size().has_value();
    if (by_range) {
      CsvCutter cutter(source, lines, 1, head.size, false);
      CsvCutter::Range range = cutter.range(options.partition, parts_);
      parts_ = 1;
      part_ = 0;
      TextChunkOptions chunks;
      chunks.chunk_bytes = chunk_bytes;
      chunks.begin = range.begin;
      chunks.end = range.end;
      lines_.emplace(source, chunks);
      return;
    }
    std::vector<uint8_t> before(static_cast<size_t>(head.size));
    read_fully(source, before.data(), head.size);
    if (head.layout == JsonLayout::kLines) {
      TextChunkOptions chunks;
      chunks.chunk_bytes = chunk_bytes;
      lines_.emplace(source, chunks);
      lines_begin_ = head.size;
    } else {
      JsonRecordChunks::Options chunks;
      chunks.chunk_bytes = chunk_bytes;
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

 private:
  // The chunk that is the given partition belongs to this scan; other scans do not
  // wait for it in any order.
  void take_partition(const SharedInput& shared) {
    std::optional<Chunk> chunk = shared.source->take(shared.input);
    PENSTOCK_CHECK(chunk && chunk->part == part_ + 1);
    shared.source->tell_next(chunk->end);
  }

  std::optional<JsonChunk> next_of_all() {
    if (records_) return records_->next();
    std::optional<TextChunk> text = shared_ ? shared_->next() : lines_->next();
    if (!text) return std::nullopt;
    JsonChunk chunk;
    chunk.text = std::move(*text);
    chunk.text.offset += lines_begin_;
    if (chunk.text.state == TextChunk::State::kTooLong) {
      chunk.text.size = 0;
      chunk.fault = fmt::format("a record is longer than {} bytes", kMaxRecordBytes);
    }
    return chunk;
  }

  std::optional<TextChunks> lines_;
  int64_t lines_begin_ = 0;  // where offsets of lines_ are counted from
  std::optional<SharedChunks> shared_;
  std::optional<JsonRecordChunks> records_;
  int64_t part_;
  int64_t parts_;
  int64_t count_ = 0;
};

class NdjsonReader : public Operator {
 public:
  NdjsonReader(std::unique_ptr<PeekableSource> source, TextReadOptions options)
      : source_(std::move(source)), options_(std::move(options)) {
    head_ = look_at_json(*source_, options_.schema ? kLivePatience : kGuessPatience);
    counter_ = LineCounter(head_.size, head_.newlines);
    JsonInputColumns columns = find_json_columns(*source_, head_, options_);
    if (columns.unreadable && options_.on_error == OnError::kFail) refuse_first_record();
    plan_ = make_json_plan(source_->name(), std::move(columns), options_, head_.layout);
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
  // Throws what is wrong with the first record, which says more than that there are no columns.
  void refuse_first_record() {
    JsonPlan plan;
    plan.layout = head_.layout;
    plan.schema = make_schema({});
    plan_ = std::make_shared<const JsonPlan>(std::move(plan));
    // Whatever part of the input is ours.
    options_.partition = options_.partitions = 1;
    options_.shared = {};
    try {
      while (next()) {
      }
    } catch (const Error& error) {
      if (!options_.format_guessed) throw;
      throw Error(error.message() + " (use --from=csv if this is CSV)");
    }
  }

  void start() {
    producer_.emplace(*source_, head_, options_, chunk_bytes(*plan_));
    parser_.emplace(plan_);
    // A single chunk is parsed as fast in this thread.
    std::optional<int64_t> size = source_->size();
    int threads = size && *size <= kTextChunkBytes ? 0 : options_.threads;
    pool_.emplace(
        threads, threads == 0 ? 0 : kParsedAhead,
        source_->size() ? Consumer::kWorks : Consumer::kWaits, [this] { return producer_->next(); },
        [this](const JsonChunk& chunk) { return parser_->parse(chunk); });
  }

  // Reports what was wrong in the chunk whose batches have all been returned.
  void report() {
    for (JsonComplaint& complaint : parsed_.complaints) {
      const JsonProblem& problem = complaint.problem;
      if (options_.on_error == OnError::kFail)
        throw fault(line_of_chunk() + complaint.line, problem);
      if (!options_.on_reject) continue;
      int64_t line = options_.reject_lines ? line_of_chunk() + complaint.line : 0;
      options_.on_reject({source_->name(), line, problem.column, problem.reason,
                          std::move(complaint.record),
                          complaint.left_out ? Reject::Fate::kLeftOut : Reject::Fate::kNull,
                          head_.layout == JsonLayout::kLines ? 1 : 0});
    }
    if (!parsed_.fault.empty()) {
      throw Error(fmt::format("{}:{}: {}", source_->name(), line_of_chunk() + parsed_.newlines,
                              parsed_.fault));
    }
    if (is_told_by_offset()) {
      counter_.pass(parsed_.begin, parsed_.end, parsed_.newlines);
    } else {
      lines_ += parsed_.newlines_before + parsed_.newlines;
    }
    parsed_ = JsonParsedChunk();
    at_ = 0;
  }

  Error fault(int64_t line, const JsonProblem& problem) const {
    std::string message = fmt::format("{}:{}: ", source_->name(), line);
    if (!problem.column.empty()) message += fmt::format("column '{}': ", problem.column);
    message += problem.reason;
    if (!problem.advice.empty()) message += "; " + problem.advice;
    return Error(message);
  }

  // Whether chunks have their offsets in the file; else they come one after the other, and say how
  // many lines were left out between.
  bool is_told_by_offset() const {
    return head_.layout == JsonLayout::kLines && source_->size().has_value();
  }

  // The line on which the chunk begins.
  int64_t line_of_chunk() {
    if (is_told_by_offset()) return 1 + counter_.before(parsed_.begin, *source_);
    return 1 + head_.newlines + lines_ + parsed_.newlines_before;
  }

  std::unique_ptr<PeekableSource> source_;
  TextReadOptions options_;
  JsonHead head_;
  std::shared_ptr<const JsonPlan> plan_;
  std::optional<ChunkProducer> producer_;
  std::optional<JsonChunkParser> parser_;
  JsonParsedChunk parsed_;
  size_t at_ = 0;
  // Newlines before the chunk after this one, as far as chunks have been handed out.
  LineCounter counter_{0, 0};
  int64_t lines_ = 0;  // used instead, from the first chunk on, if chunks have no offset
  std::optional<OrderedPool<JsonChunk, JsonParsedChunk>> pool_;  // its threads use all of the above
};

}  // namespace

OperatorPtr open_ndjson(std::unique_ptr<PeekableSource> source, TextReadOptions options) {
  return std::make_unique<NdjsonReader>(std::move(source), std::move(options));
}

}  // namespace penstock
