// Batches, and the operators that pass them on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/data/type.h"

namespace penstock {

// Some rows of a stream, column by column. A value: copying it copies references. `rows` is valid
// even when there are no columns.
struct Batch {
  SchemaPtr schema;
  int64_t rows = 0;
  std::vector<ColumnPtr> columns;  // schema->size() of them, each `rows` long
};

// Bytes of the batch's columns, as byte_size() counts them for each.
inline int64_t byte_size(const Batch& batch) {
  int64_t bytes = 0;
  for (const ColumnPtr& column : batch.columns)
    bytes += byte_size(*column);
  return bytes;
}

// What one tool does: a pull iterator over batches (the iterator of Graefe's Volcano, but a batch
// at a time). An operator owns its inputs. Not thread-safe; pull it from one thread at a time.
class Operator {
 public:
  virtual ~Operator() = default;

  // The schema of all batches; available before the first batch. Opening a stream may block until
  // its first bytes arrive.
  virtual SchemaPtr schema() const = 0;

  // Returns the next batch, which has at least one row; empty at the end of the stream, and from
  // then on. The end is always the true end: a cut input throws instead. Throws Error when the
  // input is bad; after that only destruction is allowed.
  virtual std::optional<Batch> next() = 0;
};
using OperatorPtr = std::unique_ptr<Operator>;

}  // namespace penstock
