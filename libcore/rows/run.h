// Rows put aside on disk and read back in their order: a sorted run, or one partition of a
// partitioned table. What sort, aggregate and join spill.
//
// A run is a segment of a SpillFile with an Arrow IPC stream in it, so every type comes back as it
// went in, and is verified when it does.
#pragma once

#include <cstdint>
#include <memory>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/data/batch.h"
#include "libcore/os/spill_file.h"

namespace penstock {

// A finished run. A value; 16 bytes a block of memory.
struct SpilledRun {
  SchemaPtr schema;
  int64_t rows = 0;
  SpillSegment segment;  // empty when rows == 0
};

// Writes one run. Batches keep their boundaries: what is written as one batch is read as one batch,
// and costs about 100 bytes a column besides its rows. So gather rows to batches of the size that
// the reader can afford before writing. Nothing is on disk and next to no memory is taken before
// the first batch. Not thread-safe; several writers may write to one file from several threads.
class RunWriter {
 public:
  // `schema` is of the batches; dictionary columns are written as plain values, and the run's
  // schema says so. `block_bytes` as for SpillFile::write(): with many writers make it small.
  // `file` outlives the writer.
  RunWriter(SpillFile& file, const SchemaPtr& schema, int64_t block_bytes = kSpillBlockBytes);

  // Of what is read back.
  const SchemaPtr& schema() const { return schema_; }
  int64_t rows() const { return rows_; }

  // Throws Error when the disk is full or no file can be made, as SpillWriter does.
  void write(const Batch& batch);

  // Ends the run. To be called once, after the last write().
  SpilledRun finish();

 private:
  SpillFile& file_;
  SchemaPtr schema_;
  int64_t block_bytes_;
  int64_t rows_ = 0;
  std::unique_ptr<SpillWriter> sink_;
  std::unique_ptr<IpcWriter> stream_;
};

// The rows of a run, in batches as they were written; reads a block at a time, on demand. Throws
// Error when the file is damaged. May be opened again and again. `file` outlives the operator. A
// run without rows gives an operator that is at its end.
OperatorPtr read_run(const SpillFile& file, const SpilledRun& run);

}  // namespace penstock
