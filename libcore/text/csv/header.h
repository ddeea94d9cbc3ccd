// The beginning of a CSV file: its byte-order mark, its header, the names of its columns.
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
  // Of a header with a quote too many, where reading goes on after faults: its names are what
  // stands between the delimiters of its line. Empty for any other.
  std::string fault;   // what is wrong with it
  std::string record;  // the line
};

// Reads the head off the input's first chunk that is not blank (null when there is none), which
// begins on `line`; on line 1 a byte-order mark may stand before it. Names come from the schema,
// else `names`, else the header, else they are c1, c2, … . Throws Error for an empty input whose
// columns nobody named; for one field a record by an assumed delimiter where another divides the
// first records; for a header with a fault, of another width than the names given, or other
// names than the schema's; for a name that stands twice, because no later option could tell which
// is meant.
CsvHead read_head(const ByteSource& source, const TextChunk* first, int64_t line,
                  const CsvDialect& dialect, const CsvReadOptions& options);

}  // namespace penstock
