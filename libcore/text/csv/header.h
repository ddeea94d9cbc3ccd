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

// Reads the head from the input's first chunk that is not blank (null when there is none), which
// begins on `line`; on line 1, a byte-order mark may precede it. Names come from the schema, or
// else from `names`, or else from the header, or else they are c1, c2, … .
//
// Throws Error for an empty input whose columns have no names; for records that have one field with
// an assumed delimiter, but several with another delimiter; for a header with a fault, with another
// number of names than `names`, or with other names than the schema; and for a name that occurs
// twice, because later options could not tell which column is meant.
CsvHead read_head(const ByteSource& source, const TextChunk* first, int64_t line,
                  const CsvDialect& dialect, const CsvReadOptions& options);

}  // namespace penstock
