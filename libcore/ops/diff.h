// Compares the rows of two inputs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/rows/memory_budget.h"

namespace penstock {

struct DiffOptions {
  // Rows with equal keys are compared with each other. Without keys rows are compared as a whole,
  // and each is there as often in one input as in the other.
  std::vector<std::string> keys = {};
  // Keys may come several times: rows are compared as a whole, in the order of the keys.
  bool multiset = false;
  // Rows are compared by their numbers instead, the first with the first. REQUIRES no keys.
  bool ordered = false;
  double tolerance = 0;                  // numbers as far apart as this are equal
  std::string left = "the first input";  // the inputs' names in errors
  std::string right = "the second input";
  std::shared_ptr<bool> differs = nullptr;  // becomes true with the first row of the result
  SpillOptions spill = {};
};

// Returns a row for each difference: `change`, the keys (`row`, the number from 1, if ordered; all
// columns, if rows are compared as a whole and there are no keys), `column`, and what the two
// inputs have there, as text, in `left` and `right`. Where an input has a column of one of these
// names as a key, the new column has the next free one. `change` is
//   "column removed", "column added", "type changed"  of a column, first of all; its types
//   "removed", "added"  a row that only the first or the second input has; without a column
//   "changed"  a value of a column that both have
// in the order of the keys. Values are equal as in data/compare.h; those of nested types, and of
// types that differ, by their texts or as numbers. If rows are compared as a whole, columns that
// only one input has, or that differ in their type, are left out.
//
// Both inputs are sorted (ops/sort/sort.h), unless they are compared in their order. Throws Error
// for a key that is missing or differs in type, for a key that comes twice (unless `multiset`), and
// what sorts throw.
OperatorPtr make_diff(OperatorPtr left, OperatorPtr right, const DiffOptions& options);

}  // namespace penstock
