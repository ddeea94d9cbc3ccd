// Finds the records of text that a LineSplitter reads, in the form of CSV's index, so that columns
// are made, filtered and checked alike.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libcore/text/csv/index.h"
#include "libcore/text/csv/inference.h"
#include "libcore/text/csv/scanner.h"
#include "libcore/text/lines/splitter.h"
#include "libcore/text/text_chunks.h"

namespace penstock {

// The slots of a record: one before its first byte; for each of `places`, one before the field's
// first byte and its end; and the record's end. So the stride is one more than that of the shape of
// line_shape(). Blank lines are left out. Appends the lines with a fault to `problems`.
void index_lines(const LineSplitter& splitter, const TextChunk& chunk, LineText& text,
                 const std::vector<int64_t>& places, CsvIndex& index,
                 std::vector<CsvProblem>& problems);

// The shape of records with so many wanted fields, and the slots of each.
CsvShape line_shape(size_t fields);
inline int64_t start_slot_of(size_t i) {
  return static_cast<int64_t>(2 * i + 1);
}

// Adds the fields of all lines of the text to the guesses, one for each of the splitter's columns.
// Skips lines with a fault, and guesses whose `wanted` is false.
void sample_lines(const LineSplitter& splitter, std::string_view text, const CsvSampling& sampling,
                  std::vector<TypeGuess>& guesses);

}  // namespace penstock
