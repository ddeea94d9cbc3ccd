// The least and the greatest value of a column, zone by zone: what ZoneBuilder is made of.
//
// Not thread-safe.
#pragma once

#include <memory>

#include "libcore/data/column.h"
#include "libcore/data/type.h"

namespace penstock {

class ColumnBounds {
 public:
  virtual ~ColumnBounds() = default;
  // Takes the rows into the zone that is open. REQUIRES a column of the type.
  virtual void add(const Column& column) = 0;
  virtual void end_zone() = 0;
  // Returns columns of the plain type with a row for each zone that was ended, and forgets them.
  virtual ColumnPtr finish_min() = 0;
  virtual ColumnPtr finish_max() = 0;
};

// Null for types of which no bounds are kept: nested ones, and those without an order.
std::unique_ptr<ColumnBounds> make_column_bounds(const TypePtr& type);

}  // namespace penstock
