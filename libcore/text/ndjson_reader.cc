#include "libcore/text/ndjson_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/os/ordered_pool.h"
#include "libcore/text/byte_scan.h"
#include "libcore/text/csv_partition.h"
#include "libcore/text/json_chunk_parser.h"
#include "libcore/text/json_records.h"
#include "libcore/text/json_sample.h"
#include "libcore/text/text_chunks.h"

namespace penstock {
namespace {

// Chunks that wait for the pulling thread, besides one a thread.
constexpr int kChunksAhead = 2;

// All of the input's columns.
struct InputColumns {
  std::vector<Field> fields;
  std::vector<bool> declared;  // parallel: by --types
  bool unreadable = false;     // there is input, but no record of its sample can be read
};

// --types laid over what the sample or --schema says.
void declare_types(const TextReadOptions& options, InputColumns& columns) {
  auto declare = [&columns](size_t i, const TypePtr& type) {
    columns.fields[i].type = type;
    columns.fields[i].metadata.clear();
    columns.declared[i] = true;
  };
  for (const auto& [name, type] : options.types) {
    if (name != "*") continue;
    for (size_t i = 0; i < columns.fields.size(); ++i)
      declare(i, type);
  }
  for (const auto& [name, type] : options.types) {
    if (name == "*") continue;
    size_t i = 0;
    while (i < columns.fields.size() && columns.fields[i].name != name)
      ++i;
    if (i == columns.fields.size()) {
      // A key of which no sampled record knows.
      columns.fields.emplace_back().name = name;
      columns.declared.push_back(true);
    }
    declare(i, type);
  }
}

InputColumns find_columns(PeekableSource& source, const JsonHead& head,
                          const TextReadOptions& options) {
  InputColumns columns;
  if (options.schema) {
    columns.fields = options.schema->fields();
  } else if (!head.empty) {
    JsonGuess guess = sample_json(source, head);
    if (guess.key_count() > kMaxColumns) {
      throw Error(fmt::format("{}: {} keys in its records, over the limit of {} columns",
                              source.name(), guess.key_count(), kMaxColumns));
    }
    columns.fields = guess.fields();
    columns.unreadable = !guess.has_value();
  }
  columns.declared.assign(columns.fields.size(), false);
  declare_types(options, columns);
  if (columns.fields.empty() && head.empty) {
    throw Error(source.name() + ": empty input; no record to take columns from (use --schema)");
  }
  return columns;
}

void check_names(const std::string& file, const std::vector<Field>& fields) {
  std::unordered_set<std::string_view> names;
  for (const Field& field : fields) {
    if (!names.insert(field.name).second) {
      throw Error(fmt::format("{}: the schema has column '{}' twice; a JSON key stands once", file,
                              field.name));
    }
  }
}

class PlanMaker {
 public:
  PlanMaker(const std::string& file, const InputColumns& columns) : input_(columns.fields) {
    check_names(file, columns.fields);
    for (size_t i = 0; i < input_.size(); ++i) {
      plan_.keys.push_back({input_[i].name, input_[i].type, columns.declared[i], false});
    }
  }

  JsonPlan make(const TextReadOptions& options, JsonLayout layout) {
    plan_.layout = layout;
    plan_.on_error = options.on_error;
    std::vector<size_t> output = pick(options.columns ? *options.columns : input_.names());
    std::vector<size_t> filter;
    if (options.filter) {
      plan_.filter = options.filter(input_);
      filter = pick(plan_.filter->columns);
    }
    plan_.schema = schema_of(output);
    plan_.filter_schema = schema_of(filter);
    plan_.output = among_converted(output);
    plan_.filter_columns = among_converted(filter);
    return std::move(plan_);
  }

 private:
  std::vector<size_t> pick(const std::vector<std::string>& names) {
    std::vector<size_t> picked;
    for (const std::string& name : names) {
      picked.push_back(input_.index_of(name));
      plan_.keys[picked.back()].converted = true;
    }
    return picked;
  }

  SchemaPtr schema_of(const std::vector<size_t>& picked) const {
    std::vector<Field> fields;
    for (size_t i : picked)
      fields.push_back(input_[i]);
    return make_schema(std::move(fields));
  }

  std::vector<size_t> among_converted(std::vector<size_t> picked) const {
    for (size_t& place : picked) {
      auto end = plan_.keys.begin() + static_cast<std::ptrdiff_t>(place);
      place = static_cast<size_t>(std::count_if(
          plan_.keys.begin(), end, [](const JsonPlan::Key& key) { return key.converted; }));
    }
    return picked;
  }

  Schema input_;
  JsonPlan plan_;
};

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
    InputColumns columns = find_columns(*source_, head_, options_);
    if (columns.unreadable && options_.on_error == OnError::kFail) refuse_first_record();
    PlanMaker maker(source_->name(), columns);
    plan_ = std::make_shared<const JsonPlan>(maker.make(options_, head_.layout));
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
        threads, threads == 0 ? 0 : kChunksAhead, [this] { return producer_->next(); },
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
                          std::move(complaint.record)});
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
