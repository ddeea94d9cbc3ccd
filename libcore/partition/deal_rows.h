// The splitting operator: passes each row of an input to the output of its partition.
#pragma once

#include "libcore/data/batch.h"
#include "libcore/partition/outputs.h"
#include "libcore/partition/partitioner.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Passes the rows of partition i to output i, and ends the outputs; they have
// partitioned_schema(how, …). With kRange without bounds, and more than one partition, reads all
// rows before the first is passed on, stores them as `spill` says, and chooses bounds that divide
// the rows evenly (the same bounds for the same input). Throws what the input and the outputs
// throw.
void deal_rows(Operator& input, PartitionOptions how, const SpillOptions& spill,
               PartitionOutputs& outputs);

}  // namespace penstock
