// The two ways to merge, and what they share.
#pragma once

#include <vector>

#include "libcore/ops/merge/merge.h"

namespace penstock {

// Returns the schema of the merged rows: the common one of the inputs, with plain columns where any
// input has a dictionary, and with the metadata of the first. Throws Error when the schemas differ
// otherwise.
SchemaPtr merged_schema(const std::vector<MergeInput>& inputs);

// Converts a batch of an input to the column types of `schema`.
Batch as_merged(Batch batch, const SchemaPtr& schema);
// Converts each batch of `input` so.
OperatorPtr as_merged(OperatorPtr input, SchemaPtr schema);

OperatorPtr make_random_merge(std::vector<MergeInput> inputs, SchemaPtr schema);
OperatorPtr make_ordered_merge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys,
                               const SchemaPtr& schema);

}  // namespace penstock
