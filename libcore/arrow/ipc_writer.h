// Writes Arrow IPC streams and files. Column buffers go to the sink without a copy, in one writev
// for each batch.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "libcore/arrow/compression.h"
#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

struct IpcWriteOptions {
  bool file = false;  // the file format (magic, footer) instead of the stream
  BodyCompression compression = BodyCompression::kNone;
  // Of files: keeps the zones of the batches in the footer, by which a reader skips batches; of the
  // first kZoneColumns columns, and of these too. A file with a batch that has metadata, or no
  // rows, has no zones: such a batch is never skipped.
  bool zones = false;
  std::vector<size_t> zone_columns = {};
};

// Not thread-safe. The sink must outlive the writer.
class IpcWriter {
 public:
  virtual ~IpcWriter() = default;
  // Writes a batch with its metadata, also when it has no rows. Of a batch that must be written as
  // several, the last has the metadata. REQUIRES columns of the schema's types.
  virtual void write(const Batch& batch) = 0;
  // Writes the end marker (and the footer). Without it, readers detect that the stream was cut.
  // Does not finish the sink.
  virtual void finish() = 0;
};

// Makes a writer, which writes the schema at once, so that the later stages of a pipeline start
// early.
std::unique_ptr<IpcWriter> make_ipc_writer(ByteSink& sink, SchemaPtr schema,
                                           const IpcWriteOptions& options = {});

}  // namespace penstock
