#include <algorithm>
#include <utility>

#include "libcore/ops/merge/inputs.h"
#include "libcore/ops/merge/run_merge.h"
#include "libcore/os/ordered_pool.h"

namespace penstock {
OperatorPtr make_ordered_merge(std::vector<MergeInput> inputs, const std::vector<SortKey>& keys,
                               const SchemaPtr& schema) {
  auto order = std::make_shared<const KeyOrder>(*schema, keys);
  Metadata metadata = schema->metadata();
  metadata.emplace_back(kOrderKey, to_string(keys));
  SchemaPtr merged = make_schema(schema->fields(), std::move(metadata));
  std::vector<SortedInput> sorted;
  for (MergeInput& input : inputs) {
    sorted.push_back({as_merged(std::move(input.stream), merged), std::move(input.name)});
  }
  int cores = usable_cores();
  return merge_runs(std::move(sorted), order, merged, cores > 1 ? cores : 0);
}

}  // namespace penstock
