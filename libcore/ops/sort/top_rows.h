// Finds the first rows of the sorted output while holding little more than them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_keys.h"
#include "libcore/rows/store.h"

namespace penstock {

// Not thread-safe.
class TopRows {
 public:
  // Drops rows that cannot be among the first `limit` when the held rows take `cut_bytes`, or
  // earlier. REQUIRES limit > 0.
  TopRows(const SchemaPtr& schema, std::shared_ptr<const KeyOrder> order, int64_t limit,
          int64_t cut_bytes);

  // Adds rows. Equal keys come after those of earlier batches.
  void add(const Batch& batch);

  // Bytes of the held rows, of which there are at most twice `limit`, or some thousands.
  int64_t bytes() const { return store_.memory_bytes(); }

  // Returns rows that include the first ones, with equal rows in the order in which they came.
  std::vector<Batch> take_all();

 private:
  void add_below_bound(const Batch& batch);
  void cut();

  std::shared_ptr<const KeyOrder> order_;
  int64_t limit_;
  int64_t cut_bytes_;
  RowStore store_;
  std::optional<OwnedKey> bound_;  // of the last row within the limit, once it is known
};

}  // namespace penstock
