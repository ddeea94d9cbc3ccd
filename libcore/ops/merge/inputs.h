// The two ways to merge, and what they share.
#pragma once

#include <vector>

#include "libcore/ops/merge/merge.h"

namespace penstock {

// The schema of the merged rows: the inputs' common one, columns that are a dictionary in any of
// them as plain values, metadata the first one's. Throws Error when they differ otherwise.
SchemaPtr merged_schema(const std::vector<MergeInput>& inputs);

// A batch of an input with the columns' types as in `schema`.
Batch as_merged(Batch batch, const SchemaPtr& schema);

OperatorPtr make_random_merge(std::vector<MergeInput> inputs, SchemaPtr schema);
OperatorPtr make_ordered_merge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys,
                               const SchemaPtr& schema);

}  // namespace penstock
