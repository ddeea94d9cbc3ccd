// One chunk of JSON records made into batches: what a parsing thread does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/text/date_format.h"
#include "libcore/text/free_list.h"
#include "libcore/text/json/column.h"
#include "libcore/text/json/records.h"
#include "libcore/text/text_format.h"

namespace penstock {

// How records stand in the input.
enum class JsonLayout {
  kLines,    // one a line
  kRecords,  // one after the other, over any number of lines
  kArray,    // elements of one array
};

// What opening an input settles. Immutable, shared by threads.
struct JsonPlan {
  struct Key {
    std::string name;
    TypePtr type;
    TypeOrigin origin = TypeOrigin::kInferred;
    bool converted = false;  // for the output or the filter
    bool checked = false;    // else; its values are read, to find what is wrong with them
  };
  JsonLayout layout = JsonLayout::kLines;
  OnError on_error = OnError::kFail;
  std::vector<Key> keys;
  std::vector<size_t> output;  // indices into the converted keys
  SchemaPtr schema;            // of the output
  std::optional<RowFilter> filter;
  std::vector<size_t> filter_columns;  // indices into the converted keys
  SchemaPtr filter_schema;
  std::optional<DateFormat> dates;
};

// A problem with its place: lines from 0 in the chunk.
struct JsonComplaint {
  int64_t line = 0;
  JsonProblem problem;
  bool left_out = false;  // the record is; else the value is null
  std::string record;     // empty under OnError::kFail
};

struct JsonParsedChunk {
  std::vector<Batch> batches;  // none with 0 rows
  // In record order. Under OnError::kFail at most one, and then the batches hold what came before.
  std::vector<JsonComplaint> complaints;
  int64_t newlines = 0;         // in the chunk
  int64_t newlines_before = 0;  // as in JsonChunk
  // In the input; both 0 unless records are lines.
  int64_t begin = 0;
  int64_t end = 0;
  std::string fault;  // as in JsonChunk
};

// Thread-safe; owns what threads reuse from one chunk to the next.
class JsonChunkParser {
 public:
  struct Worker;

  explicit JsonChunkParser(std::shared_ptr<const JsonPlan> plan);

  // REQUIRES chunk.text.state != kTooLong. Throws what the plan's filter throws.
  JsonParsedChunk parse(const JsonChunk& chunk) const;

 private:
  std::vector<Batch> make_batches(const std::vector<ColumnPtr>& columns, int64_t rows) const;

  std::shared_ptr<const JsonPlan> plan_;
  std::shared_ptr<FreeList<Worker>> workers_;
};

}  // namespace penstock
