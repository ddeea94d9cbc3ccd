#include "libcore/expr/prune/bounds.h"

#include "libcore/data/builder.h"

namespace penstock {

Bounds make_unknown_bounds(int64_t count) {
  const std::vector<bool> all(static_cast<size_t>(count), true);
  return {{}, {}, all, all};
}

Outcomes outcomes_of(const Bounds& bounds) {
  Outcomes outcomes{bounds.may_be_value, bounds.may_be_value, bounds.may_be_null};
  for (size_t i = 0; i < bounds.may_be_value.size(); ++i) {
    const auto zone = static_cast<int64_t>(i);
    if (is_known(bounds.max, zone) && !bounds.max.column->bool_at(bounds.max.constant ? 0 : zone))
      outcomes.may_be_true[i] = false;
    if (is_known(bounds.min, zone) && bounds.min.column->bool_at(bounds.min.constant ? 0 : zone))
      outcomes.may_be_false[i] = false;
  }
  return outcomes;
}

Bounds bounds_of(const Outcomes& outcomes) {
  BoolBuilder min;
  BoolBuilder max;
  Bounds bounds{{}, {}, outcomes.may_be_null, outcomes.may_be_true};
  for (size_t i = 0; i < outcomes.may_be_true.size(); ++i) {
    min.append(!outcomes.may_be_false[i]);
    max.append(outcomes.may_be_true[i]);
    if (outcomes.may_be_false[i]) bounds.may_be_value[i] = true;
  }
  bounds.min = {min.finish(), false};
  bounds.max = {max.finish(), false};
  return bounds;
}

Outcomes combine(bool conjunction, const Outcomes& a, const Outcomes& b) {
  const size_t count = a.may_be_true.size();
  Outcomes result{std::vector<bool>(count), std::vector<bool>(count), std::vector<bool>(count)};
  // Of `and`, false decides; of `or`, true does.
  const std::vector<bool>& a_decides = conjunction ? a.may_be_false : a.may_be_true;
  const std::vector<bool>& b_decides = conjunction ? b.may_be_false : b.may_be_true;
  const std::vector<bool>& a_leaves = conjunction ? a.may_be_true : a.may_be_false;
  const std::vector<bool>& b_leaves = conjunction ? b.may_be_true : b.may_be_false;
  for (size_t i = 0; i < count; ++i) {
    const bool decided = a_decides[i] || b_decides[i];
    const bool left = a_leaves[i] && b_leaves[i];
    result.may_be_true[i] = conjunction ? left : decided;
    result.may_be_false[i] = conjunction ? decided : left;
    result.may_be_null[i] = (a.may_be_null[i] && (b.may_be_null[i] || b_leaves[i])) ||
                            (b.may_be_null[i] && a_leaves[i]);
  }
  return result;
}

namespace {

// The number in a zone, or -1 where it is not known.
int64_t number_of(const ColumnPtr& numbers, int64_t zone) {
  return numbers == nullptr || numbers->is_null(zone) ? -1 : numbers->data<int64_t>()[zone];
}

}  // namespace

Bounds ColumnNode::bounds(const Zones& zones) const {
  const ZoneColumn& column = zones.columns[index_];
  Bounds bounds = make_unknown_bounds(zones.count);
  bounds.min = {column.min, false};
  bounds.max = {column.max, false};
  for (int64_t zone = 0; zone < zones.count; ++zone) {
    const int64_t rows = number_of(zones.rows, zone);
    const int64_t nulls = number_of(column.nulls, zone);
    bounds.may_be_null[static_cast<size_t>(zone)] = nulls != 0 && rows != 0;
    bounds.may_be_value[static_cast<size_t>(zone)] = rows != 0 && (rows < 0 || rows != nulls);
  }
  return bounds;
}

Bounds ConstantNode::bounds(const Zones& zones) const {
  const auto count = static_cast<size_t>(zones.count);
  const bool is_null = value_->null_count != 0;
  const Operand value{value_, true};
  return {value, value, std::vector<bool>(count, is_null), std::vector<bool>(count, !is_null)};
}

}  // namespace penstock
