#include "libcore/ops/merge/common_schema.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace penstock {

SchemaPtr common_schema(const std::vector<SchemaPtr>& schemas, const std::vector<SortKey>& merge) {
  const Schema& first = *schemas[0];
  std::vector<Field> fields = first.fields();
  Metadata metadata;
  for (const auto& entry : first.metadata()) {
    if (entry.first == kOrderKey && (schemas.size() > 1 || !merge.empty())) continue;
    bool all_agree = std::all_of(schemas.begin(), schemas.end(), [&](const SchemaPtr& other) {
      return other->metadata_value(entry.first) == std::string_view(entry.second);
    });
    if (all_agree) metadata.push_back(entry);
  }
  if (!merge.empty()) metadata.emplace_back(kOrderKey, to_string(merge));
  for (const SchemaPtr& other : schemas) {
    for (size_t c = 0; c < fields.size(); ++c)
      fields[c].nullable |= (*other)[c].nullable;
  }
  return make_schema(std::move(fields), std::move(metadata));
}

}  // namespace penstock
