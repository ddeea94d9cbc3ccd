#include "libcore/ops/project.h"

#include <algorithm>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/expr/expression.h"

namespace penstock {
namespace {

// The new name of the input's column `name`, if it comes through.
std::optional<std::string> passed_name(const Schema& input, const SelectList& list,
                                       std::string_view name) {
  std::vector<std::optional<size_t>> passed = list.passed_columns();
  SchemaPtr output = list.schema();
  for (size_t i = 0; i < passed.size(); ++i) {
    if (passed[i] && input[*passed[i]].name == name) return (*output)[i].name;
  }
  return std::nullopt;
}

// What of a key list is still true of the output: rows ordered by (a, b) are ordered by a, but
// rows placed by (a, b) are not placed by a.
std::string passed_keys(const Schema& input, const SelectList& list, std::string_view keys,
                        bool prefix_holds) {
  std::vector<SortKey> kept;
  for (SortKey key : parse_sort_keys(keys)) {
    std::optional<std::string> name = passed_name(input, list, key.name);
    if (!name && !prefix_holds) return {};
    if (!name) break;
    key.name = *name;
    kept.push_back(std::move(key));
  }
  return kept.empty() ? std::string() : to_string(kept);
}

SchemaPtr output_schema(const Schema& input, const SelectList& list) {
  Metadata metadata;
  for (const auto& [key, value] : input.metadata()) {
    bool order = key == kOrderKey;
    if (!order && key != kPartitioningKey) {
      metadata.emplace_back(key, value);
      continue;
    }
    std::string kept;
    try {
      kept = passed_keys(input, list, value, order);
    } catch (const Error&) {
      // Metadata that a stranger wrote and that is no key list tells nothing.
      continue;
    }
    if (!kept.empty()) metadata.emplace_back(key, std::move(kept));
  }
  return make_schema(list.schema()->fields(), std::move(metadata));
}

class Project : public Operator {
 public:
  Project(OperatorPtr input, std::string_view list)
      : input_(std::move(input)),
        list_(bind_select_list(list, input_->schema())),
        schema_(output_schema(*input_->schema(), *list_)) {}

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> result = list_->is_row_by_row() ? next_whole() : next_slice();
    if (result) result->schema = schema_;
    return result;
  }

 private:
  std::optional<Batch> next_whole() {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    return list_->evaluate(*batch);
  }

  std::optional<Batch> next_slice() {
    while (made_at_ == made_.rows) {
      if (!make_more()) return std::nullopt;
    }
    int64_t rows = std::min(kBatchRows, made_.rows - made_at_);
    Batch result = rows == made_.rows ? made_ : slice(made_, made_at_, rows);
    made_at_ += rows;
    return result;
  }

  // Computes the next few input rows. How many follows from what the last ones gave, so that one
  // step makes about a batch.
  bool make_more() {
    if (taken_ == taken_from_.rows) {
      std::optional<Batch> batch = input_->next();
      if (!batch) return false;
      taken_from_ = *std::move(batch);
      taken_ = 0;
    }
    int64_t rows = std::min(step_, taken_from_.rows - taken_);
    made_ = list_->evaluate(slice(taken_from_, taken_, rows));
    made_at_ = 0;
    taken_ += rows;
    int64_t rows_each = made_.rows / rows + 1;
    step_ = std::clamp<int64_t>(kBatchRows / rows_each, 1, step_ * 4);
    return true;
  }

  OperatorPtr input_;
  std::shared_ptr<const SelectList> list_;
  SchemaPtr schema_;
  // Of lists that make rows:
  Batch taken_from_;  // the input's batch, of which `taken_` rows are computed
  int64_t taken_ = 0;
  Batch made_;  // computed rows, of which `made_at_` have been handed out
  int64_t made_at_ = 0;
  int64_t step_ = 64;  // input rows to compute at a time
};

}  // namespace

OperatorPtr make_project(OperatorPtr input, std::string_view list) {
  return std::make_unique<Project>(std::move(input), list);
}

}  // namespace penstock
