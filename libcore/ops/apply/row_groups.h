// Sorted rows, group by group.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/keys/row_keys.h"

namespace penstock {

// Cuts rows where the keys change. Not thread-safe.
class RowGroups {
 public:
  // Throws Error as KeyOrder does. REQUIRES rows in the order of some directions of the keys, and
  // at least one key.
  RowGroups(OperatorPtr rows, const std::vector<std::string>& keys);

  SchemaPtr schema() const { return rows_->schema(); }

  // Begins with the next group. Returns false when there is none. Throws as the rows do. REQUIRES
  // that next() has returned the end of the group before.
  bool begin();

  // Returns rows of the group, each batch with rows; empty at the end of the group. Throws as the
  // rows do.
  std::optional<Batch> next();

 private:
  bool has_rows();
  int64_t end_of_run() const;

  OperatorPtr rows_;
  KeyOrder order_;
  std::optional<Batch> batch_;
  std::optional<RowKeys> keys_;  // of the batch
  int64_t at_ = 0;               // the first row of the batch that was not returned
  OwnedKey group_;               // the key of the group
};

}  // namespace penstock
