// Batches, and the operators that pass them on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/data/type.h"

namespace penstock {

// What a producer says of one batch, beside its rows: pairs of a key and a value, in order; keys
// may repeat. Not empty, within the limits kMaxBatchMetadata… of base/limits.h, and shared by all
// copies of the batch. Null where nothing is said, which is the usual case and costs nothing.
using BatchMetadataPtr = std::shared_ptr<const Metadata>;

// Some rows of a stream, column by column. A value: copying it copies references. `rows` is valid
// even when there are no columns.
//
// A batch may have no rows, and may carry metadata: so a stream can say something of its rows
// between them. Operators that stream hand on both; arrow/FORMAT.md lists what each tool does.
// Functions that make one batch of parts of others (take, slice, concatenate) give it no metadata.
struct Batch {
  SchemaPtr schema;
  int64_t rows = 0;
  std::vector<ColumnPtr> columns;  // schema->size() of them, each `rows` long
  BatchMetadataPtr metadata = nullptr;
};

// Returns a batch of the schema without rows that carries this metadata, or none for null.
Batch batch_without_rows(const SchemaPtr& schema, BatchMetadataPtr metadata);

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

  // Returns the next batch; empty at the end of the stream, and from then on. A batch may be
  // without rows only where those of the operator's inputs may, in the end where a stream is read
  // (ops/only_rows.h leaves them out). The end is always the true end: a cut input throws instead.
  // Throws Error when the input is bad; after that only destruction is allowed.
  virtual std::optional<Batch> next() = 0;
};
using OperatorPtr = std::unique_ptr<Operator>;

}  // namespace penstock
