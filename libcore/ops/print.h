// The end of a pipeline: writes an operator's rows.
#pragma once

#include <cstdint>
#include <memory>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/parquet/writer.h"
#include "libcore/text/write/writer.h"

namespace penstock {

struct PrintOptions {
  // kArrow is written with the options `ipc`, kParquet has none, other formats with `text`, whose
  // own format is set from this one.
  Format format = Format::kArrow;
  IpcWriteOptions ipc;
  TextWriteOptions text;
  Sync sync = Sync::kNo;  // of the file that is written; for the code that opens the sink
};

// Writes batches in the format of the options, as they are given. Not thread-safe. The sink must
// outlive the writer, which does not finish() it.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  // Writes a batch. A stream has its metadata too, and batches without rows; text has neither, and
  // does not begin with a batch without rows.
  virtual void write(const Batch& batch) = 0;
  // Writes the end: the end marker of a stream, the held rows of a table.
  virtual void finish() = 0;
};

// Makes a writer. It writes the schema of a stream at once, so that later stages fail early; text
// begins with the first rows or at the end. Throws as the writers of the formats do.
std::unique_ptr<RowWriter> make_row_writer(ByteSink& sink, const SchemaPtr& schema,
                                           const PrintOptions& options);

// Pulls `input` to its end and writes it. The schema of a stream is written before the first batch
// is pulled, text when there are rows. The end marker is written, and the sink finished, only at
// the true end of the input: an exception of `input` passes through and leaves the output visibly
// cut. Returns the number of rows.
int64_t print(Operator& input, ByteSink& sink, const PrintOptions& options);

}  // namespace penstock
