#include "libcore/ops/window/window.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "libcore/expr/window/list.h"
#include "libcore/ops/window/beside_rows.h"
#include "libcore/rows/store.h"

namespace penstock {
namespace {

// Computes the list's expressions over the columns and the results of the calls.
class WindowOutputs : public Operator {
 public:
  // Column i of the outputs' schema is column columns[i] of the input.
  WindowOutputs(OperatorPtr input, size_t passed, std::vector<size_t> columns,
                std::shared_ptr<const SelectList> outputs)
      : input_(std::move(input)),
        passed_(passed),
        columns_(std::move(columns)),
        outputs_(std::move(outputs)) {
    std::vector<Field> fields = input_->schema()->fields();
    fields.resize(passed_);
    const std::vector<Field>& computed = outputs_->schema()->fields();
    fields.insert(fields.end(), computed.begin(), computed.end());
    schema_ = make_schema(std::move(fields), input_->schema()->metadata());
  }

  SchemaPtr schema() const override { return schema_; }

  std::optional<Batch> next() override {
    std::optional<Batch> batch = input_->next();
    if (!batch) return std::nullopt;
    Batch in_order{nullptr, batch->rows, {}};
    for (size_t column : columns_)
      in_order.columns.push_back(batch->columns[column]);
    Batch computed = outputs_->evaluate(in_order);
    batch->columns.resize(passed_);
    batch->columns.insert(batch->columns.end(), computed.columns.begin(), computed.columns.end());
    batch->schema = schema_;
    return batch;
  }

 private:
  OperatorPtr input_;
  size_t passed_;
  std::vector<size_t> columns_;
  std::shared_ptr<const SelectList> outputs_;
  SchemaPtr schema_;
};

}  // namespace

OperatorPtr make_ordered_windows(OperatorPtr input, const std::vector<std::string>& keys,
                                 const ExpressionText& list, const SpillOptions& spill) {
  SchemaPtr schema = input->schema();
  WindowList bound = bind_windows(list, *schema, keys);
  std::vector<size_t> columns(schema->size() + bound.calls.size());
  for (size_t i = 0; i < schema->size(); ++i)
    columns[i] = i;
  size_t at = schema->size();
  std::vector<std::vector<WindowCall>> calls(bound.windows.size());
  for (size_t window = 0; window < bound.windows.size(); ++window) {
    for (size_t k = 0; k < bound.calls.size(); ++k) {
      if (bound.calls[k].window != window) continue;
      columns[schema->size() + k] = at++;
      calls[window].push_back(bound.calls[k]);
    }
  }
  if (!bound.windows.empty())
    input = make_windows_beside_rows(std::move(input), bound.windows, std::move(calls), spill);
  return std::make_unique<WindowOutputs>(std::move(input), schema->size(), std::move(columns),
                                         bound.outputs);
}

}  // namespace penstock
