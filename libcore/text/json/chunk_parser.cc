#include "libcore/text/json/chunk_parser.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/text/byte_scan.h"
#include "libcore/text/json/index.h"
#include "libcore/text/json/object.h"
#include "libcore/text/json/text.h"

namespace penstock {

struct JsonChunkParser::Worker {
  JsonIndex index;
  std::unique_ptr<JsonObject> object;
  MutableBuffer scratch;
};

namespace {

// Lines are indexed and walked this many bytes at a time: bytes and positions stay in a
// second-level cache.
constexpr int64_t kParseBytes = int64_t{128} << 10;

constexpr const char* kSkipAdvice = "use --on-error=skip to leave such records out";

std::unique_ptr<JsonObject> make_object(const JsonPlan& plan) {
  auto object = std::make_unique<JsonObject>("", "");
  for (const JsonPlan::Key& key : plan.keys) {
    std::unique_ptr<JsonColumn> column;
    if (key.converted || key.checked) {
      JsonReading reading{key.origin, plan.dates ? &*plan.dates : nullptr, key.converted};
      column = std::make_unique<JsonColumn>(key.type, reading, key.name, key.name);
    }
    object->add(key.name, std::move(column));
  }
  object->finish_keys();
  return object;
}

class ChunkRun {
 public:
  ChunkRun(const JsonPlan& plan, JsonChunkParser::Worker& worker, const JsonChunk& chunk)
      : plan_(plan), worker_(worker), chunk_(chunk.text), at_first_(chunk.first) {}

  void run() {
    if (plan_.layout != JsonLayout::kLines) {
      run_records();
      return;
    }
    int64_t begin = 0;
    while (begin < chunk_.size && !stopped_) {
      int64_t end = line_end(std::min(begin + kParseBytes, chunk_.size) - 1);
      run_lines(begin, end);
      begin = end;
    }
  }

  int64_t rows() const { return rows_; }
  std::vector<JsonComplaint>& complaints() { return complaints_; }

 private:
  // The end, past its newline, of the line that `offset` is in. A chunk ends with a newline.
  int64_t line_end(int64_t offset) const {
    const void* newline =
        std::memchr(chunk_.data + offset, '\n', static_cast<size_t>(chunk_.size - offset));
    return static_cast<const uint8_t*>(newline) - chunk_.data + 1;
  }

  void run_lines(int64_t begin, int64_t end) {
    // Without the last newline, which then is the space that stands after the last token.
    if (worker_.index.build(chunk_.data + begin, end - 1 - begin) == JsonIndex::Fault::kNone) {
      walk_lines(begin);
      return;
    }
    // Slowly, and only for what is faulty: one open quote would make the rest of the block one
    // string. Line by line the damage ends with its line.
    // A line by itself: a string that is not closed ends with it.
    while (begin < end && !stopped_) {
      int64_t next = line_end(begin);
      JsonIndex::Fault fault = worker_.index.build(chunk_.data + begin, next - 1 - begin);
      if (fault == JsonIndex::Fault::kNone) {
        walk_lines(begin);
      } else {
        refuse(begin, next - 1, to_text(fault));
      }
      begin = next;
    }
  }

  void walk_lines(int64_t begin) {
    context_.data = chunk_.data + begin;
    const uint32_t* token = worker_.index.tokens();
    const uint32_t* last = token + worker_.index.count();
    while (token < last && !stopped_) {
      int64_t start = begin + *token;
      int64_t newline = line_end(start) - 1;
      // Records are walked over without a look at newlines, which are spaces to JSON. That a record
      // keeps to its line is tested afterwards, by the places of its last token and of the next.
      auto limit = static_cast<uint32_t>(newline - begin);
      const uint32_t* next = worker_.object->append(context_, token);
      if (next == nullptr) {
        settle(start, newline);
      } else if (next[-1] >= limit || *next < limit) {
        // What was wrong within it does not matter: it is not a record.
        context_.problems.clear();
        refuse(start, newline,
               next[-1] >= limit ? "the record goes on past its line"
                                 : "something follows the record in its line");
        next = nullptr;
      } else if (context_.problems.empty()) {
        ++rows_;
      } else {
        settle(start, newline);
      }
      if (next == nullptr) {
        next = token;
        while (next < last && *next < limit)
          ++next;
      }
      token = next;
    }
  }

