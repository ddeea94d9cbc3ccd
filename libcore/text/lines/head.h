// Settles the columns of text that is not CSV, whose records are lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "libcore/os/byte_source.h"
#include "libcore/text/csv/header.h"
#include "libcore/text/csv/reader.h"
#include "libcore/text/csv/schema.h"
#include "libcore/text/lines/splitter.h"

namespace penstock {

struct LineHead {
  CsvHead head;
  LineSplitterPtr splitter;
};

// Reads the head as read_head() does. Names are those of the format: of fixed widths those of the
// header, --names, or c1, c2, …; of pairs the keys in the sample, and those that --types adds.
// --schema replaces them. Throws Error as read_head() does, and for a sample without a pair.
// REQUIRES options.is_of_lines().
LineHead read_line_head(const ByteSource& source, const TextChunk* first, int64_t line,
                        const CsvReadOptions& options);

// Calls `take` with whole lines of the sample, spread as CSV's is.
void each_sample(const CsvSample& sample, const std::function<void(std::string_view)>& take);

}  // namespace penstock
