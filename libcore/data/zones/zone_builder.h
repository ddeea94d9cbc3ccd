// Makes zones of batches that are at hand: the statistics that a writer puts beside its rows.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/builder.h"
#include "libcore/data/zones/column_bounds.h"
#include "libcore/data/zones/zones.h"

namespace penstock {

// The columns at the beginning of a schema of which a file has bounds.
inline constexpr size_t kZoneColumns = 32;

// Collects the least and the greatest value and the nulls of columns. Types without an order, and
// nested ones, have nulls alone. A floating-point column with a NaN in a zone has no bounds there.
// Texts are cut (text_bounds.h).
class ZoneBuilder {
 public:
  // Nothing is known of columns that are not among `columns`.
  ZoneBuilder(SchemaPtr schema, const std::vector<size_t>& columns);
  // Of all columns.
  explicit ZoneBuilder(const SchemaPtr& schema);

  // Takes the rows into the zone that is open. REQUIRES a batch of the schema.
  void add(const Batch& batch);
  // Ends the zone, which may be without rows, and opens the next one.
  void end_zone();
  // Returns the zones that were ended, and forgets them.
  Zones finish();

 private:
  struct Kept {
    size_t column;
    std::unique_ptr<ColumnBounds> bounds;  // null for a type without
    int64_t null_count = 0;                // of the zone that is open
    FixedBuilder<int64_t> nulls = {};
  };

  SchemaPtr schema_;
  std::vector<Kept> kept_;
  int64_t row_count_ = 0;  // of the zone that is open
  FixedBuilder<int64_t> rows_;
};

}  // namespace penstock
