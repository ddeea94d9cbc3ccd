// Aggregates that fold a group's values into one number: product, bit_and, bit_or, bit_xor.
#pragma once

#include <cstdint>

#include "libcore/ops/aggregate/state.h"

namespace penstock {

// The product of floats as two doubles (Dekker's) and an exponent of 2, so that neither overflows
// nor loses digits on the way: it is rounded to one double at the end, and so depends on the order
// of the rows only where it lies within 2^-100 of the middle between two doubles.
AggregateStatePtr make_product_state();

enum class BitsOf : uint8_t { kAll, kAny, kOdd };  // and, or, exclusive or
AggregateStatePtr make_bits_state(BitsOf what);

}  // namespace penstock
