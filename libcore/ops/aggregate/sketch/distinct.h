// approx_count_distinct: about how many different values there are, in a few kilobytes a group.
#pragma once

#include "libcore/ops/aggregate/state.h"

namespace penstock {

// HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, "HyperLogLog: the analysis of a near-optimal
// cardinality estimation algorithm", 2007) over key hashes (data/hash.h), in 2^12 registers of
// which a group with few values keeps only those that are set; the estimate is Ertl's ("New
// cardinality estimation algorithms for HyperLogLog sketches", 2017), which needs no correction of
// a bias. The standard error is 1.04 / 64, or 1.6 %. The result does not depend on the order of the
// rows, nor on how they are divided.
AggregateStatePtr make_distinct_sketch_state();

}  // namespace penstock
