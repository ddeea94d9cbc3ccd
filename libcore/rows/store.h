// Rows put aside in memory until all have come.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/data/batch.h"
#include "libcore/data/take.h"

namespace penstock {

// The schema with dictionary columns as plain ones (itself where there is none): what operators
// give that put rows of many batches, each with its own dictionary, next to each other.
SchemaPtr without_dictionaries(const SchemaPtr& schema);

// Bytes of the rows' values: of text and lists only what these rows have, though a slice may share
// longer buffers with others.
int64_t row_bytes(const Batch& batch);

// What a column of a batch takes besides its values, about: itself, the owners, the alignment and
// the padding of its buffers. Of many columns and few rows this is most of what a batch takes.
inline constexpr int64_t kColumnBytes = 512;

// Bytes that the columns of a batch take besides the values, however few its rows are.
int64_t frame_bytes(const Schema& schema);
// What a batch takes: row_bytes() and the frame.
int64_t memory_bytes(const Batch& batch);

// The rows in buffers of their own: those of a batch that was read often share one with columns
// that nobody holds any more. A column that is there twice stays one.
Batch copied(const Batch& batch);

// Some columns of `whole`, to be held: copied where they would keep much more than themselves.
Batch held_alone(Batch some, const Batch& whole);

// Rows that a batch of output may have when `rows` rows take `bytes`: kBatchRows unless rows are so
// long that these would take more than `most` bytes.
int64_t output_rows(int64_t bytes, int64_t rows, int64_t most = kBatchBytes);

// Batches kept as they came, small ones put together: how often a row is picked decides the cost,
// and picking from a million batches of ten rows costs a cache miss for each. Rows are named by
// part and row, as take_from() takes them; a part of -1 is a row of nulls.
class RowStore {
 public:
  explicit RowStore(const SchemaPtr& input)
      : schema_(without_dictionaries(input)), frame_bytes_(frame_bytes(*schema_)) {}

  // The stored columns' schema.
  const SchemaPtr& schema() const { return schema_; }

  // REQUIRES a batch of the input's schema or of schema().
  void add(const Batch& batch);

  // All added rows in order. Further add() may change which part a row is in.
  std::span<const Batch> parts();
  int64_t rows() const { return rows_; }

  // For a store that is read while it grows, by batches that may be small: as parts(), but no more
  // than some dozens of parts are small. May change which part a row is in.
  std::span<const Batch> parts_while_growing();
  // As row_bytes() above, of all of them.
  int64_t bytes() const { return bytes_; }
  // As memory_bytes() above, of all of them.
  int64_t memory_bytes() const { return bytes_ + frames_ * frame_bytes_; }

  // Those rows as a batch. REQUIRES that parts() was called since the last add().
  Batch take(std::span<const PartRow> rows) const;
  // The same of one column.
  ColumnPtr take(size_t column, std::span<const PartRow> rows) const;
  // As output_rows() above, for rows that are taken.
  int64_t output_rows() const { return penstock::output_rows(bytes_, rows_); }

  // Nothing is stored any more.
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
