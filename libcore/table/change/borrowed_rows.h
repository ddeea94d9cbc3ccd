// An input that its owner keeps: an operator over it may end before it does.
#pragma once

#include <optional>

#include "libcore/data/batch.h"

namespace penstock {

// The rows must outlive it.
class BorrowedRows : public Operator {
 public:
  explicit BorrowedRows(Operator& rows) : rows_(rows) {}
  SchemaPtr schema() const override { return rows_.schema(); }
  std::optional<Batch> next() override { return rows_.next(); }

 private:
  Operator& rows_;
};

}  // namespace penstock
