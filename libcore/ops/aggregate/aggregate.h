// Grouping and aggregation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct AggregateOptions {
  // Gives partial aggregates in place of results: a row a group with its states, in columns and
  // with metadata as aggregate/STATE.md has them. An Error for holistic calls.
  bool partial = false;
  // Takes partial aggregates in place of rows, made for the same list and for these keys and
  // perhaps more; an Error for anything else. With `partial` as well they are combined to partial
  // aggregates again.
  bool final = false;
  // The rows are sorted by the keys: in the order that penstock.order tells, or ascending with
  // nulls last, the first key first. Then each group is given as soon as the next one begins, and
  // next to nothing is held. A row out of order is an Error that names it. Set or not, an input
  // whose penstock.order begins with the keys (in whatever order) is taken so.
  bool sorted = false;
  // Groups that do not fit into the memory go to disk (ops/aggregate/spill.h), and so do the values
  // of one group for percentile_cont and for distinct. Lists and texts of one group, and its values
  // for mode and percentile_disc, are held nonetheless.
  SpillOptions spill = {};
};

// One row a group: the key columns (plain types) and what `list` computes (bind_aggregates in
// expression.h). Groups come in the order in which their first rows came. Nulls of a key form one
// group, NaN equals NaN, -0 equals 0: in keys, in what is distinct and in
// min, max, median, percentiles and mode a zero comes out as 0, whichever of the two came first.
// penstock.order and penstock.partitioning stay as far as they are of key columns. Without keys
// there is exactly one row, also over no rows at all (count 0, sum null); with keys no rows give
// none. Integer sums are exact in 128 bits and an Error when they leave the result's type; so are
// decimal sums. A sum of floats is the double nearest to the exact sum, so that it does not depend
// on the rows' order. Throws Error when a key is unknown, named twice or of a type that cannot be
// one, and when the list does not bind.
OperatorPtr make_aggregate(OperatorPtr input, const std::vector<std::string>& keys,
                           std::string_view list, const AggregateOptions& options = {});

}  // namespace penstock
