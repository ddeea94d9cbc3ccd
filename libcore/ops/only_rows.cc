#include "libcore/ops/only_rows.h"

#include <memory>
#include <optional>
#include <utility>

namespace penstock {
namespace {

class OnlyRows : public Operator {
 public:
  explicit OnlyRows(OperatorPtr input) : input_(std::move(input)) {}

  SchemaPtr schema() const override { return input_->schema(); }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    while (batch && batch->rows == 0)
      batch = input_->next();
    if (batch) batch->metadata.reset();
    return batch;
  }

 private:
  OperatorPtr input_;
};

}  // namespace

OperatorPtr only_rows(OperatorPtr input) {
  return std::make_unique<OnlyRows>(std::move(input));
}

}  // namespace penstock
