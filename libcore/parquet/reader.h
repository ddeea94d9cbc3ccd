// Reads Parquet files: some of their columns, and those of their rows that a condition may select.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/column_list.h"
#include "libcore/expr/parameters.h"
#include "libcore/os/byte_source.h"

namespace penstock {

// Returns whether an input that begins with these bytes (5 are enough) must be a Parquet file: the
// magic bytes, and one that no text has, because a text may begin with a column PAR1.
bool is_parquet(std::span<const uint8_t> beginning);
// Whether is_parquet() may be true of these bytes when more have come.
bool may_become_parquet(std::span<const uint8_t> beginning);
// Returns whether the source is a Parquet file that can be sought. Throws Error when it cannot be
// read.
bool is_parquet_file(const ByteSource& source);

struct ParquetReadOptions {
  // Only these and the columns of `where`, in the order of the file; all when empty.
  std::optional<ColumnList> columns;
  // Called where `columns` is empty, with the schema of all columns: returns those instead, or
  // empty for all. open_parquet() throws what it throws. May be empty.
  std::function<std::optional<std::vector<std::string>>(const Schema&)> choose_columns;
  // A condition over all columns. Row groups and pages of which their statistics say that they have
  // no such row are not read. Of the others all rows are returned, for the caller to filter. May be
  // empty.
  ExpressionText where = {};
  // Called with the schema of all columns, before columns are chosen. open_parquet() throws what it
  // throws. May be empty.
  std::function<void(const Schema&)> on_schema;
  // --partition: the I-th of N equal runs of row groups, so that the parts one after the other are
  // the file.
  int64_t partition = 1;
  int64_t partitions = 1;
  // Returns whether a row group is read, by its number from 0. May be empty: all are.
  std::function<bool(int64_t)> is_wanted;
  // Called with the compressed bytes of each row group before it is read or left out. May be empty.
  std::function<void(int64_t)> on_block;
};

// Opens a file and reads its footer at once. A source that cannot be sought (a pipe, compressed
// data) is first copied to a temporary file, because the footer is at the end. Throws Error when it
// is not a valid file, or when the plugin is not installed.
OperatorPtr open_parquet(std::unique_ptr<PeekableSource> source, ParquetReadOptions options = {});

}  // namespace penstock
