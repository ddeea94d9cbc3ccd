#include "libcore/keys/known_order.h"

#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/data/compare.h"

namespace penstock {
namespace {

std::string passed_keys(
    std::string_view keys, bool prefix_holds,
    const std::function<std::optional<std::string>(std::string_view)>& new_name) {
  std::vector<SortKey> kept;
  for (SortKey key : parse_sort_keys(keys)) {
    std::optional<std::string> name = new_name(key.name);
    if (!name && !prefix_holds) return {};
    if (!name) break;
    key.name = *std::move(name);
    kept.push_back(std::move(key));
  }
  return kept.empty() ? std::string() : to_string(kept);
}

}  // namespace

Metadata passed_metadata(
    const Metadata& metadata,
    const std::function<std::optional<std::string>(std::string_view)>& new_name) {
  Metadata passed;
  for (const auto& [key, value] : metadata) {
    bool is_order = key == kOrderKey;
    if (!is_order && key != kPartitioningKey) {
      passed.emplace_back(key, value);
      continue;
    }
    try {
      std::string kept = passed_keys(value, is_order, new_name);
      if (!kept.empty()) passed.emplace_back(key, std::move(kept));
    } catch (const Error&) {
      continue;
    }
  }
  return passed;
}

SchemaPtr without_claims(const Schema& schema) {
  return make_schema(schema.fields(), passed_metadata(schema.metadata(), [](std::string_view) {
                       return std::nullopt;
                     }));
}

}  // namespace penstock
