// Bounds of ranges for the rows of one input, which must all be read to find them.
#pragma once

#include <functional>

#include "libcore/data/batch.h"
#include "libcore/partition/partitioner.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// Reads all rows of `input`, which need only have the keys of `how`, and returns bounds that divide
// them evenly among its partitions: the same bounds for the same input. Gives each batch to `keep`,
// where there is one, without metadata. Throws what the input throws, and Error for keys that
// cannot be.
Batch even_bounds(Operator& input, const PartitionOptions& how,
                  const std::function<void(Batch)>& keep = {});

// Where `how` is kRange without bounds, and has more than one partition: reads all rows of `input`,
// sets even_bounds(), and returns the rows, without metadata. Meanwhile they are stored in at most
// half of the memory of `spill`, and else in its temporary file. Returns null for all other ways to
// partition, and has read nothing then. Throws what the input throws, and Error for keys that
// cannot be.
OperatorPtr find_bounds(Operator& input, PartitionOptions& how, const SpillOptions& spill);

}  // namespace penstock
