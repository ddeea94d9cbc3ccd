// Makes rows by row-making functions.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "libcore/data/batch.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/node.h"

namespace penstock {

// An item of a select list.
struct SelectListItem {
  NodePtr node;
  std::optional<size_t> passed;  // a column of the input, unchanged
  bool makes_rows = false;       // reads elements, which follow the input's columns

  ColumnPtr evaluate(const Batch& batch) const {
    return passed ? batch.columns[*passed] : node->evaluate(batch);
  }
};

// Returns batches of `schema` with a column for each of `items`. `series` gives the elements: nodes
// of list types. Both must outlive the result.
std::unique_ptr<MadeRows> unfold_rows(SchemaPtr schema, const std::vector<SelectListItem>& items,
                                      const std::vector<NodePtr>& series, Batch batch);

}  // namespace penstock
