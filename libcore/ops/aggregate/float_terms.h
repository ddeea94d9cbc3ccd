// Exact sums of floats as columns of states, and exact differences of their products.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "libcore/ops/aggregate/float_sums.h"
#include "libcore/ops/aggregate/state.h"

namespace penstock {

// The type of a column of sums: lists of float64.
TypePtr terms_type();

// Returns the sums of the groups [begin, begin + count) as lists of doubles. Throws Error for more
// than 2^31 - 1 doubles.
ColumnPtr terms_column(const FloatSums& sums, int64_t begin, int64_t count);

// Adds sums that terms_column() gave; the states' first column has the numbers of values. Throws
// Error for a null among the doubles, and for a number below 0.
void merge_terms(FloatSums& sums, const AggregateRows& states, size_t list_column);

// a * b as the nearest double and the difference from it (Dekker's product, by fma).
struct Product {
  double nearest;
  double rest;
};
inline Product multiply(double a, double b) {
  double nearest = a * b;
  return {nearest, std::fma(a, b, -nearest)};
}

// Returns n * (sum of products) - (sum of a) * (sum of b), rounded once; the sums are those of the
// doubles.
double deviation(int64_t n, const std::vector<double>& a_terms, const std::vector<double>& b_terms,
                 const std::vector<double>& products);

}  // namespace penstock
