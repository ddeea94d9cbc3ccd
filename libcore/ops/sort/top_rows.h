// The first rows of what would be sorted, found while holding little more than them.
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
  // Throws rows away that cannot be wanted when what it holds takes `cut_bytes`, or earlier.
  // REQUIRES limit > 0.
  TopRows(const SchemaPtr& schema, std::shared_ptr<const KeyOrder> order, int64_t limit,
          int64_t cut_bytes);

  // Takes rows that come after all before as far as equal keys go.
  void add(const Batch& batch);

  // What the rows that are held take: of at most twice `limit` rows, or some thousands.
  int64_t bytes() const { return store_.memory_bytes(); }

  // Rows among which the first ones are, equal ones in the order in which they came.
  std::vector<Batch> take_all();

 private:
  void add_below_bound(const Batch& batch);
  void cut();

  std::shared_ptr<const KeyOrder> order_;
  int64_t limit_;
  int64_t cut_bytes_;
  RowStore store_;
  std::optional<OwnedKey> bound_;  // of the last row that the limit lets in, once it is known
};

}  // namespace penstock
