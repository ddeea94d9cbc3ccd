// Rows stored on disk and read back in order: a sorted run, or one part of divided rows. Sort,
// aggregate and join spill runs.
//
// A run is an Arrow IPC stream in a segment of a SpillFile, so every type comes back unchanged, and
// is verified when it is read.
#pragma once

#include <cstdint>
#include <memory>

#include "libcore/arrow/ipc_writer.h"
#include "libcore/data/batch.h"
#include "libcore/os/spill_file.h"

namespace penstock {

// A finished run. A value, with 16 bytes of memory for each block.
struct SpilledRun {
  SchemaPtr schema;
  int64_t rows = 0;
  SpillSegment segment;  // empty when nothing was written
};

// Writes one run. Batches keep their boundaries: a batch is read back as one batch, and costs about
// 100 bytes for each column besides its rows. So before writing, gather rows into batches of a size
// that the reader can afford. Before the first batch nothing is on disk and hardly any memory is
// used. Not thread-safe; several writers may write to one file from several threads.
class RunWriter {
 public:
  // `schema` is that of the batches; dictionary columns are written as plain values, and the run's
  // schema says so. `block_bytes` as for SpillFile::write(): with many writers make it small.
  // `file` must outlive the writer.
  RunWriter(SpillFile& file, const SchemaPtr& schema, int64_t block_bytes = kSpillBlockBytes);

  // The schema of the rows that read_run() returns.
  const SchemaPtr& schema() const { return schema_; }
  int64_t rows() const { return rows_; }

  // Writes a batch, nothing for one without rows. Throws Error when the disk is full or the file
  // cannot be made, as SpillWriter does.
  void write(const Batch& batch);
  // The same, but batches without rows are read back too, with the metadata of each batch.
  void write_whole(const Batch& batch);

  // Ends the run. Call it once, after the last write().
  SpilledRun finish();

 private:
  SpillFile& file_;
  SchemaPtr schema_;
  int64_t block_bytes_;
  int64_t rows_ = 0;
  std::unique_ptr<SpillWriter> sink_;
  std::unique_ptr<IpcWriter> stream_;
};

// Returns an operator over the rows of a run, in batches as they were written. It reads a block at
// a time, on demand, and throws Error when the file is damaged. A run may be read any number of
// times; `file` must outlive the operator. A run without rows gives an operator that is at its end.
OperatorPtr read_run(const SpillFile& file, const SpilledRun& run);

}  // namespace penstock
