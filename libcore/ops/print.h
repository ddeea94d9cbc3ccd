// The end of a pipeline: an operator's rows written somewhere.
#pragma once

#include <cstdint>
#include <memory>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/text/write/writer.h"

namespace penstock {

struct PrintOptions {
  // kArrow is written by `ipc`, everything else by `text`, whose own format is set from this one.
  Format format = Format::kArrow;
  IpcWriteOptions ipc;
  TextWriteOptions text;
  Sync sync = Sync::kNo;  // of the file that is written; for who opens the sink
};

// Batches written in the format that options name, as they are given. Not thread-safe. The sink
// outlives the writer, which does not finish() it.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void write(const Batch& batch) = 0;
  // Writes the end: a stream's marker, a table's held rows.
  virtual void finish() = 0;
};

// Writes a stream's schema at once, so that late stages fail early; text begins with the first rows
// or the end. Throws as the writers of the formats do.
std::unique_ptr<RowWriter> make_row_writer(ByteSink& sink, const SchemaPtr& schema,
                                           const PrintOptions& options);

// Pulls `input` to its end and writes it; a schema goes out before the first batch is pulled, text
// not before there are rows. The end marker is written and the sink finished only when the input
// ended truly: what `input` throws passes through and leaves the output visibly cut. Returns the
// rows written.
int64_t print(Operator& input, ByteSink& sink, const PrintOptions& options);

}  // namespace penstock
