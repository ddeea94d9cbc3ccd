// Writes batches as text: CSV, TSV, NDJSON, JSON, lines, tables, blocks of lines, Markdown, HTML.
//
// CSV and TSV by RFC 4180 with LF: a field is quoted when it contains the delimiter, a quote, CR or
// LF, or begins with a byte order mark. Null is an empty field, the empty string is "". Lists and
// structs are JSON, binary is hex (value_text.h). Where another text stands for null, a value of
// the same bytes is quoted.
//
// NDJSON: one object for each row, with every column in it, null as null. JSON: an array of the
// same objects, one on a line.
//
// Lines: the bytes of the one text column, and LF. Null is an empty line; a value that contains LF
// is an Error.
//
// Tables: numbers to the right; a null is the word null (dim on a terminal); control characters are
// made visible. Widths are measured over the first 1000 rows. When cut to `width`, long text ends
// in "…", and columns for which there is no room are named in a last line; numbers are never cut.
//
// Vertical: a line of name and value for each column, and an empty line between rows; what a table
// makes visible is so here too.
//
// Markdown: pipe tables; null is an empty cell, a newline <br>. HTML: one table, a row on a line,
// in the same way.
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
  // What stands for null; by default nothing in CSV, TSV, Markdown and HTML, the word null in
  // tables and blocks. REQUIRES that it has no delimiter, quote or line end in CSV and TSV.
  std::optional<std::string> null_text;
  // Of CSV and TSV.
  bool quotes = true;  // false: fields as they are; one that needs quotes to be read is an Error
  bool quote_all = false;    // every field but nulls
  bool crlf = false;         // rows end with CR and LF
  std::optional<int> width;  // of a terminal: tables are cut to it; empty: as wide as needed
  bool color = false;
};

// Takes batches in order. Not thread-safe. The sink must outlive the writer, which does not
// finish() it.
class TextWriter {
 public:
  virtual ~TextWriter() = default;
  // Writes a batch. When it returns, all of the batch has been passed to the sink, except for the
  // rows of a table that are still being measured, and of JSON and HTML, which nobody can use
  // before their end. Throws Error for a value that the format cannot represent.
  virtual void write(const Batch& batch) = 0;
  // Writes the end, and the rows that were held back.
  virtual void finish() = 0;
};

// Makes a writer. The header of CSV, TSV and Markdown is written with the first rows, or at the end
// of an input without rows: so the text that a failed run leaves behind never looks like a table
// without rows. Throws Error when the format cannot represent the schema (`lines` of two columns),
// and a usage Error for options that contradict the format. REQUIRES a format that is text.
std::unique_ptr<TextWriter> make_text_writer(ByteSink& sink, SchemaPtr schema,
                                             const TextWriteOptions& options);

}  // namespace penstock
