#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/suggest.h"
#include "libcore/expr/aggregate_call.h"
#include "libcore/expr/aggregates.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/expression.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/list_items.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/syntax/same.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// Inside an aggregate there is no other, and rows stay rows.
class InnerHook : public ScopeHook {
 public:
  std::optional<Bound> bind_call(Binder& binder, const Syntax& call) override {
    if (find_aggregate(call.text) != nullptr) {
      binder.fail(call.location, "an aggregate inside another");
    }
    return std::nullopt;
  }
};

// For expressions over the results: an aggregate call stands for a column after the keys.
class OuterHook : public ScopeHook {
 public:
  OuterHook(const SourcePtr& source, const Schema& input, size_t key_count)
      : input_(input), rows_(source, input, &inner_), key_count_(key_count) {}

  std::optional<Bound> bind_call(Binder& binder, const Syntax& call) override {
    const AggregateFunction* function = find_aggregate(call.text);
    if (function == nullptr) return std::nullopt;
    if (call.over != nullptr) binder.fail(call.location, "over (…) needs --window");
    size_t k = 0;
    // A call that is written twice is computed once: sum(x) / count(*) and count(*) share their
    // count.
    while (k < calls.size() && !same_syntax(*bound_[k], call))
      ++k;
    if (k == calls.size()) {
      calls.push_back(bind_aggregate_call(rows_, call, *function));
      bound_.push_back(&call);
    }
    Bound result;
    result.location = call.location;
    result.node = std::make_shared<ColumnNode>(key_count_ + k, calls[k].type);
    return result;
  }

  std::string why_no_column(std::string_view name) const override {
    std::vector<std::string> names = input_.names();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return "unknown column '" + std::string(name) + "'" + column_advice(name, names);
    }
    return "column '" + std::string(name) +
           "' is neither a key nor inside an aggregate; add it to -k or wrap it, as in min(" +
           std::string(name) + ")";
  }

  std::vector<AggregateCall> calls;

 private:
  InnerHook inner_;
  const Schema& input_;
  Binder rows_;
  size_t key_count_;
  std::vector<const Syntax*> bound_;  // of each call
};

class Outputs : public SelectList {
 public:
  Outputs(SchemaPtr schema, std::vector<NodePtr> nodes)
      : schema_(std::move(schema)), nodes_(std::move(nodes)) {}
  SchemaPtr schema() const override { return schema_; }
  bool is_row_by_row() const override { return true; }
  Batch evaluate(const Batch& batch) const override {
    Batch result{schema_, batch.rows, {}};
    for (const NodePtr& node : nodes_)
      result.columns.push_back(node->evaluate(batch));
    return result;
  }

 private:
  SchemaPtr schema_;
  std::vector<NodePtr> nodes_;
};

}  // namespace

std::shared_ptr<const SelectList> make_row_list(SchemaPtr schema, std::vector<NodePtr> nodes) {
  return std::make_shared<Outputs>(std::move(schema), std::move(nodes));
}

AggregateList bind_aggregates(const ExpressionText& text, const Schema& schema,
                              const std::vector<std::string>& keys) {
  auto source = std::make_shared<const Source>(text);
  Binder rows(source, schema);
  const std::vector<ItemSyntax> items = expand_columns(rows, parse_select_list(*source));
  const std::vector<std::string> item_name = item_names(items, keys);
  std::vector<Field> key_fields;
  for (const std::string& key : keys)
    key_fields.push_back(schema[schema.index_of(key)]);
  Schema key_schema(std::move(key_fields));
  OuterHook hook(source, schema, keys.size());
  Binder binder(source, key_schema, &hook);
  std::vector<Field> fields;
  std::vector<NodePtr> nodes;
  OutputNames names;
  names.add(binder, key_schema.fields(), 0);
  for (size_t i = 0; i < items.size(); ++i) {
    const ItemSyntax& item = items[i];
    Bound value = binder.bind(*item.value);
    if (value.literal == Bound::Literal::kNull) value = binder.coerce(value, utf8_type(), "null");
    fields.push_back(make_output_field(item_name[i], value));
    names.add(binder, fields.back().name, item.location);
    nodes.push_back(value.node);
  }
  AggregateList list;
  list.calls = std::move(hook.calls);
  list.outputs = make_row_list(make_schema(std::move(fields)), std::move(nodes));
  return list;
}

}  // namespace penstock
