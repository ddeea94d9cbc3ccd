// Rows chosen at random.
#pragma once

#include <cstdint>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

// A row is chosen by a number that SplitMix64 (Steele, Lea and Flood, "Fast splittable
// pseudorandom number generators", 2014) draws for its place in the input, from `seed`: the same
// input and seed give the same rows, on every host. Both keep the order of the rows, and the schema
// with dictionary columns as plain ones.

// Returns each row with this probability (Bernoulli sampling), with the batch in which it came.
// REQUIRES 0 < fraction <= 1.
OperatorPtr make_fraction_sample(OperatorPtr input, double fraction, uint64_t seed);

// Returns so many rows, or all if there are not more; every set of that many rows is equally
// likely. These are the rows with the least draws, which is a reservoir that needs no second draw
// for the row to replace (Fan, Muller and Rezucha, "Development of sampling plans by using
// sequential selection techniques and digital computers", 1962). Reads all input before the first
// row comes out. Holds about twice that many rows, beyond the budget on disk. REQUIRES rows > 0.
OperatorPtr make_reservoir_sample(OperatorPtr input, int64_t rows, uint64_t seed,
                                  const SpillOptions& spill);

}  // namespace penstock