  void run_records() {
    JsonIndex::Fault fault = worker_.index.build(chunk_.data, chunk_.size);
    if (fault == JsonIndex::Fault::kNone) {
      walk_records(chunk_.data, 0);
      return;
    }
    // As with lines: the index of the whole chunk is faulty, so that each record is indexed by
    // itself and the faulty one is found.
    JsonRecordScanner scanner;
    int64_t begin = 0;
    while (begin < chunk_.size && !stopped_) {
      int64_t end = scanner.next_end(chunk_.data, begin, chunk_.size);
      // No bracket closes any more: the rest is one faulty record, and the loop ends.
      if (end <= begin) end = chunk_.size;
      run_one_record(begin, end);
      begin = end;
    }
  }

  // The record by itself, with spaces after it.
  void run_one_record(int64_t begin, int64_t end) {
    MutableBuffer& scratch = worker_.scratch;
    scratch.resize(0);
    scratch.append(chunk_.data + begin, end - begin);
    scratch.resize(end - begin + kBufferPadding);
    std::memset(scratch.data() + (end - begin), ' ', static_cast<size_t>(kBufferPadding));
    JsonIndex::Fault fault = worker_.index.build(scratch.data(), end - begin);
    if (fault == JsonIndex::Fault::kNone) {
      walk_records(scratch.data(), begin);
      return;
    }
    while (begin < end && (is_json_space(chunk_.data[begin]) || chunk_.data[begin] == ','))
      ++begin;
    refuse(begin, end, to_text(fault));
    at_first_ = false;
  }

  // `offset` is the place of `data` in the chunk.
  void walk_records(const uint8_t* data, int64_t offset) {
    context_.data = data;
    const uint32_t* token = worker_.index.tokens();
    const uint32_t* last = token + worker_.index.count();
    while (token < last && !stopped_) {
      if (plan_.layout == JsonLayout::kArray && !at_first_) {
        if (data[*token] != ',') {
          refuse(offset + *token, offset + *token, "expected ',' between records");
        } else {
          ++token;
        }
      }
      at_first_ = false;
      if (stopped_) return;
      const uint32_t* next = worker_.object->append(context_, token);
      if (next != nullptr && context_.problems.empty()) {
        ++rows_;
      } else {
        if (next == nullptr) next = past_record(data, token, last);
        settle(offset + *token, offset + (next == token ? *token : next[-1] + 1));
      }
      token = next;
    }
  }

  // By counting brackets, as the chunk was cut.
  static const uint32_t* past_record(const uint8_t* data, const uint32_t* token,
                                     const uint32_t* last) {
    int64_t depth = 0;
    while (token < last) {
      uint8_t c = data[*token++];
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (depth <= 0) break;
    }
    return token;
  }

  // Judges the record at chunk bytes [begin, end), in which problems were found.
  void settle(int64_t begin, int64_t end) {
    bool refused = context_.refused;
    bool drop = refused || plan_.on_error == OnError::kSkip;
    if (plan_.on_error == OnError::kFail) {
      complain(begin, end,
               std::move(refused ? context_.problems.back() : context_.problems.front()));
      stopped_ = true;
      drop = true;
    } else if (drop) {
      complain(begin, end,
               std::move(refused ? context_.problems.back() : context_.problems.front()));
    } else {
      for (JsonProblem& problem : context_.problems)
        complain(begin, end, std::move(problem));
    }
    context_.problems.clear();
    context_.refused = false;
    if (drop) {
      // Columns may have got a value of the record already, others not: all go back to the rows
      // before.
      worker_.object->truncate(rows_);
    } else {
      ++rows_;
    }
  }

