// Makes batches of one chunk of JSON records: the work of a parsing thread.
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

// How records are arranged in the input.
enum class JsonLayout {
  kLines,    // one a line
  kRecords,  // one after the other, over any number of lines
  kArray,    // elements of one array
};

// What is decided when an input is opened. Immutable, shared by threads.
struct JsonPlan {
  struct Key {
    std::string name;
    TypePtr type;
    TypeOrigin origin = TypeOrigin::kInferred;
    bool converted = false;  // for the output or the filter
    bool checked = false;    // if not converted: the values are read only to find their faults
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

// A problem with its place: lines are counted from 0 in the chunk.
struct JsonComplaint {
  int64_t line = 0;
  JsonProblem problem;
  bool left_out = false;  // the record was left out; if not, the value became null
  std::string record;     // empty under OnError::kFail
};

struct JsonParsedChunk {
  std::vector<Batch> batches;  // none with 0 rows
  // In the order of the records. Under OnError::kFail there is at most one, and then the batches
  // hold the records before it.
  std::vector<JsonComplaint> complaints;
  int64_t newlines = 0;         // in the chunk
  int64_t newlines_before = 0;  // as in JsonChunk
  // Offsets in the input; both 0 unless records are lines.
  int64_t begin = 0;
  int64_t end = 0;
  std::string fault;  // as in JsonChunk
};

// Thread-safe; keeps memory that threads reuse from one chunk to the next.
class JsonChunkParser {
 public:
  struct Worker;

  explicit JsonChunkParser(std::shared_ptr<const JsonPlan> plan);

  // Parses a chunk. REQUIRES chunk.text.state != kTooLong. Throws what the plan's filter throws.
  JsonParsedChunk parse(const JsonChunk& chunk) const;

 private:
  std::vector<Batch> make_batches(const std::vector<ColumnPtr>& columns, int64_t rows) const;

  std::shared_ptr<const JsonPlan> plan_;
  std::shared_ptr<FreeList<Worker>> workers_;
};

}  // namespace penstock
