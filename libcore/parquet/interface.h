// The C interface between the program and its Parquet plugin (PARQUET.md). The plugin declares the
// same structures; both sides state kParquetInterfaceVersion, which changes with them.
//
// Calls that can fail return 0, or 1 with a text in `error`, for which the caller calls
// free_text(). Nothing unwinds through a call, in either direction. Different objects may be used
// in different threads at the same time, one object in one thread at a time.
#pragma once

#include <cstdint>

#include "libcore/arrow/c_data/abi.h"

namespace penstock {

inline constexpr int64_t kParquetInterfaceVersion = 1;

// The bytes of a file, which the program reads.
struct ParquetSource {
  void* context;
  int64_t size;
  // Reads at an offset and returns the number of bytes, less than `size` only at the end of the
  // file; -1 when reading failed. May be called from any thread.
  int64_t (*read_at)(void* context, int64_t offset, uint8_t* out, int64_t size);
};

// Where the bytes of a file go, which the program writes.
struct ParquetSink {
  void* context;
  // Writes all bytes and returns 0; other values when that failed.
  int32_t (*write)(void* context, const uint8_t* bytes, int64_t size);
};

struct ParquetRowGroup {
  int64_t rows;
  int64_t bytes;  // of its columns, compressed
};

// Rows [begin, end) of the chosen row groups, counted from the first of them.
struct ParquetRowRange {
  int64_t begin;
  int64_t end;
};

struct ParquetWanted {
  const int32_t* columns;  // of the schema, by their places
  int64_t columns_count;
  const int32_t* row_groups;
  int64_t row_groups_count;
  const ParquetRowRange* ranges;  // ascending and apart; null for all rows
  int64_t ranges_count;
  int64_t batch_rows;  // at most
};

enum class ParquetCodec : int32_t { kNone, kSnappy, kZstd, kLz4, kGzip, kBrotli };

struct ParquetWriteLimits {
  ParquetCodec codec;
  int64_t row_group_rows;   // at most
  int64_t row_group_bytes;  // about, as encoded in memory
};

struct ParquetPluginFile;
struct ParquetPluginWriter;

struct ParquetInterface {
  int64_t version;
  int64_t padding;  // bytes that can be read after the end of each buffer of an array

  void (*free_text)(char* text);

  // Reads the footer of a file, and with `with_pages` the index of its pages. The source is copied;
  // its context must outlive the file. Close the file with close_file().
  int32_t (*open_file)(const ParquetSource* source, int32_t with_pages, ParquetPluginFile** file,
                       char** error);
  void (*close_file)(ParquetPluginFile* file);
  // Makes a struct of all columns. The caller owns it.
  int32_t (*get_schema)(const ParquetPluginFile* file, ArrowSchema* schema, char** error);
  int64_t (*row_groups)(const ParquetPluginFile* file);
  ParquetRowGroup (*row_group)(const ParquetPluginFile* file, int64_t at);
  // Makes a struct of `minimum` and `maximum` (of the column's plain type), `nulls` and `rows` (of
  // int64), each null where it is not known: with a row for each row group where `row_group` is -1,
  // else with a row for each of the column's pages there. Both results stay released where nothing
  // is known. The caller owns them.
  int32_t (*bounds)(const ParquetPluginFile* file, int64_t column, int64_t row_group,
                    ArrowSchema* schema, ArrowArray* array, char** error);
  // Makes a stream of struct arrays, with the columns in the order of the file. Text may come as
  // dictionaries of int32, as the stream's schema says. The file must outlive it. The caller owns
  // it.
  int32_t (*read)(const ParquetPluginFile* file, const ParquetWanted* wanted,
                  ArrowArrayStream* stream, char** error);

  // Begins a file. The sink is copied; its context must outlive the writer. Close the writer with
  // close_writer(), also when finish() was not called.
  int32_t (*open_writer)(const ParquetSink* sink, const ArrowSchema* schema,
                         const ParquetWriteLimits* limits, ParquetPluginWriter** writer,
                         char** error);
  // Writes a struct array of the schema. Takes the array over, also when it fails.
  int32_t (*write)(ParquetPluginWriter* writer, ArrowArray* array, char** error);
  int32_t (*finish)(ParquetPluginWriter* writer, char** error);
  void (*close_writer)(ParquetPluginWriter* writer);
};

// The only function that the plugin exports, under this name: returns its table, which stays valid.
using GetParquetInterface = const ParquetInterface* (*)();
inline constexpr const char* kParquetInterfaceSymbol = "penstock_parquet";

}  // namespace penstock