  void refuse(int64_t begin, int64_t end, const char* reason) {
    JsonProblem problem;
    problem.reason = reason;
    problem.advice = kSkipAdvice;
    context_.problems.push_back(std::move(problem));
    context_.refused = true;
    settle(begin, end);
  }

  void complain(int64_t begin, int64_t end, JsonProblem problem) {
    // Lines are counted only up to a complaint: records without one cost nothing for it.
    counted_line_ += count_byte(chunk_.data + counted_to_, begin - counted_to_, '\n');
    counted_to_ = begin;
    JsonComplaint complaint;
    complaint.left_out = context_.refused || plan_.on_error == OnError::kSkip;
    complaint.line = counted_line_;
    complaint.problem = std::move(problem);
    if (plan_.on_error != OnError::kFail) {
      if (end > begin && chunk_.data[end - 1] == '\r') --end;
      complaint.record.assign(reinterpret_cast<const char*>(chunk_.data) + begin,
                              static_cast<size_t>(end - begin));
    }
    complaints_.push_back(std::move(complaint));
  }

  const JsonPlan& plan_;
  JsonChunkParser::Worker& worker_;
  const TextChunk& chunk_;
  bool at_first_;
  JsonContext context_;
  int64_t rows_ = 0;
  bool stopped_ = false;
  std::vector<JsonComplaint> complaints_;
  int64_t counted_to_ = 0;
  int64_t counted_line_ = 0;
};

Batch pick(const SchemaPtr& schema, const Batch& from, const std::vector<size_t>& columns) {
  Batch batch{schema, from.rows, {}};
  for (size_t i : columns)
    batch.columns.push_back(from.columns[i]);
  return batch;
}

}  // namespace

JsonChunkParser::JsonChunkParser(std::shared_ptr<const JsonPlan> plan)
    : plan_(std::move(plan)), workers_(std::make_shared<FreeList<Worker>>()) {}

JsonParsedChunk JsonChunkParser::parse(const JsonChunk& chunk) const {
  FreeList<Worker>::Lease worker = workers_->take();
  // What an exception left half done is not used again.
  if (!worker->object) worker->object = make_object(*plan_);
  ChunkRun run(*plan_, *worker, chunk);
  run.run();
  JsonParsedChunk parsed;
  parsed.complaints = std::move(run.complaints());
  parsed.newlines = count_byte(chunk.text.data, chunk.text.size, '\n');
  parsed.newlines_before = chunk.newlines_before;
  parsed.begin = chunk.text.offset;
  parsed.end = chunk.text.offset + chunk.text.size;
  parsed.fault = chunk.fault;
  parsed.batches = make_batches(worker->object->finish(), run.rows());
  return parsed;
}

std::vector<Batch> JsonChunkParser::make_batches(const std::vector<ColumnPtr>& columns,
                                                 int64_t rows) const {
  std::vector<Batch> batches;
  // Batches of about kBatchRows, none much smaller than the others, each at a multiple of 8 rows so
  // that bitmaps are shared.
  int64_t count = std::max<int64_t>(1, (rows + kBatchRows / 2) / kBatchRows);
  auto place = [rows, count](int64_t i) { return i == count ? rows : rows * i / count / 8 * 8; };
  for (int64_t i = 0; i < count; ++i) {
    Batch all{nullptr, place(i + 1) - place(i), {}};
    if (all.rows == 0) continue;
    for (const ColumnPtr& column : columns) {
      all.columns.push_back(count == 1 ? column : slice(column, place(i), all.rows));
    }
    Batch batch = pick(plan_->schema, all, plan_->output);
    if (plan_->filter) {
      std::vector<RowIndex> kept =
          plan_->filter->select(pick(plan_->filter_schema, all, plan_->filter_columns));
      if (kept.empty()) continue;
      if (static_cast<int64_t>(kept.size()) != batch.rows) batch = take(batch, kept);
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace penstock
