// Aggregation of rows that are sorted by the keys: a group is done when the next one begins.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/ops/aggregate/plan.h"

namespace penstock {

// The keys in the order by which penstock.order says that the rows are sorted, when its first keys
// are these (in whatever order). Empty when it says something else, or nothing.
std::optional<std::vector<SortKey>> known_key_order(const Schema& input,
                                                    const std::vector<std::string>& keys);

// As make_aggregate(), for rows sorted by `order`, which has all of the plan's keys. Groups take
// memory for a batch of rows only. Throws Error at the first row that is out of order. REQUIRES
// keys.
OperatorPtr make_sorted_aggregate(OperatorPtr input, AggregatePlan plan,
                                  const std::vector<SortKey>& order);

}  // namespace penstock
