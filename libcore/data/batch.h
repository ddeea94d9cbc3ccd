// Batches and the operators that hand them on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/data/type.h"

namespace penstock {

// Some rows of a stream, by columns. A value: copying it copies references. `rows` counts even when
// there is no column at all.
struct Batch {
  SchemaPtr schema;
  int64_t rows = 0;
  std::vector<ColumnPtr> columns;  // schema->size() of them, each `rows` long
};

// Bytes of its columns, as byte_size() of each counts them.
inline int64_t byte_size(const Batch& batch) {
  int64_t bytes = 0;
  for (const ColumnPtr& column : batch.columns)
    bytes += byte_size(*column);
  return bytes;
}

// What one tool does: a pull iterator over batches (the iterator of Graefe's Volcano, a batch at a
// time). An operator owns its inputs. Not thread-safe; pull it from one thread at a time.
class Operator {
 public:
  virtual ~Operator() = default;

  // Known before the first batch. Opening a stream may block for its first bytes.
  virtual SchemaPtr schema() const = 0;

  // The next batch, never with 0 rows; empty at the end of the stream, and from then on. Throws
  // Error when the input is bad; after that only destruction is allowed. Whoever was told the end
  // may rely on its being a true end: a cut input throws instead.
  virtual std::optional<Batch> next() = 0;
};
using OperatorPtr = std::unique_ptr<Operator>;

}  // namespace penstock
