#include "libcore/text/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/text/byte_scan.h"
#include "libcore/text/csv_chunk_parser.h"
#include "libcore/text/csv_header.h"
#include "libcore/text/csv_partition.h"
#include "libcore/text/csv_schema.h"
#include "libcore/text/text_chunks.h"

namespace penstock {
namespace {

// Chunks that may be read ahead of the one that is handed out, beside those being parsed.
constexpr int kChunksAhead = 2;

CsvDialect dialect_of(const CsvReadOptions& options) {
  CsvDialect dialect;
  dialect.delimiter = options.delimiter;
  dialect.quotes = options.quotes && !options.lines;
  dialect.trailing_delimiter = options.trailing_delimiter && !options.lines;
  dialect.lines = options.lines;
  return dialect;
}

void check_options(const CsvReadOptions& options) {
  if (options.delimiter == '\n' || options.delimiter == '\r' ||
      (options.delimiter == '"' && options.quotes) || options.delimiter == '\0') {
    throw Error::usage("--delimiter: a newline, '\\r', '\"' or NUL cannot delimit fields");
  }
  if (options.partition < 1 || options.partition > options.partitions) {
    throw Error::usage(fmt::format("--partition {}/{}: expected I/N with 1 <= I <= N",
                                   options.partition, options.partitions));
  }
}

int64_t count_newlines(const ByteSource& source, int64_t end) {
  std::vector<uint8_t> piece(size_t{256} << 10);
  int64_t lines = 0;
  for (int64_t at = 0; at < end;) {
    int64_t got =
        source.read_at(at, piece.data(), std::min(static_cast<int64_t>(piece.size()), end - at));
    if (got == 0) break;
    lines += count_byte(piece.data(), got, '\n');
    at += got;
  }
  return lines;
}

// Nothing but line ends, in the first chunk perhaps after the file's byte-order mark.
bool is_blank(const TextChunk& chunk, bool is_first) {
  std::string_view text(reinterpret_cast<const char*>(chunk.data), static_cast<size_t>(chunk.size));
  if (is_first && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    size_t newline = text.find('\n');
    if (newline == text.npos || !without_return(text.substr(0, newline)).empty()) return false;
    text.remove_prefix(newline + 1);
  }
  return true;
}

// A chunk without its first `size` bytes.
void skip(TextChunk& chunk, int64_t size) {
  chunk.data += size;
  chunk.size -= size;
}

class CsvReader : public Operator {
 public:
  CsvReader(std::unique_ptr<PeekableSource> source, CsvReadOptions options)
      : source_(std::move(source)), options_(std::move(options)), dialect_(dialect_of(options_)) {
    check_options(options_);
    TextChunkOptions chunking;
    chunking.chunk_bytes = options_.chunk_bytes;
    chunking.quotes = dialect_.quotes;
    if (options_.partitions > 1) {
      if (!source_->size()) {
        throw Error(source_->name() +
                    ": --partition needs a file that can be sought, not a pipe or compressed data");
      }
      chunking.begin = 0;
      chunking.end = *source_->size();
    }
    open(chunking);
    CsvChunkParser parser(plan_);
    pool_ = std::make_unique<OrderedPool<TextChunk, CsvParsedChunk>>(
        options_.threads, options_.threads > 0 ? kChunksAhead : 0,
        source_->size() ? Consumer::kWorks : Consumer::kWaits, [this] { return next_chunk(); },
        [parser](TextChunk chunk) { return parse(parser, chunk); });
  }

  SchemaPtr schema() const override { return plan_->schema; }

  std::optional<Batch> next() override {
    while (ready_.empty()) {
      std::optional<CsvParsedChunk> parsed = pool_->next();
      if (!parsed) return std::nullopt;
      for (const CsvComplaint& complaint : parsed->complaints)
        report(complaint);
      lines_ += parsed->newlines;
      for (Batch& batch : parsed->batches)
        ready_.push_back(std::move(batch));
    }
    Batch batch = std::move(ready_.front());
    ready_.pop_front();
    return batch;
  }

