// Select lists: what pproject computes.
#include <algorithm>
#include <memory>

#include "libcore/base/check.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/functions/made_rows.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// A call of a row-making function stands for a column after those of the input: one element for
// each row.
class SeriesHook : public ScopeHook {
 public:
  explicit SeriesHook(size_t input_columns) : input_columns_(input_columns) {}

  std::optional<Bound> bind_call(Binder& binder, const Syntax& call) override {
    if (!is_series_function(call.text)) return std::nullopt;
    if (inside_) binder.fail(call.location, "a row-making function inside another");
    inside_ = true;
    std::vector<Bound> arguments;
    for (const SyntaxPtr& argument : call.args)
      arguments.push_back(binder.bind(*argument));
    inside_ = false;
    Bound list = bind_function(binder, call, std::move(arguments));
    Bound element;
    element.location = call.location;
    element.node =
        std::make_shared<ColumnNode>(input_columns_ + series_.size(), list.type().children[0].type);
    series_.push_back(list.node);
    return element;
  }

  bool takes_series() const override { return true; }

  std::vector<NodePtr> take_series() { return std::move(series_); }
  size_t count() const { return series_.size(); }

 private:
  size_t input_columns_;
  std::vector<NodePtr> series_;
  bool inside_ = false;
};

class BoundSelectList : public SelectList {
 public:
  BoundSelectList(SchemaPtr schema, std::vector<SelectListItem> items, std::vector<NodePtr> series)
      : schema_(std::move(schema)), items_(std::move(items)), series_(std::move(series)) {}

  SchemaPtr schema() const override { return schema_; }
  bool is_row_by_row() const override { return series_.empty(); }

  std::vector<std::optional<size_t>> passed_columns() const override {
    std::vector<std::optional<size_t>> passed;
    for (const SelectListItem& item : items_)
      passed.push_back(item.passed);
    return passed;
  }

  Batch evaluate(const Batch& batch) const override {
    PENSTOCK_CHECK(series_.empty());
    Batch result{schema_, batch.rows, {}};
    for (const SelectListItem& item : items_)
      result.columns.push_back(item.evaluate(batch));
    return result;
  }

  std::unique_ptr<MadeRows> make_rows(Batch batch) const override {
    PENSTOCK_CHECK(!series_.empty());
    return unfold_rows(schema_, items_, series_, std::move(batch));
  }

 private:
  SchemaPtr schema_;
  std::vector<SelectListItem> items_;
  std::vector<NodePtr> series_;
};

}  // namespace

// Lists that make rows keep the batch.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
std::unique_ptr<MadeRows> SelectList::make_rows(Batch /*batch*/) const {
  PENSTOCK_CHECK(false);
}

std::shared_ptr<const SelectList> bind_select_list(std::string_view text, SchemaPtr schema) {
  auto source = std::make_shared<const Source>(std::string(text));
  SeriesHook hook(schema->size());
  Binder binder(source, *schema, &hook);
  std::vector<Field> fields;
  std::vector<SelectListItem> items;
  OutputNames names;
  auto pass = [&](size_t column) {
    items.push_back({nullptr, column, false});
    fields.push_back((*schema)[column]);
  };
  for (const ItemSyntax& syntax : parse_select_list(*source)) {
    const Syntax& value = *syntax.value;
    if (value.kind == Syntax::Kind::kStar) {
      names.add(binder, schema->fields(), value.location);
      for (size_t i = 0; i < schema->size(); ++i)
        pass(i);
      continue;
    }
    size_t series_before = hook.count();
    Bound bound = binder.bind(value);
    std::string name = syntax.alias.empty() ? default_name(value) : syntax.alias;
    const auto* column = dynamic_cast<const ColumnNode*>(bound.node.get());
    if (column != nullptr && hook.count() == series_before) {
      pass(column->index());
      if (!syntax.alias.empty()) fields.back().name = syntax.alias;
      names.add(binder, fields.back().name, syntax.location);
      continue;
    }
    if (bound.literal == Bound::Literal::kNull) bound = binder.coerce(bound, utf8_type(), "null");
    items.push_back({bound.node, std::nullopt, hook.count() != series_before});
    names.add(binder, name, syntax.location);
    fields.push_back(make_output_field(std::move(name), bound));
  }
  return std::make_shared<BoundSelectList>(make_schema(std::move(fields), schema->metadata()),
                                           std::move(items), hook.take_series());
}

}  // namespace penstock
