#include "libcore/ops/aggregate/window.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/expr/window/list.h"
#include "libcore/ops/aggregate/aggregate.h"
#include "libcore/ops/join/join.h"
#include "libcore/ops/window/window.h"
#include "libcore/rows/spool.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Stores the batches that it returns.
class SpoolingInput : public Operator {
 public:
  SpoolingInput(OperatorPtr input, std::shared_ptr<RowSpool> spool)
      : input_(std::move(input)), spool_(std::move(spool)) {}

  SchemaPtr schema() const override { return input_->schema(); }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (batch) spool_->add(*batch);
    return batch;
  }

 private:
  OperatorPtr input_;
  std::shared_ptr<RowSpool> spool_;
};

// Returns the stored rows. REQUIRES that all were stored before the first next().
class SpooledRows : public Operator {
 public:
  SpooledRows(SchemaPtr schema, std::shared_ptr<RowSpool> spool)
      : schema_(std::move(schema)), spool_(std::move(spool)) {}

  SchemaPtr schema() const override { return schema_; }
  std::optional<Batch> next() override { return spool_->next(); }

 private:
  SchemaPtr schema_;
  std::shared_ptr<RowSpool> spool_;
};

void refuse_names_of_input(const Schema& input, const Schema& groups, size_t keys) {
  std::vector<std::string> names = input.names();
  for (size_t i = keys; i < groups.size(); ++i) {
    const std::string& name = groups[i].name;
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    throw Error("'" + name +
                "' is a column of the input; give the aggregate another name (as NAME)");
  }
}

}  // namespace

OperatorPtr make_window(OperatorPtr input, const std::vector<std::string>& keys,
                        const ExpressionText& list, const SpillOptions& spill) {
  if (traits_of_windows(list, keys).needs_rows)
    return make_ordered_windows(std::move(input), keys, list, spill);
  SchemaPtr schema = without_dictionaries(input->schema());
  // Groups, stored rows and the build side are in memory at the same time.
  SpillOptions share = spill;
  share.memory = std::max(spill.memory / 3, kLeastMemory);
  auto spool = std::make_shared<RowSpool>(schema, share);
  AggregateOptions aggregate;
  aggregate.spill = share;
  OperatorPtr groups = make_aggregate(std::make_unique<SpoolingInput>(std::move(input), spool),
                                      keys, list, aggregate);
  refuse_names_of_input(*schema, *groups->schema(), keys.size());
  // A join reads all of its right side before it asks for the first row of its left.
  JoinOptions join;
  join.type = keys.empty() ? JoinType::kCross : JoinType::kInner;
  for (const std::string& key : keys)
    join.keys.emplace_back(key, key);
  join.algorithm = keys.empty() ? JoinAlgorithm::kNestedLoop : JoinAlgorithm::kHash;
  join.nulls_match = true;
  join.spill = share;
  return make_join(std::make_unique<SpooledRows>(schema, std::move(spool)), std::move(groups),
                   join);
}

}  // namespace penstock
