#include <utility>

#include "libcore/ops/merge/arrivals.h"
#include "libcore/ops/merge/inputs.h"

namespace penstock {
namespace {

std::vector<OperatorPtr> streams(std::vector<MergeInput> inputs) {
  std::vector<OperatorPtr> streams;
  for (MergeInput& input : inputs)
    streams.push_back(std::move(input.stream));
  return streams;
}

class RandomMerge : public Operator {
 public:
  RandomMerge(std::vector<MergeInput> inputs, SchemaPtr schema)
      : schema_(std::move(schema)), arrivals_(streams(std::move(inputs))) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    while (std::optional<Arrivals::Arrival> arrival = arrivals_.next()) {
      if (arrival->batch) return as_merged(*std::move(arrival->batch), schema_);
    }
    return std::nullopt;
  }

 private:
  SchemaPtr schema_;
  Arrivals arrivals_;
};

}  // namespace

OperatorPtr make_random_merge(std::vector<MergeInput> inputs, SchemaPtr schema) {
  // One input needs no thread.
  if (inputs.size() == 1) return as_merged(std::move(inputs[0].stream), std::move(schema));
  return std::make_unique<RandomMerge>(std::move(inputs), std::move(schema));
}

}  // namespace penstock
