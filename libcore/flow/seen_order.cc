#include "libcore/flow/seen_order.h"

#include <algorithm>
#include <string>

namespace penstock {
namespace {

bool has_all(const std::vector<std::string>& names, const std::vector<std::string>& all) {
  return std::all_of(all.begin(), all.end(), [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

}  // namespace

bool shows_row_order(const std::vector<DescribedStage>& stages, size_t first, bool is_much) {
  for (size_t i = first; i < stages.size(); ++i) {
    const StageDescription* about = stages[i].about.get();
    if (about == nullptr || about->uses_order) return true;
    const std::string& operation = about->operation;
    bool gives_states = operation == "aggregate" && about->needs[0][0].kind == "any";
    if (gives_states) continue;
    if (operation == "aggregate") return shows_group_order(stages, i, is_much);
    if (operation != "filter" && operation != "project" && operation != "join") return true;
  }
  return true;
}

bool shows_group_order(const std::vector<DescribedStage>& stages, size_t aggregation,
                       bool is_much) {
  std::vector<std::string> keys = stages[aggregation].about->group_keys;
  if (keys.empty()) return false;
  bool is_known = true;  // each row is the only one with its `keys`
  for (size_t i = aggregation + 1; i < stages.size(); ++i) {
    const StageDescription* about = stages[i].about.get();
    if (about == nullptr || about->uses_order) return true;
    const std::string& operation = about->operation;
    if (operation == "sort") return !(is_known && has_all(about->order, keys)) && !is_much;
    if (operation == "aggregate") {
      keys = about->group_keys;
      is_known = true;
      if (keys.empty()) return false;
    } else if (operation == "project" || operation == "join") {
      is_known = false;
    } else if (operation != "filter") {
      return true;
    }
  }
  return true;
}

}  // namespace penstock
