// Rows to a command key by key: a reduce function that is a program in any language.
#pragma once

#include <string>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/data/compare.h"
#include "libcore/ops/apply/apply.h"

namespace penstock {

struct ReduceOptions {
  std::vector<std::string> keys;
  std::vector<SortKey> order = {};  // of the rows of a key; none of the keys
  bool per_group = false;           // runs the command once for each key
  // How the command runs; `apply.command` is that of make_reduce(). REQUIRES no columns to keep.
  ApplyOptions apply;
};

// Returns the order of the rows that a command gets: by the keys, then by `order`.
std::vector<SortKey> order_of_groups(const ReduceOptions& options);

// Returns what the command prints for the rows of `input`, which it gets sorted by the keys, with
// nulls last, then by `order`; rows that are equal in all of these stay in the order of the input.
// The columns that it gets are the keys, in their order, then the others.
//
// Rows that state this order (penstock.order), or a longer one, are not sorted: they are passed on
// as they come, and a row that is out of order is an Error. Other rows are sorted as make_sort()
// does, and all of them are read before the command gets the first one. The command is run as
// make_apply() says; errors count rows as they are sorted.
//
// Throws Error as make_sort() and make_apply() do, and when a key is named twice.
OperatorPtr make_reduce(OperatorPtr input, ReduceOptions options);

// Returns the same rows, put together in advance, for a make_reduce() that follows: the text
// `command` is run by sh over all of them, sorted as above, and answers in the form that it is
// given with rows of the same columns. The answers are sorted in the same way. No command runs
// where there are no rows.
//
// Throws Error as make_reduce() does, and when the answers have other columns. `options.per_group`,
// `options.apply.command` and `options.apply.from` do not count.
OperatorPtr make_combined(OperatorPtr input, ReduceOptions options, const std::string& command);

}  // namespace penstock
