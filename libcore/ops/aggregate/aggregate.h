// Grouping and aggregation.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/parameters.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct AggregateOptions {
  // Gives partial aggregates instead of results: one row for each group with its states, in the
  // columns and with the metadata of aggregate/STATE.md. An Error for holistic calls.
  bool partial = false;
  // Takes partial aggregates instead of rows. They must have been made for the same list, and for
  // these keys and perhaps more; anything else is an Error. With `partial` as well, they are
  // combined into partial aggregates again.
  bool final = false;
  // The rows are sorted by the keys: in the order that penstock.order states, or ascending with
  // nulls last, the first key first. Then each group is given as soon as the next one begins, and
  // hardly any memory is used. A row out of order is an Error that names it. Whether or not this is
  // set, an input whose penstock.order begins with the keys (in any order) is treated in this way.
  bool sorted = false;
  // Groups that do not fit into the memory go to disk (ops/aggregate/spill.h), and so do the values
  // of one group for percentile_cont and for distinct. The lists and texts of one group, and its
  // values for mode and percentile_disc, stay in memory in any case.
  SpillOptions spill = {};
};

// Returns one row for each group: the key columns (plain types) and what `list` computes
// (bind_aggregates() in expression.h). Groups come in the order of their first rows.
//
// Nulls of a key form one group, NaN equals NaN, -0 equals 0. In keys, in distinct values and in
// min, max, median, percentiles and mode, a zero is written as 0, whichever of the two came first.
// penstock.order and penstock.partitioning are kept as far as they concern key columns.
//
// Without keys there is exactly one row, even for an input without rows (count 0, sum null); with
// keys, such an input gives no rows.
//
// Sums of integers and decimals are exact in 128 bits, and an Error when they do not fit the
// result's type. A sum of floats is the double nearest to the exact sum, so that it does not depend
// on the order of the rows.
//
// Throws Error when a key is unknown, named twice or of a type that cannot be a key, and when the
// list does not bind.
OperatorPtr make_aggregate(OperatorPtr input, const std::vector<std::string>& keys,
                           const ExpressionText& list, const AggregateOptions& options = {});

}  // namespace penstock
