// Zones: sets of rows (a file, a row group, a page, a batch) of which bounds are known, so that a
// condition can skip a set without reading its rows (expr/prune/may_match.h).
//
// Zones come column by column, with a row for each zone, because thousands are tested at once.
// Whatever is not known is null. Bounds may be wider than the values (a text that is cut, a time
// that is rounded); they must never be narrower: a reader of foreign statistics that may leave NaN
// out gives a floating-point column no max.
//
// Threads: values, immutable once made.
#pragma once

#include <cstdint>
#include <vector>

#include "libcore/data/column.h"
#include "libcore/data/type.h"

namespace penstock {

// What is known of one column. Each member has a row for each zone, with a null where it is not
// known, or is a null pointer where it is not known of any zone.
struct ZoneColumn {
  ColumnPtr min;    // of the plain type (data/take.h): no value of the zone comes before it
  ColumnPtr max;    // of the plain type: no value of the zone comes after it
  ColumnPtr nulls;  // of int64: how many rows are null; exact
};

struct Zones {
  int64_t count = 0;
  ColumnPtr rows;  // of int64: the rows of each zone; exact. As above where unknown
  std::vector<ZoneColumn> columns;  // one for each column of the schema
};

// Returns zones of which nothing is known.
Zones make_unknown_zones(const Schema& schema, int64_t count);

// Throws Error when zones from outside do not fit the schema: another number of columns or of rows,
// a member of another type, a negative count, or more nulls than rows. Call it before they are
// used; bounds that are wrong cannot be found. Columns whose bytes are from outside are validated
// before (validate() of column.h).
void check_zones(const Zones& zones, const Schema& schema);

}  // namespace penstock
