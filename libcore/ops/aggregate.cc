#include "libcore/ops/aggregate.h"

#include <algorithm>
#include <utility>

#include "libcore/base/limits.h"
#include "libcore/data/take.h"
#include "libcore/ops/aggregate_plan.h"

namespace penstock {
namespace {

class Aggregate : public Operator {
 public:
  Aggregate(OperatorPtr input, const std::vector<std::string>& keys, std::string_view list,
            AggregateOptions options)
      : input_(std::move(input)),
        plan_(*input_->schema(), keys, list, options),
        groups_(plan_.make_groups()) {}

  SchemaPtr schema() const override { return plan_.schema; }

  std::optional<Batch> next() override {
    if (!is_read_) read_all();
    if (at_ == groups_.size()) return std::nullopt;
    int64_t rows = std::min(kBatchRows, groups_.size() - at_);
    std::vector<ColumnPtr> columns =
        plan_.options.partial ? groups_.states(at_, rows) : groups_.results(at_, rows);
    at_ += rows;
    return plan_.output(std::move(columns), rows);
  }

 private:
  void read_all() {
    is_read_ = true;
    while (std::optional<Batch> batch = input_->next()) {
      if (!plan_.options.final) {
        groups_.add(*batch, plan_.input_columns);
        continue;
      }
      Batch states{plan_.states, batch->rows, {}};
      for (size_t column : plan_.input_columns)
        states.columns.push_back(plain(batch->columns[column]));
      groups_.merge(states);
    }
  }

  OperatorPtr input_;
  AggregatePlan plan_;
  AggregateGroups groups_;
  bool is_read_ = false;
  int64_t at_ = 0;  // groups handed out
};

}  // namespace

OperatorPtr make_aggregate(OperatorPtr input, std::vector<std::string> keys, std::string_view list,
                           AggregateOptions options) {
  return std::make_unique<Aggregate>(std::move(input), keys, list, options);
}

}  // namespace penstock
