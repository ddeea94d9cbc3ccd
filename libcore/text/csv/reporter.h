// Reports the faults of a CSV input, each with its line, which is counted only when it is needed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "libcore/os/byte_source.h"
#include "libcore/text/csv/chunk_parser.h"
#include "libcore/text/csv/reader.h"
#include "libcore/text/text_chunks.h"
#include "libcore/text/text_format.h"

namespace penstock {

// Where the records of an input begin.
struct CsvStart {
  int64_t begin = 0;             // the offset of the first record
  int64_t lines = 0;             // line ends before it
  std::optional<Reject> header;  // set when the header has a fault
};

// Not thread-safe. Chunks that are reported one after another from the start are counted as they
// come. For a part of an input, the lines before it are counted at its first fault.
class CsvReporter {
 public:
  // `source` and `options` must outlive this object. `chunking` separates the records; its begin
  // is set if the reader reads a part of the input.
  CsvReporter(ByteSource& source, const CsvReadOptions& options, TextChunkOptions chunking,
              std::shared_ptr<const CsvPlan> plan, CsvStart start);

  // Reports the faults of the next chunk that was read, and that of the header before those of the
  // first record's chunk. With OnError::kFail, and for a chunk after which nothing can be read,
  // throws the first one as an Error "FILE:LINE: column 'x': reason; advice"; otherwise calls
  // options.on_reject. For a part of an input, throws a fault that lies before the part if that is
  // why the part has one.
  void report(const CsvParsedChunk& parsed);

  // Returns the offset of the first record at `offset` or after it, for an input that may have
  // faults: only reading from the first record on finds it. So the lines before it are known, too.
  int64_t count_to(int64_t offset);

 private:
  void report(const CsvComplaint& complaint, const CsvParsedChunk& chunk);
  int64_t lines_before(int64_t begin, const CsvProblem& problem);
  int64_t lines_before_fault(int64_t chunk_begin, int64_t offset, bool whole);
  // The chunks from the record at `begin` on, across faults.
  TextChunks chunks_from(int64_t begin, std::optional<int64_t> stop);
  std::string column_of(const CsvProblem& problem) const;
  // Whether records are separated by quotes alone, so that a fault may be why a part begins there.
  bool is_cut_by_quotes() const {
    return options_.on_error == OnError::kFail && !plan_->dialect.needs_scanner();
  }
  bool is_shared() const { return options_.shared.source != nullptr; }
  [[noreturn]] void throw_record(int64_t line, const CsvProblem& problem) const;
  [[noreturn]] void throw_wrong_cut() const;

  ByteSource& source_;
  const CsvReadOptions& options_;
  TextChunkOptions chunking_;
  std::shared_ptr<const CsvPlan> plan_;
  CsvStart start_;
  // Line ends as far as they were counted, and how far that is. Chunks that are returned are
  // counted if counting has reached them; parts of a file are not, until a line number is needed.
  int64_t lines_;
  int64_t lines_to_;
};

}  // namespace penstock
