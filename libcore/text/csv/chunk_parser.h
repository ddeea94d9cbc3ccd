// Makes batches of one chunk of CSV: the work of a parsing thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/text/csv/convert.h"
#include "libcore/text/csv/index.h"
#include "libcore/text/csv/records.h"
#include "libcore/text/free_list.h"
#include "libcore/text/lines/splitter.h"
#include "libcore/text/text_chunks.h"
#include "libcore/text/text_format.h"

namespace penstock {

// What is decided when a file is opened. Immutable, shared by threads.
struct CsvPlan {
  // A column to convert for the output or the filter, or to check, with check_all.
  struct Column {
    int64_t place = 0;  // in the file
    std::string name;
    TypePtr type;
    TypeOrigin origin = TypeOrigin::kDeclared;
    CsvColumnView view;
  };

  CsvPlan(CsvDialect dialect_of_file, CsvShape shape_of_records)
      : dialect(std::move(dialect_of_file)),
        shape(std::move(shape_of_records)),
        scanner(dialect, shape.ends_per_record() - (dialect.trailing_delimiter ? 1 : 0)) {}

  CsvDialect dialect;
  CsvShape shape;
  CsvScanner scanner;
  OnError on_error = OnError::kFail;
  bool check_all = false;
  ValueStyle style;
  std::vector<std::string> names;  // of all columns of the file
  std::vector<int64_t> places;     // of `columns`, ascending
  std::vector<Column> columns;
  std::vector<size_t> output;  // indices into columns
  SchemaPtr schema;            // of the output
  std::optional<RowFilter> filter;
  std::vector<size_t> filter_columns;  // indices into columns
  SchemaPtr filter_schema;
  std::optional<DateFormat> date_format;
  // For lines of another form than CSV's: what divides them, and how a field is read.
  LineSplitterPtr splitter;
  CsvDialect field_dialect;
  // Set when text must be checked even though the chunk is valid UTF-8: a delimiter that is not
  // ASCII may cut characters.
  bool check_all_text = false;
};

// A problem with its place: lines are counted from 0 in the chunk.
struct CsvComplaint {
  int64_t line = 0;
  CsvProblem problem;
  int64_t lines = 1;   // that the refused record stands on
  std::string record;  // the refused bytes; empty under OnError::kFail
};

struct CsvParsedChunk {
  std::vector<Batch> batches;  // none with 0 rows
  // In the order of the records. Under OnError::kFail there is at most one, and then the batches
  // are not complete.
  std::vector<CsvComplaint> complaints;
  int64_t newlines = 0;  // line ends of the chunk
  int64_t begin = 0;     // its offset in the input
  int64_t size = 0;      // its bytes
  bool last = false;     // nothing after the chunk can be read, whatever on_error says
};

// Thread-safe; keeps memory that threads reuse from one chunk to the next.
class CsvChunkParser {
 public:
  explicit CsvChunkParser(std::shared_ptr<const CsvPlan> plan);

  // Parses a chunk. Throws what the plan's filter throws.
  CsvParsedChunk parse(const TextChunk& chunk) const;

 private:
  // Finds the chunk's records that have no fault, and the faults of the others.
  void find_records(const TextChunk& chunk, LineText& lines, CsvIndex& index,
                    std::vector<CsvProblem>& problems) const;

  std::shared_ptr<const CsvPlan> plan_;
  std::shared_ptr<FreeList<CsvIndex>> indices_;
};

}  // namespace penstock
