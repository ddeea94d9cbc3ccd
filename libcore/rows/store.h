// Stores rows in memory until all have come.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/data/batch.h"
#include "libcore/data/take.h"

namespace penstock {

// Returns the schema with plain columns for dictionary columns; the schema itself when it has none.
// For operators that combine rows of many batches, each with its own dictionary.
SchemaPtr without_dictionaries(const SchemaPtr& schema);

// Returns the bytes of the rows' values: of text and lists only the part that belongs to these
// rows, although a slice may share longer buffers with others.
int64_t row_bytes(const Batch& batch);

// Bytes that a column of a batch takes besides its values, approximately: the object, the owners,
// and the alignment and padding of its buffers. For many columns and few rows this is most of a
// batch.
inline constexpr int64_t kColumnBytes = 512;

// Bytes that the columns of a batch take besides the values, however few its rows are.
int64_t frame_bytes(const Schema& schema);
// Bytes that a batch takes: row_bytes() and frame_bytes().
int64_t memory_bytes(const Batch& batch);

// Returns the rows in buffers of their own. Buffers of a batch that was read are often shared with
// columns that nothing else holds any more. A column that occurs twice is copied once.
Batch copied(const Batch& batch);

// Some columns of `whole`, to be held: copied where they would keep much more memory than they
// need.
Batch held_alone(Batch some, const Batch& whole);

// Returns the number of rows for a batch of output, when `rows` rows take `bytes`: kBatchRows, or
// fewer if these would take more than `most` bytes.
int64_t output_rows(int64_t bytes, int64_t rows, int64_t most = kBatchBytes);

// Holds batches as they came, but combines small ones: the cost depends on how rows are picked, and
// picking from a million batches of ten rows costs a cache miss for each row. Rows are named by
// part and row, as for take_from(); a part of -1 is a row of nulls.
class RowStore {
 public:
  explicit RowStore(const SchemaPtr& input)
      : schema_(without_dictionaries(input)), frame_bytes_(frame_bytes(*schema_)) {}

  // The schema of the stored columns.
  const SchemaPtr& schema() const { return schema_; }

  // REQUIRES a batch of the input's schema or of schema().
  void add(const Batch& batch);

  // Returns all added rows in order. A further add() may change which part a row is in.
  std::span<const Batch> parts();
  int64_t rows() const { return rows_; }

  // As parts(), for a store that is read while it grows, by batches that may be small: at most some
  // dozens of the parts are small. May change which part a row is in.
  std::span<const Batch> parts_while_growing();
  // The row_bytes() of all stored rows.
  int64_t bytes() const { return bytes_; }
  // The memory_bytes() of all stored rows.
  int64_t memory_bytes() const { return bytes_ + frames_ * frame_bytes_; }

  // Returns those rows as a batch. REQUIRES that parts() was called since the last add().
  Batch take(std::span<const PartRow> rows) const;
  // The same for one column.
  ColumnPtr take(size_t column, std::span<const PartRow> rows) const;
  // As output_rows() above, for rows that are taken.
  int64_t output_rows() const { return penstock::output_rows(bytes_, rows_); }

  // Removes all rows.
  void clear();

 private:
  int64_t together_bytes() const;
  void put_together();

  SchemaPtr schema_;
  int64_t frame_bytes_;
  int64_t frames_ = 0;  // batches that are held
  std::vector<Batch> parts_;
  std::vector<std::vector<ColumnPtr>> columns_;  // by column, of each part
  std::vector<Batch> small_;
  int64_t small_rows_ = 0;
  int64_t small_bytes_ = 0;
  int64_t rows_ = 0;
  int64_t bytes_ = 0;
};

}  // namespace penstock
