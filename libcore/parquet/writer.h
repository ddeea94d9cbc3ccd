// Writes Parquet files.
#pragma once

#include <cstdint>
#include <memory>

#include "libcore/data/batch.h"
#include "libcore/os/byte_sink.h"
#include "libcore/parquet/interface.h"

namespace penstock {

// zstd at its first level: as fast as snappy to read, and a third smaller.
inline constexpr ParquetCodec kParquetCodec = ParquetCodec::kZstd;
// Rows of a row group, which readers take as the unit of their parallel work, and the bytes that
// one may have in the memory of the writer.
inline constexpr int64_t kParquetRowGroupRows = int64_t{1} << 20;
inline constexpr int64_t kParquetRowGroupBytes = int64_t{128} << 20;

struct ParquetWriteOptions {
  ParquetCodec codec = kParquetCodec;
  int64_t row_group_rows = kParquetRowGroupRows;
  int64_t row_group_bytes = kParquetRowGroupBytes;
};

// Not thread-safe. The sink must outlive the writer.
class ParquetWriter {
 public:
  virtual ~ParquetWriter() = default;
  // Writes a batch without its metadata. The bytes of its rows stay in memory until a row group is
  // full. Throws Error when that fails.
  virtual void write(const Batch& batch) = 0;
  // Writes the footer, without which the file cannot be read. Does not finish the sink.
  virtual void finish() = 0;
};

// Makes a writer. The file has statistics of its row groups and pages, and Arrow's schema, by which
// types come back as they were. Throws Error for a type that Parquet does not have, which names the
// column, and when the plugin is not installed.
std::unique_ptr<ParquetWriter> make_parquet_writer(ByteSink& sink, const SchemaPtr& schema,
                                                   const ParquetWriteOptions& options = {});

}  // namespace penstock
