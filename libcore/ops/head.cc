#include "libcore/ops/head.h"

#include <utility>

#include "libcore/base/check.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

class Head : public Operator {
 public:
  Head(OperatorPtr input, int64_t rows) : input_(std::move(input)), left_(rows) {
    PENSTOCK_CHECK(rows >= 0);
  }

  SchemaPtr schema() const override { return input_->schema(); }

  std::optional<Batch> next() override {
    if (left_ == 0) return std::nullopt;
    std::optional<Batch> batch = input_->next();
    if (!batch) {
      left_ = 0;
      return std::nullopt;
    }
    if (batch->rows > left_) {
      BatchMetadataPtr metadata = std::move(batch->metadata);
      batch = slice(*batch, 0, left_);
      batch->metadata = std::move(metadata);
    }
    left_ -= batch->rows;
    return batch;
  }

 private:
  OperatorPtr input_;
  int64_t left_;
};

}  // namespace

OperatorPtr make_head(OperatorPtr input, int64_t rows) {
  return std::make_unique<Head>(std::move(input), rows);
}

}  // namespace penstock
