// An open Parquet file: its schema, its row groups, what is known of them, and their rows.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/os/byte_source.h"
#include "libcore/parquet/interface.h"

namespace penstock {

// The bytes with which a Parquet file begins and ends.
inline constexpr char kParquetMagic[] = {'P', 'A', 'R', '1'};
inline constexpr int64_t kParquetMagicBytes = 4;

// What is known of a column, as ParquetInterface::bounds() makes it.
struct ParquetBounds {
  ColumnPtr minima;
  ColumnPtr maxima;
  ColumnPtr nulls;
  ColumnPtr rows;
};

// Rows that are wanted of one row group.
struct ParquetRows {
  int32_t row_group = 0;
  std::vector<int32_t> columns;  // places in the schema; the rows have them in the file's order
  std::optional<std::vector<ParquetRowRange>> ranges;  // of the row group; empty for all
};

// Not thread-safe. All functions throw Error, which begins with the name of the source.
class ParquetFile {
 public:
  // Reads the footer, and the index of pages where it is asked for. REQUIRES source->size().
  ParquetFile(std::unique_ptr<ByteSource> source, bool with_pages);
  ~ParquetFile();
  ParquetFile(const ParquetFile&) = delete;
  ParquetFile& operator=(const ParquetFile&) = delete;

  const std::string& name() const { return source_->name(); }
  const SchemaPtr& schema() const { return schema_; }
  int64_t row_groups() const;
  ParquetRowGroup row_group(int64_t at) const;

  // Returns what is known of a column in each row group, or in each of its pages in one row group;
  // empty for nothing.
  std::optional<ParquetBounds> bounds(size_t column, int64_t row_group = kAllRowGroups);
  static constexpr int64_t kAllRowGroups = -1;

  // Begins to read rows; next() returns them. Ends what was read before.
  void begin(const ParquetRows& wanted);
  // Returns the next batch of a schema with just the wanted columns; empty at the end. Throws Error
  // also when there are not as many rows as the footer states.
  std::optional<Batch> next();

 private:
  static int64_t read_at(void* context, int64_t offset, uint8_t* out, int64_t size);
  // Throws what `status` stands for: the failure of our own source, or the plugin's text.
  void require(int32_t status, char* const& error);
  [[noreturn]] void fail(const std::string& text) const;

  std::unique_ptr<ByteSource> source_;
  const ParquetInterface& plugin_;
  std::exception_ptr failure_;  // of the source, inside a call
  ParquetPluginFile* file_ = nullptr;
  SchemaPtr schema_;
  std::unique_ptr<Released<ArrowArrayStream>> stream_;
  SchemaPtr read_schema_;    // of what next() returns
  SchemaPtr stream_schema_;  // of what the plugin gives
  int64_t rows_left_ = 0;
};

}  // namespace penstock
