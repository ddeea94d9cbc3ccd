// Batches as text: CSV, TSV, NDJSON, lines, aligned tables, Markdown.
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
  char delimiter = ',';
  bool header = true;
  std::optional<int> width;  // of a terminal: tables are cut to it; empty: as wide as needed
  bool color = false;
};

// Takes batches in order. Not thread-safe. The sink outlives the writer, which does not finish() it.
class TextWriter {
 public:
  virtual ~TextWriter() = default;
  // Throws Error when the schema cannot be written so (`lines` of two columns).
  virtual void write(const Batch& batch) = 0;
  // Writes what is held back (a table's rows are measured before they are printed).
  virtual void finish() = 0;
};

// Writes the header of CSV and TSV at once, so that late stages start early.
std::unique_ptr<TextWriter> make_text_writer(ByteSink& sink, SchemaPtr schema,
                                             const TextWriteOptions& options);

}  // namespace penstock
