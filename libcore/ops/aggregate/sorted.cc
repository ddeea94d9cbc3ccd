#include "libcore/ops/aggregate/sorted.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/data/take.h"

namespace penstock {
namespace {

class SortedAggregate : public Operator {
 public:
  SortedAggregate(OperatorPtr input, AggregatePlan plan, const std::vector<SortKey>& order)
      : input_(std::move(input)), plan_(std::move(plan)), groups_(plan_.make_groups()) {
    for (const SortKey& key : order) {
      auto is_key = [&key](const Field& field) { return field.name == key.name; };
      auto at = std::find_if(plan_.key_fields.begin(), plan_.key_fields.end(), is_key);
      order_.push_back({static_cast<size_t>(at - plan_.key_fields.begin()), key});
    }
  }

  SchemaPtr schema() const override { return plan_.schema; }

  std::optional<Batch> next() override {
    while (ready_.empty()) {
      if (is_at_end_) return std::nullopt;
      read_batch();
    }
    Batch batch = std::move(ready_.front());
    ready_.pop_front();
    return batch;
  }

 private:
  void read_batch() {
    std::optional<Batch> batch = input_->next();
    if (!batch) {
      is_at_end_ = true;
      give(groups_.size());
      return;
    }
    std::vector<ColumnPtr> keys;
    for (size_t i = 0; i < plan_.key_fields.size(); ++i)
      keys.push_back(plain(batch->columns[plan_.input_columns[i]]));
    int64_t before = groups_.size();
    plan_.add(groups_, *batch);
    check_order(keys, batch->rows, before);
    rows_ += batch->rows;
    last_keys_.clear();
    for (const ColumnPtr& key : keys)
      last_keys_.push_back(slice(key, batch->rows - 1, 1));
    if (groups_.size() > 1) give_all_but_last();
  }

  // Rows are out of order where a new group's key is less than the key of the row before, or where
  // a group appears again.
  void check_order(const std::vector<ColumnPtr>& keys, int64_t rows, int64_t before) const {
    for (RowIndex row : groups_.last_first_rows()) {
      if (row == 0 && before == 0) continue;
      bool in_order =
          row == 0 ? compare(last_keys_, 0, keys, row) < 0 : compare(keys, row - 1, keys, row) < 0;
      if (!in_order) throw_unordered(row);
    }
    std::span<const int32_t> groups = groups_.last_groups();
    for (int64_t i = 1; i < rows; ++i) {
      if (groups[static_cast<size_t>(i)] < groups[static_cast<size_t>(i - 1)]) throw_unordered(i);
    }
  }

  [[noreturn]] void throw_unordered(int64_t row) const {
    std::vector<SortKey> keys;
    for (const auto& [column, key] : order_)
      keys.push_back(key);
    throw Error(fmt::format("row {} is not in the order {}; sort the input by psort -k '{}'",
                            rows_ + row + 1, to_string(keys), to_string(keys)));
  }

  int compare(const std::vector<ColumnPtr>& a, int64_t i, const std::vector<ColumnPtr>& b,
              int64_t j) const {
    for (const auto& [column, key] : order_) {
      const Column& left = *a[column];
      const Column& right = *b[column];
      bool reversed = key.descending && left.is_valid(i) && right.is_valid(j);
      auto order = compare_rows(left, i, right, j, key.nulls_first);
      if (order != 0) return (order < 0) != reversed ? -1 : 1;
    }
    return 0;
  }

  void give_all_but_last() {
    int64_t last = groups_.size() - 1;
    Batch carried{plan_.states, 1, groups_.states(last, 1)};
    give(last);
    groups_ = plan_.make_groups();
    groups_.merge(carried);
  }

  void give(int64_t groups) {
    const int64_t step = groups_.rows_at_once();
    for (int64_t at = 0; at < groups; at += step)
      ready_.push_back(plan_.output_of(groups_, at, std::min(step, groups - at)));
  }

  struct Part {
    size_t column;
    SortKey key;
  };

  OperatorPtr input_;
  AggregatePlan plan_;
  std::vector<Part> order_;
  AggregateGroups groups_;
  std::vector<ColumnPtr> last_keys_;  // of the row before the batch
  std::deque<Batch> ready_;
  int64_t rows_ = 0;  // before the batch
  bool is_at_end_ = false;
};

}  // namespace

std::optional<std::vector<SortKey>> known_key_order(const Schema& input,
                                                    const std::vector<std::string>& keys) {
  std::optional<std::string_view> known = input.metadata_value(kOrderKey);
  if (!known) return std::nullopt;
  std::vector<SortKey> order;
  try {
    order = parse_sort_keys(*known);
  } catch (const Error&) {
    return std::nullopt;  // a stranger's word for something else
  }
  if (order.size() < keys.size()) return std::nullopt;
  order.resize(keys.size());
  for (const std::string& key : keys) {
    auto is_key = [&key](const SortKey& known_key) { return known_key.name == key; };
    if (std::none_of(order.begin(), order.end(), is_key)) return std::nullopt;
  }
  return order;
}

OperatorPtr make_sorted_aggregate(OperatorPtr input, AggregatePlan plan,
                                  const std::vector<SortKey>& order) {
  return std::make_unique<SortedAggregate>(std::move(input), std::move(plan), order);
}

}  // namespace penstock
