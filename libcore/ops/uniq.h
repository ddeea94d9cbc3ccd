// Distinct rows, or the first row of each key.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct UniqOptions {
  // Rows are equal when these columns are; without keys, when all columns are.
  std::vector<std::string> keys = {};
  // Gives, as a last column of this name, how many rows are equal to each (int64). Empty for none.
  std::string count = {};
  // The column of the input (int64, at least 1) that has how many rows each row stands for. It is
  // not compared and not given. Empty where each row stands for itself. REQUIRES that rows are
  // counted: a `count`, or another `only` than kAll.
  std::string counted = {};
  enum class Only : uint8_t {
    kAll,
    kRepeated,  // rows to which others are equal
    kUnique,    // rows to which no other is equal
  };
  Only only = Only::kAll;
  SpillOptions spill = {};
};

// Returns the first of all equal rows, in the order of the input. Values are equal as keys of
// groups are: nulls equal each other, NaN equals itself, -0 equals 0. Dictionary columns become
// plain.
//
// Unless rows are counted, a row is given with the batch in which it came, without waiting for the
// end of the input. When the keys that are held take half of the budget, the rows whose keys are
// not among them go to disk in parts by the hash of their keys, and come last.
//
// Throws Error for a key that is unknown or of a type that cannot be a key, when the input has a
// column named `count` already, and when `counted` is not a column of counts.
OperatorPtr make_uniq(OperatorPtr input, const UniqOptions& options);

}  // namespace penstock
