// Whether the order of rows can be seen in what comes out of a pipeline in the end.
#pragma once

#include <cstddef>
#include <vector>

#include "libcore/flow/plan/described_stage.h"

namespace penstock {

// Of the rows that stages[first] is given. `is_much` as below.
bool shows_row_order(const std::vector<DescribedStage>& stages, size_t first, bool is_much);

// Of the groups that stages[aggregation] gives, which come in the order of their first rows. Where
// the input `is_much`, a sort behind is taken for blind to it, though rows that are equal in the
// sort's keys are not. False for a stage that gives no groups by keys. REQUIRES traits of
// stages[aggregation].
bool shows_group_order(const std::vector<DescribedStage>& stages, size_t aggregation, bool is_much);

}  // namespace penstock
