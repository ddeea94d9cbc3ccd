// Reads the beginning of a CSV file: its byte-order mark, its header, the names of its columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/os/byte_source.h"
#include "libcore/text/csv/reader.h"
#include "libcore/text/csv/records.h"
#include "libcore/text/text_chunks.h"

namespace penstock {

struct CsvHead {
  std::vector<std::string> names;
  int64_t size = 0;   // bytes before the first record: mark, blank lines, header
  int64_t lines = 0;  // newlines in them
  // For a header with a stray quote, where reading continues after faults: the names are then the
  // texts between the delimiters of its line. Empty for any other header.
  std::string fault;   // what is wrong with it
  std::string record;  // the line
};

// Returns the beginning of the first line at `at` or after it that is neither blank nor a comment;
// npos when there is none.
size_t past_comments(std::string_view text, size_t at, const CsvDialect& dialect);

// Reads the head from the input's first chunk that is not blank (null when there is none), which
// begins on `line`; on line 1, a byte-order mark may precede it. Names come from the schema, or
// else from `names`, or else from the header, or else they are c1, c2, … . With `unique_names`, a
// name that occurred before in the header gets _2 at its end, or the next number with which no name
// of the header is the same. The header of a file with `row_names` has one name less than its rows
// have fields, and that name stands before the others.
//
// Throws Error for an empty input whose columns have no names; for records that have one field with
// an assumed delimiter, but several with another delimiter, or another number in the second than in
// the first; for records that look like JSON, unless an option says that they are CSV; for a header
// with a fault, with another number of names than `names`, or with other names than the schema; and
// for a name that occurs twice, because later options could not tell which column is meant.
CsvHead read_head(const ByteSource& source, const TextChunk* first, int64_t line,
                  const CsvDialect& dialect, const CsvReadOptions& options);

}  // namespace penstock
