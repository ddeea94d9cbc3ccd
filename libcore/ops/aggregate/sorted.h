// Aggregates rows that are sorted by the keys: a group is complete when the next one begins.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/ops/aggregate/plan.h"

namespace penstock {

// Returns the keys in the order by which the rows are sorted according to penstock.order, if its
// first keys are these (in any order). Otherwise empty.
std::optional<std::vector<SortKey>> known_key_order(const Schema& input,
                                                    const std::vector<std::string>& keys);

// As make_aggregate(), for rows sorted by `order`, which has all of the plan's keys. Groups use
// memory for one batch of rows only. Throws Error at the first row that is out of order. REQUIRES
// keys.
OperatorPtr make_sorted_aggregate(OperatorPtr input, AggregatePlan plan,
                                  const std::vector<SortKey>& order);

}  // namespace penstock
