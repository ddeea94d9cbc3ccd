#include "libcore/ops/aggregate/aggregate.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libcore/ops/aggregate/plan.h"
#include "libcore/ops/aggregate/sorted.h"
#include "libcore/ops/aggregate/spill.h"

namespace penstock {
namespace {

class Aggregate : public Operator {
 public:
  Aggregate(OperatorPtr input, AggregatePlan plan)
      : input_(std::move(input)), plan_(std::move(plan)), groups_(plan_.make_groups()) {}

  SchemaPtr schema() const override { return plan_.schema; }

  std::optional<Batch> next() override {
    if (!is_read_) read_all();
    if (results_) return results_->next();
    if (at_ == groups_.size()) return std::nullopt;
    int64_t rows = std::min(groups_.rows_at_once(), groups_.size() - at_);
    at_ += rows;
    return plan_.output_of(groups_, at_ - rows, rows);
  }

 private:
  void read_all() {
    is_read_ = true;
    const SpillOptions& spill = plan_.options.spill;
    std::optional<SpilledGroups> spilled;
    while (std::optional<Batch> batch = input_->next()) {
      plan_.add(groups_, *batch);
      if (!is_full(groups_, spill)) continue;
      if (plan_.key_fields.empty()) {
        // The only group stays.
        if (!file_) file_.emplace(spill.directory);
        groups_.spill(*file_, spill);
        continue;
      }
      if (!spilled) {
        spilled.emplace(plan_, spill);
        if (spill.tell)
          spill.tell("the groups do not fit into the memory: they go to disk in parts");
      }
      spilled->add(groups_);
    }
    if (!spilled) return;
    if (groups_.size() != 0) spilled->add(groups_);
    results_ = spilled->results();
  }

  OperatorPtr input_;
  AggregatePlan plan_;
  std::optional<SpillFile> file_;  // of the states of the only group
  AggregateGroups groups_;
  OperatorPtr results_;  // when groups were spilled
  bool is_read_ = false;
  int64_t at_ = 0;  // groups handed out
};

}  // namespace

OperatorPtr make_aggregate(OperatorPtr input, const std::vector<std::string>& keys,
                           const ExpressionText& list, const AggregateOptions& options) {
  SchemaPtr schema = input->schema();
  AggregatePlan plan(*schema, keys, list, options);
  std::optional<std::vector<SortKey>> order;
  if (!keys.empty()) order = known_key_order(*schema, keys);
  if (!order && options.sorted && !keys.empty()) {
    order.emplace();
    for (const std::string& key : keys)
      order->push_back({key, false, false});
  }
  if (order) return make_sorted_aggregate(std::move(input), std::move(plan), *order);
  return std::make_unique<Aggregate>(std::move(input), std::move(plan));
}

}  // namespace penstock
