#include "libcore/flow/plan/seen_order.h"

#include <algorithm>
#include <string>

namespace penstock {
namespace {

bool has_all(const std::vector<SortKey>& order, const std::vector<std::string>& all) {
  return std::all_of(all.begin(), all.end(), [&](const std::string& name) {
    return std::any_of(order.begin(), order.end(),
                       [&](const SortKey& key) { return key.name == name; });
  });
}

}  // namespace

bool shows_row_order(const std::vector<DescribedStage>& stages, size_t first, bool is_much) {
  for (size_t i = first; i < stages.size(); ++i) {
    const std::optional<StageTraits>& about = stages[i].traits;
    if (!about || about->uses_order) return true;
    if (about->gives_states) continue;
    switch (about->operation) {
      case Operation::kAggregate:
        return shows_group_order(stages, i, is_much);
      case Operation::kFilter:
      case Operation::kProject:
      case Operation::kJoin:
        break;
      default:
        return true;
    }
  }
  return true;
}

bool shows_group_order(const std::vector<DescribedStage>& stages, size_t aggregation,
                       bool is_much) {
  std::vector<std::string> keys = stages[aggregation].traits->group_keys;
  if (keys.empty()) return false;
  bool is_known = true;  // each row is the only one with its `keys`
  for (size_t i = aggregation + 1; i < stages.size(); ++i) {
    const std::optional<StageTraits>& about = stages[i].traits;
    if (!about || about->uses_order) return true;
    switch (about->operation) {
      case Operation::kSort:
        return !(is_known && has_all(about->order, keys)) && !is_much;
      case Operation::kAggregate:
        keys = about->group_keys;
        is_known = true;
        if (keys.empty()) return false;
        break;
      case Operation::kProject:
      case Operation::kJoin:
        is_known = false;
        break;
      case Operation::kFilter:
        break;
      default:
        return true;
    }
  }
  return true;
}

}  // namespace penstock
