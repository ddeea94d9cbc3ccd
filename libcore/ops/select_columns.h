// Some columns of rows, by name.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libcore/data/batch.h"

namespace penstock {

// These columns of batches of one schema, in this order.
class PickedColumns {
 public:
  // Throws Error when a column is unknown.
  PickedColumns(const Schema& from, const std::vector<std::string>& columns);

  const SchemaPtr& schema() const { return schema_; }
  // REQUIRES a batch of the schema `from`. Copies no values.
  Batch of(Batch batch) const;

 private:
  SchemaPtr schema_;
  std::vector<size_t> places_;
};

// Returns the columns of `input` by name, in that order. Throws Error when one is unknown.
OperatorPtr select_columns(OperatorPtr input, const std::vector<std::string>& columns);

}  // namespace penstock
