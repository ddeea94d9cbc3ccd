// The splitting operator: all rows of an input to the outputs that they belong to.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/partition/outputs.h"
#include "libcore/partition/partitioner.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Gives output i the rows of partition i, and ends the outputs; they have partitioned_schema(how,
// …). With kRange without bounds all is read before the first row is given, and put aside as
// `spill` says, for bounds that share the rows evenly (the same for the same input); not so for one
// partition. Throws what the input and the outputs throw.
void deal_rows(Operator& input, PartitionOptions how, const SpillOptions& spill,
               PartitionOutputs& outputs);

}  // namespace penstock
