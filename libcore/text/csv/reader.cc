#include "libcore/text/csv/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/text/byte_scan.h"
#include "libcore/text/csv/chunk_parser.h"
#include "libcore/text/csv/header.h"
#include "libcore/text/csv/partition.h"
#include "libcore/text/csv/reporter.h"
#include "libcore/text/csv/schema.h"
#include "libcore/text/line_skip.h"
#include "libcore/text/lines/head.h"
#include "libcore/text/shared_chunks.h"
#include "libcore/text/text_chunks.h"

namespace penstock {
namespace {

// Chunks that may be read ahead of the one that is being returned, in addition to those being
// parsed.
constexpr int kChunksAhead = 2;

// The bytes that a scan of a part of a file reads for the header alone.
constexpr int64_t kHeaderBytes = int64_t{4} << 10;

CsvDialect dialect_of(const CsvReadOptions& options) {
  CsvDialect dialect;
  dialect.delimiter = options.delimiter;
  dialect.lines = options.lines || options.is_of_lines();
  if (dialect.lines) {
    dialect.quotes = false;
    return dialect;
  }
  dialect.quotes = options.quotes;
  dialect.quote = options.quote.value_or('"');
  dialect.escape = options.escape.value_or('\0');
  dialect.comment = options.comment;
  dialect.ragged = options.ragged;
  dialect.trailing_delimiter = options.trailing_delimiter;
  return dialect;
}

// The options of names.
void check_names_options(const CsvReadOptions& options) {
  const char* given = options.header ? nullptr : "--no-header";
  if (given == nullptr && !options.names.empty()) given = "--names";
  if (given == nullptr) return;
  if (options.unique_names) {
    throw Error::usage(fmt::format("--unique-names is for the names of a header; leave {} out",
                                   options.header ? given : "it"));
  }
  if (!options.row_names.empty()) {
    throw Error::usage(
        fmt::format("--row-names and {} exclude each other; name all columns with "
                    "--names",
                    given));
  }
}

// How characters with a meaning may not meet.
void check_characters(const CsvReadOptions& options) {
  const std::string& delimiter = options.delimiter;
  if (!options.quotes && options.quote) {
    throw Error::usage("--no-quotes and --quote exclude each other");
  }
  const char quote = options.quote.value_or('"');
  if (delimiter.empty() ||
      delimiter.find_first_of(std::string_view("\r\n\0", 3)) != delimiter.npos ||
      (options.quotes && delimiter.find(quote) != delimiter.npos)) {
    throw Error::usage(
        fmt::format("--delimiter: a newline, '\\r', {}NUL cannot delimit fields",
                    options.quotes ? fmt::format("the quote ({}) or ", quote) : "or "));
  }
  if (!options.escape) return;
  if (options.quotes && *options.escape == quote) {
    throw Error::usage(
        "--escape: is the quote, which is doubled inside quotes without this option too; leave it "
        "out");
  }
  if (delimiter.find(*options.escape) != delimiter.npos) {
    throw Error::usage("--escape: is a byte of the delimiter");
  }
}

void check_numbers(const ValueStyle& style) {
  if (style.thousands != (style.decimal_comma ? "," : ".")) return;
  throw Error::usage(style.decimal_comma
                         ? "--thousands: the comma is the decimal point with --decimal-comma"
                         : "--thousands: the point is the decimal point without --decimal-comma");
}

void check_options(const CsvReadOptions& options) {
  check_characters(options);
  check_names_options(options);
  check_numbers(options.style);
  if (options.partition < 1 || options.partition > options.partitions) {
    throw Error::usage(fmt::format("--partition {}/{}: expected I/N with 1 <= I <= N",
                                   options.partition, options.partitions));
  }
}

// Nothing but line ends and comments, in the first chunk perhaps after the file's byte-order mark.
// Where blank lines may be records, comments alone are passed over.
bool has_no_record(const TextChunk& chunk, bool is_first, bool passes_blank,
                   const CsvDialect& dialect) {
  std::string_view text = text_of(chunk);
  if (is_first && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (passes_blank) return past_comments(text, 0, dialect) == text.npos;
  while (dialect.is_comment(text)) {
    const auto end = static_cast<int64_t>(std::min(text.find_first_of("\r\n"), text.size() - 1));
    text.remove_prefix(static_cast<size_t>(end + line_end_size(text, end, true)));
  }
  return text.empty();
}

// A chunk without its first `size` bytes.
void skip(TextChunk& chunk, int64_t size) {
  chunk.data += size;
  chunk.size -= size;
  chunk.offset += size;
}

class CsvReader : public Operator {
 public:
  CsvReader(std::unique_ptr<PeekableSource> source, CsvReadOptions options)
      : source_(std::move(source)), options_(std::move(options)), dialect_(dialect_of(options_)) {
    check_options(options_);
    chunking_.chunk_bytes = options_.chunk_bytes;
    chunking_.returns = !dialect_.lines;
    chunking_.quote = dialect_.quote;
    if (options_.skip > 0) skip_lines();
    if (is_shared()) {
      chunking_.begin = skipped_;
      chunking_.end = shared_size(*source_, options_.shared);
    } else if (options_.partitions > 1) {
      if (!source_->size()) {
        throw Error(source_->name() +
                    ": --partition needs a file that can be sought, not a pipe or compressed data");
      }
      chunking_.begin = skipped_;
      chunking_.end = *source_->size();
    }
    open();
    CsvChunkParser parser(plan_);
    pool_ = std::make_unique<OrderedPool<TextChunk, CsvParsedChunk>>(
        options_.threads, options_.threads > 0 ? kChunksAhead : 0,
        source_->size() ? Consumer::kWorks : Consumer::kWaits, [this] { return next_chunk(); },
        [parser](const TextChunk& chunk) { return parser.parse(chunk); });
  }

  SchemaPtr schema() const override { return plan_->schema; }

  std::optional<Batch> next() override {
    while (ready_.empty()) {
      std::optional<CsvParsedChunk> parsed = pool_->next();
      if (!parsed) return std::nullopt;
      reporter_->report(*parsed);
      for (Batch& batch : parsed->batches)
        ready_.push_back(std::move(batch));
    }
    Batch batch = std::move(ready_.front());
    ready_.pop_front();
    return batch;
  }

 private:
  // Returns whether records with a fault are left out and reading continues.
  bool goes_on() const { return options_.on_error != OnError::kFail && !dialect_.lines; }

  // Returns whether records are read one by one to find where they end.
  bool is_judged() const { return goes_on() || dialect_.needs_scanner(); }

  bool is_shared() const { return options_.shared.source != nullptr; }
  bool is_part() const { return is_shared() || options_.partitions > 1; }

  // Passes over the lines before the header.
  void skip_lines() {
    const SkippedLines skipped = penstock::skip_lines(*source_, options_.skip, chunking_.returns);
    if (skipped.lines < options_.skip) {
      throw Error(fmt::format("{}: has only {} line{}, but --skip {} leaves out more",
                              source_->name(), skipped.lines, skipped.lines == 1 ? "" : "s",
                              options_.skip));
    }
    // A pipe's offsets begin here.
    if (!source_->size()) return;
    skipped_ = skipped.bytes;
    chunking_.begin = skipped_;
    chunking_.end = *source_->size();
  }

  // Returns whether the format names all types.
  bool is_typed_by_format() const {
    return options_.splitter != nullptr &&
           std::ranges::all_of(options_.splitter->columns(),
                               [](const auto& column) { return column.type != nullptr; });
  }

  // Returns whether the type of a column is inferred.
  bool guesses(const std::vector<std::string>& names) const {
    if (options_.schema || options_.lines || is_typed_by_format()) return false;
    return std::ranges::any_of(names, [this](const std::string& name) {
      return std::ranges::none_of(options_.types, [&](const auto& typed) {
        return typed.first == name || typed.first == kAllOtherColumns;
      });
    });
  }

  // Reads the first chunk.
  void begin_chunks(const Patience& patience) {
    // If reading continues after faults, a quote must not take a whole file for a record before the
    // width of records is known.
    chunking_.quotes = dialect_.quotes && !is_judged();
    TextChunkOptions head_chunks = chunking_;
    if (is_part() && options_.schema != nullptr) {
      head_chunks.chunk_bytes = std::min(head_chunks.chunk_bytes, kHeaderBytes);
    }
    // The row after a header with a stray quote decides about it, however the input is divided.
    if (is_judged()) head_chunks.first_bytes = kTextChunkBytes;
    head_chunks.patience = patience;
    chunks_ = std::make_unique<TextChunks>(*source_, head_chunks);
    first_ = chunks_->next();
  }

  // Goes to the first chunk that is not blank; returns the bytes before it.
  int64_t skip_blank_lines(CsvStart& start) {
    int64_t bytes = 0;
    CsvScanner lines(dialect_, 1);
    while (!options_.lines && first_ &&
           has_no_record(*first_, start.lines == 0, options_.header, dialect_)) {
      bytes += first_->size;
      start.lines += lines.count_lines(text_of(*first_));
      first_ = chunks_->next();
    }
    return bytes;
  }

  CsvHead head_of(int64_t line) {
    const TextChunk* first = first_ ? &*first_ : nullptr;
    if (!options_.is_of_lines()) return read_head(*source_, first, line, dialect_, options_);
    LineHead lines = read_line_head(*source_, first, line, options_);
    options_.splitter = std::move(lines.splitter);
    return std::move(lines.head);
  }

  // Reads the first chunk and settles names, types and the range to read.
  void open() {
    const bool may_be_typed =
        options_.schema || options_.lines || !options_.types.empty() || is_typed_by_format();
    begin_chunks(may_be_typed ? kLivePatience : kGuessPatience);
    CsvStart start;
    start.lines = options_.skip;
    const int64_t blank_bytes = skip_blank_lines(start);
    CsvHead head = head_of(start.lines + 1);
    data_begin_ = skipped_ + blank_bytes + head.size;
    start.lines += head.lines;
    start.begin = data_begin_;
    if (!head.fault.empty()) {
      start.header = {source_->name(),
                      start.lines,
                      "",
                      head.fault + " of the header; its names are taken as they stand",
                      head.record,
                      Reject::Fate::kAsIs,
                      1};
    }
    auto width = static_cast<int64_t>(head.names.size());
    const bool is_guessed = guesses(head.names);
    const bool must_wait = may_be_typed && !source_->size() && is_guessed;
    if (must_wait) chunks_->wait_as(kGuessPatience);
    if (first_ && (is_judged() || must_wait)) {
      chunks_->take_back(*std::exchange(first_, std::nullopt), head.size);
      if (is_judged()) judge_records(*chunks_, width);
      first_ = chunks_->next();
    } else if (first_) {
      skip(*first_, head.size);
      // Where nothing is guessed, the first record may come when it likes.
      if (first_->size == 0) first_ = is_guessed ? chunks_->next() : std::nullopt;
    }
    chunks_->wait_as(kLivePatience);
    chunking_.quotes = dialect_.quotes;
    CsvSample sample;
    sample.source = source_.get();
    sample.data_begin = data_begin_;
    if (first_) {
      sample.first = text_of(*first_);
      sample.whole = source_->size() && data_begin_ + first_->size >= *source_->size();
    }
    plan_ = make_plan(options_, dialect_, std::move(head.names), sample);
    reporter_.emplace(*source_, options_, chunking_, plan_, std::move(start));
    if (is_shared()) {
      open_shared(width);
    } else if (options_.partitions > 1) {
      open_range(width);
    }
  }

  // Drops the bytes that were read for the head, and reads the shared chunks.
  void open_shared(int64_t width) {
    SharedRecords records{data_begin_, chunking_.quotes, chunking_.returns, {}, dialect_.quote};
    if (is_judged()) {
      records.judge = [dialect = dialect_, width] { return make_csv_judge(dialect, width); };
    }
    shared_ = std::make_unique<SharedChunks>(*source_, options_.shared, std::move(records));
    chunks_.reset();
    first_.reset();
  }

  void judge_records(TextChunks& chunks, int64_t width) const {
    chunks.judge_by(make_csv_judge(dialect_, width), dialect_.quotes);
  }

  // Drops the bytes that were read for the head, and goes to the records of the partition.
  void open_range(int64_t width) {
    TextChunkOptions range = chunking_;
    if (is_judged()) {
      range.begin = reporter_->count_to(cut(options_.partition - 1));
      if (options_.partition < options_.partitions) range.stop = cut(options_.partition);
    } else {
      CsvCutter cutter(*source_, dialect_, dialect_.lines ? 1 : width, data_begin_, false);
      auto [begin, end] = cutter.range(options_.partition, options_.partitions);
      range.begin = begin;
      range.end = end;
    }
    chunks_ = std::make_unique<TextChunks>(*source_, range);
    if (is_judged()) judge_records(*chunks_, width);
    first_.reset();
  }

  // Where partition i ends, before it is moved on to the beginning of a record.
  int64_t cut(int64_t i) const {
    __extension__ using Wide = __int128;
    auto bytes = static_cast<Wide>(chunking_.end - data_begin_);
    return data_begin_ + static_cast<int64_t>(bytes * i / options_.partitions);
  }

  std::optional<TextChunk> next_chunk() {
    if (is_shared()) return shared_->next();
    if (!first_) return chunks_->next();
    return std::exchange(first_, std::nullopt);
  }

  std::unique_ptr<PeekableSource> source_;
  CsvReadOptions options_;
  CsvDialect dialect_;
  std::unique_ptr<TextChunks> chunks_;
  std::unique_ptr<SharedChunks> shared_;  // instead, once the head is read
  std::optional<TextChunk> first_;        // read already, not yet parsed
  std::shared_ptr<const CsvPlan> plan_;
  TextChunkOptions chunking_;
  int64_t skipped_ = 0;     // bytes before the header of a source that can be sought
  int64_t data_begin_ = 0;  // of the first record
  std::optional<CsvReporter> reporter_;
  std::deque<Batch> ready_;
  // Declared last, so that its threads end before the members that they use.
  std::unique_ptr<OrderedPool<TextChunk, CsvParsedChunk>> pool_;
};

}  // namespace

OperatorPtr open_csv(std::unique_ptr<PeekableSource> source, CsvReadOptions options) {
  return std::make_unique<CsvReader>(std::move(source), std::move(options));
}

}  // namespace penstock
