#include <algorithm>
#include <utility>

#include "libcore/ops/merge/inputs.h"
#include "libcore/ops/merge/run_merge.h"
#include "libcore/os/ordered_pool.h"

namespace penstock {
namespace {

// An input's batches with the merged schema's types.
class MergedInput : public Operator {
 public:
  MergedInput(OperatorPtr input, SchemaPtr schema)
      : input_(std::move(input)), schema_(std::move(schema)) {}

  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (batch) batch = as_merged(*std::move(batch), schema_);
    return batch;
  }

 private:
  OperatorPtr input_;
  SchemaPtr schema_;
};

}  // namespace

OperatorPtr make_ordered_merge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys,
                               const SchemaPtr& schema) {
  auto order = std::make_shared<const KeyOrder>(*schema, keys);
  Metadata metadata = schema->metadata();
  metadata.emplace_back(kOrderKey, to_string(keys));
  SchemaPtr merged = make_schema(schema->fields(), std::move(metadata));
  std::vector<SortedInput> sorted;
  for (MergeInput& input : inputs) {
    sorted.push_back(
        {std::make_unique<MergedInput>(std::move(input.stream), merged), std::move(input.name)});
  }
  int cores = usable_cores();
  return merge_runs(std::move(sorted), order, merged, cores > 1 ? cores : 0);
}

}  // namespace penstock