 private:
  // Reads the first chunk and settles names, types and the range to read.
  void open(const TextChunkOptions& chunking) {
    chunks_ = std::make_unique<TextChunks>(*source_, chunking);
    first_ = chunks_->next();
    int64_t blank_bytes = 0;
    int64_t blank_lines = 0;
    while (options_.header && !options_.lines && first_ && is_blank(*first_, blank_lines == 0)) {
      blank_bytes += first_->size;
      blank_lines += count_byte(first_->data, first_->size, '\n');
      first_ = chunks_->next();
    }
    if (first_ && first_->state == TextChunk::State::kTooLong) {
      throw_record(blank_lines + 1, too_long().problem);
    }
    CsvHead head = read_head(source_->name(), first_ ? &*first_ : nullptr, blank_lines + 1,
                             dialect_, options_);
    CsvSample sample;
    sample.source = source_.get();
    sample.data_begin = blank_bytes + head.size;
    lines_ = blank_lines + head.lines;
    if (first_) skip(*first_, head.size);
    if (first_ && first_->size == 0) first_ = chunks_->next();
    if (first_) {
      sample.first = {reinterpret_cast<const char*>(first_->data),
                      static_cast<size_t>(first_->size)};
      sample.whole = source_->size() && sample.data_begin + first_->size >= *source_->size();
    }
    auto width = static_cast<int64_t>(head.names.size());
    plan_ = make_plan(options_, dialect_, std::move(head.names), sample);
    if (options_.partitions > 1) open_range(chunking, width, sample.data_begin);
  }

  // Leaves what was read for the head and goes to the partition's records.
  void open_range(const TextChunkOptions& chunking, int64_t width, int64_t data_begin) {
    bool count = options_.on_error != OnError::kFail;
    CsvCutter cutter(*source_, dialect_, width, data_begin, count);
    auto [begin, end] = cutter.range(options_.partition, options_.partitions);
    TextChunkOptions range = chunking;
    range.begin = begin;
    range.end = end;
    chunks_ = std::make_unique<TextChunks>(*source_, range);
    first_.reset();
    range_begin_ = begin;
    lines_ = 0;
  }

  std::optional<TextChunk> next_chunk() {
    if (!first_) return chunks_->next();
    std::optional<TextChunk> chunk = std::move(first_);
    first_.reset();
    return chunk;
  }

  static CsvParsedChunk parse(const CsvChunkParser& parser, const TextChunk& chunk) {
    if (chunk.state != TextChunk::State::kTooLong) return parser.parse(chunk);
    CsvParsedChunk parsed;
    parsed.complaints.push_back(too_long());
    return parsed;
  }

  static CsvComplaint too_long() {
    CsvComplaint complaint;
    complaint.fatal = true;
    complaint.problem.reason =
        fmt::format("row is longer than {} MiB, the limit", kMaxRecordBytes >> 20);
    complaint.problem.advice = "is a quote left open? use --no-quotes if quotes are data";
    return complaint;
  }

  // The file's line on which the first chunk begins.
  int64_t first_line() {
    if (range_begin_ > 0 && !lines_before_) lines_before_ = count_newlines(*source_, range_begin_);
    return 1 + lines_before_.value_or(0);
  }

  // Empty for a problem of the whole record, and for a field beyond the header's.
  std::string column_of(const CsvProblem& problem) const {
    bool known = plan_ != nullptr && problem.column >= 0 &&
                 problem.column < static_cast<int64_t>(plan_->names.size());
    return known ? plan_->names[static_cast<size_t>(problem.column)] : std::string();
  }

  [[noreturn]] void throw_record(int64_t line, const CsvProblem& problem) const {
    std::string column = column_of(problem);
    if (!column.empty()) column = "column '" + column + "': ";
    throw Error(fmt::format("{}:{}: {}{}; {}", source_->name(), line, column, problem.reason,
                            problem.advice));
  }

  void report(const CsvComplaint& complaint) {
    int64_t line = first_line() + lines_ + complaint.line;
    const CsvProblem& problem = complaint.problem;
    if (options_.on_error == OnError::kFail || complaint.fatal) throw_record(line, problem);
    if (!options_.on_reject) return;
    Reject reject;
    reject.file = source_->name();
    reject.line = line;
    reject.column = column_of(problem);
    reject.reason = problem.reason;
    reject.record = complaint.record;
    options_.on_reject(reject);
  }

  std::unique_ptr<PeekableSource> source_;
  CsvReadOptions options_;
  CsvDialect dialect_;
  std::unique_ptr<TextChunks> chunks_;
  std::optional<TextChunk> first_;  // read already, not yet parsed
  std::shared_ptr<const CsvPlan> plan_;
  int64_t range_begin_ = 0;  // of a partition
  std::optional<int64_t> lines_before_;
  int64_t lines_ = 0;  // newlines in what has been handed out
  std::deque<Batch> ready_;
  // Last, so that its threads end before what they use.
  std::unique_ptr<OrderedPool<TextChunk, CsvParsedChunk>> pool_;
};

}  // namespace

OperatorPtr open_csv(std::unique_ptr<PeekableSource> source, CsvReadOptions options) {
  return std::make_unique<CsvReader>(std::move(source), std::move(options));
}

}  // namespace penstock
