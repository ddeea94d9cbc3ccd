// Writes batches as text: CSV, TSV, NDJSON, lines, aligned tables, Markdown.
//
// CSV and TSV by RFC 4180 with LF: a field is quoted when it contains the delimiter, a quote, CR or
// LF, or begins with a byte order mark. Null is an empty field, the empty string is "". Lists and
// structs are JSON, binary is hex (value_text.h).
//
// NDJSON: one object for each row, with every column in it, null as null.
//
// Lines: the bytes of the one text column, and LF. Null is an empty line; a value that contains LF
// is an Error.
//
// Tables: numbers to the right; a null is the word null (dim on a terminal); control characters are
// made visible. Widths are measured over the first 1000 rows. When cut to `width`, long text ends
// in "…", and columns for which there is no room are named in a last line; numbers are never cut.
//
// Markdown: pipe tables; null is an empty cell, a newline <br>.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/text/text_format.h"

namespace penstock {

struct TextWriteOptions {
  Format format = Format::kCsv;
  char delimiter = ',';  // of kCsv; a TSV's is the tab
  bool header = true;
  std::optional<int> width;  // of a terminal: tables are cut to it; empty: as wide as needed
  bool color = false;
};

// Takes batches in order. Not thread-safe. The sink must outlive the writer, which does not
// finish() it.
class TextWriter {
 public:
  virtual ~TextWriter() = default;
  // Writes a batch. When it returns, all of the batch has been passed to the sink, except for the
  // rows of a table that are still being measured. Throws Error for a value that the format cannot
  // represent.
  virtual void write(const Batch& batch) = 0;
  // Writes the rows that were held back for measuring.
  virtual void finish() = 0;
};

// Makes a writer. The header of CSV, TSV and Markdown is written with the first rows, or at the end
// of an input without rows: so the text that a failed run leaves behind never looks like a table
// without rows. Throws Error when the format cannot represent the schema (`lines` of two columns),
// and a usage Error for options that contradict the format. REQUIRES a format other than kArrow.
std::unique_ptr<TextWriter> make_text_writer(ByteSink& sink, SchemaPtr schema,
                                             const TextWriteOptions& options);

}  // namespace penstock
