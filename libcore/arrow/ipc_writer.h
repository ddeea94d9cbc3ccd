// Arrow IPC streams and files out. Column buffers go to the sink as they lie, in one writev a
// batch.
#pragma once

#include <memory>

#include "libcore/arrow/compression.h"
#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"

namespace penstock {

struct IpcWriteOptions {
  bool file = false;  // the file format (magic, footer) instead of the stream
  BodyCompression compression = BodyCompression::kNone;
};

// Not thread-safe. The sink outlives the writer.
class IpcWriter {
 public:
  virtual ~IpcWriter() = default;
  // REQUIRES batch columns of the schema's types. A batch without rows writes nothing.
  virtual void write(const Batch& batch) = 0;
  // Writes the end marker (and footer). Without it, readers know the stream for cut. The sink is
  // not finished.
  virtual void finish() = 0;
};

// Writes the schema at once, so that late stages start early.
std::unique_ptr<IpcWriter> make_ipc_writer(ByteSink& sink, SchemaPtr schema,
                                           const IpcWriteOptions& options = {});

}  // namespace penstock
