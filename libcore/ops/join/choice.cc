#include "libcore/ops/join/choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/compare.h"

namespace penstock {
namespace {

// The known order of an input, as columns and directions, as far as it can be used.
struct KnownOrder {
  std::vector<size_t> columns;
  std::vector<KeyDirection> directions;
};

KnownOrder known_order(const Schema& schema) {
  KnownOrder known;
  std::optional<std::string_view> text = schema.metadata_value(kOrderKey);
  if (!text) return known;
  try {
    for (const SortKey& key : parse_sort_keys(*text)) {
      std::optional<size_t> column = schema.find(key.name);
      if (!column) break;
      known.columns.push_back(*column);
      known.directions.push_back({key.descending, key.nulls_first});
    }
  } catch (const Error&) {
    // A stranger wrote this metadata, and it is not a key list: the order is unknown.
  }
  return known;
}

// The numbers of the keys in the order in which the input is sorted by them; empty when it is not
// known to be sorted by all of them before anything else.
std::vector<size_t> key_order(const KnownOrder& known, const std::vector<size_t>& keys) {
  std::vector<size_t> order;
  for (size_t i = 0; i < keys.size() && i < known.columns.size(); ++i) {
    auto key = std::find(keys.begin(), keys.end(), known.columns[i]);
    if (key == keys.end()) return {};
    order.push_back(static_cast<size_t>(key - keys.begin()));
  }
  std::vector<size_t> distinct = order;
  std::sort(distinct.begin(), distinct.end());
  bool is_all = std::unique(distinct.begin(), distinct.end()) == distinct.end() &&
                order.size() == keys.size();
  return is_all ? order : std::vector<size_t>{};
}

template <typename T>
std::vector<T> permuted(const std::vector<T>& values, const std::vector<size_t>& order) {
  std::vector<T> result;
  for (size_t i : order)
    result.push_back(values[i]);
  return result;
}

// Whether the inputs are known to be in one order of the keys; the plan's keys are then in it.
bool use_known_order(JoinPlan& plan, const Schema& left, const Schema& right, JoinChoice& choice) {
  KnownOrder l = known_order(left);
  KnownOrder r = known_order(right);
  std::vector<size_t> order = key_order(l, plan.left_keys);
  if (order.empty() || order != key_order(r, plan.right_keys)) return false;
  l.directions.resize(order.size());
  r.directions.resize(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    if (l.directions[i].descending != r.directions[i].descending) return false;
  }
  plan.left_keys = permuted(plan.left_keys, order);
  plan.right_keys = permuted(plan.right_keys, order);
  plan.key_types = permuted(plan.key_types, order);
  choice.left = std::move(l.directions);
  choice.right = std::move(r.directions);
  return true;
}

}  // namespace

JoinChoice choose_join(JoinPlan& plan, const Schema& left, const Schema& right,
                       JoinAlgorithm wanted) {
  JoinChoice choice;
  choice.algorithm = wanted;
  choice.reason = "as asked for";
  bool has_keys = !plan.left_keys.empty();
  bool needs_keys = wanted != JoinAlgorithm::kAuto && wanted != JoinAlgorithm::kNestedLoop;
  if (needs_keys && !has_keys) {
    throw Error::usage("this algorithm needs equal keys; use -k, or --algorithm nested-loop");
  }
  bool may_merge = wanted == JoinAlgorithm::kAuto || wanted == JoinAlgorithm::kMerge;
  bool is_sorted = has_keys && may_merge && use_known_order(plan, left, right, choice);
  if (wanted == JoinAlgorithm::kMerge && !is_sorted) {
    choice.left.resize(plan.left_keys.size());
    choice.right.resize(plan.left_keys.size());
  }
  if (wanted != JoinAlgorithm::kAuto) return choice;
  if (is_sorted) {
    choice.algorithm = JoinAlgorithm::kMerge;
    choice.reason = "both inputs are sorted by the keys";
  } else if (has_keys) {
    choice.algorithm = JoinAlgorithm::kHash;
    choice.reason = "there are equal keys, and the inputs are not known to be sorted by them";
  } else {
    choice.algorithm = JoinAlgorithm::kNestedLoop;
    choice.reason = "there are no equal keys";
  }
  return choice;
}

}  // namespace penstock
