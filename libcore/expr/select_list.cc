// Select lists: what pproject computes.
#include <algorithm>
#include <memory>

#include "libcore/expr/bound_expression.h"
#include "libcore/expr/pg_parse.h"
#include "libcore/expr/series.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// A call of a row-making function stands for a column behind the input's own: one element a row.
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

struct Item {
  NodePtr node;
  std::optional<size_t> passed;  // a column of the input, as it is
  bool makes_rows = false;
};

// For each row that comes out the row it is of, and for each series the element (or -1).
struct Unfolding {
  std::vector<RowIndex> rows;
  std::vector<std::vector<RowIndex>> elements;
};

Unfolding unfold(std::span<const ColumnPtr> lists, int64_t rows) {
  Unfolding result;
  result.elements.resize(lists.size());
  for (int64_t i = 0; i < rows; ++i) {
    int64_t longest = 0;
    for (const ColumnPtr& list : lists) {
      if (list->is_valid(i)) longest = std::max(longest, list_elements(*list, i).count);
    }
    if (static_cast<int64_t>(result.rows.size()) + longest > kMaxSeriesRows) {
      throw Error("row-making functions give more than " + std::to_string(kMaxSeriesRows) +
                  " rows at once");
    }
    result.rows.insert(result.rows.end(), static_cast<size_t>(longest), static_cast<RowIndex>(i));
    for (size_t k = 0; k < lists.size(); ++k) {
      ListElements elements{0, 0};
      if (lists[k]->is_valid(i)) elements = list_elements(*lists[k], i);
      for (int64_t j = 0; j < longest; ++j) {
        result.elements[k].push_back(j < elements.count ? static_cast<RowIndex>(elements.first + j)
                                                        : -1);
      }
    }
  }
  return result;
}

class BoundSelectList : public SelectList {
 public:
  BoundSelectList(SchemaPtr schema, std::vector<Item> items, std::vector<NodePtr> series)
      : schema_(std::move(schema)), items_(std::move(items)), series_(std::move(series)) {}

  SchemaPtr schema() const override { return schema_; }
  bool is_row_by_row() const override { return series_.empty(); }

  std::vector<std::optional<size_t>> passed_columns() const override {
    std::vector<std::optional<size_t>> passed;
    for (const Item& item : items_)
      passed.push_back(item.passed);
    return passed;
  }

  Batch evaluate(const Batch& batch) const override {
    if (!series_.empty()) return evaluate_unfolded(batch);
    Batch result{schema_, batch.rows, {}};
    for (const Item& item : items_)
      result.columns.push_back(evaluate_item(item, batch));
    return result;
  }

 private:
  static ColumnPtr evaluate_item(const Item& item, const Batch& batch) {
    return item.passed ? batch.columns[*item.passed] : item.node->evaluate(batch);
  }

  Batch evaluate_unfolded(const Batch& batch) const {
    std::vector<ColumnPtr> lists;
    for (const NodePtr& node : series_)
      lists.push_back(node->evaluate(batch));
    Unfolding unfolding = unfold(lists, batch.rows);
    // What makes no rows is computed before its rows are repeated.
    Batch wide = unfolded_input(batch, lists, unfolding);
    Batch result{schema_, wide.rows, {}};
    for (const Item& item : items_) {
      result.columns.push_back(item.makes_rows ? item.node->evaluate(wide)
                                               : take(*evaluate_item(item, batch), unfolding.rows));
    }
    return result;
  }

  // The input's columns that row-making items read, repeated, and behind them the elements.
  Batch unfolded_input(const Batch& batch, std::span<const ColumnPtr> lists,
                       const Unfolding& unfolding) const {
    Batch wide{nullptr, static_cast<int64_t>(unfolding.rows.size()), {}};
    wide.columns.resize(batch.columns.size());
    std::vector<size_t> read;
    for (const Item& item : items_) {
      if (item.makes_rows) item.node->add_columns(read);
    }
    for (size_t i : read) {
      if (i < batch.columns.size() && wide.columns[i] == nullptr) {
        wide.columns[i] = take(*batch.columns[i], unfolding.rows);
      }
    }
    for (size_t k = 0; k < lists.size(); ++k) {
      wide.columns.push_back(take_or_null(*lists[k]->children[0], unfolding.elements[k]));
    }
    return wide;
  }

  SchemaPtr schema_;
  std::vector<Item> items_;
  std::vector<NodePtr> series_;
};

}  // namespace

std::shared_ptr<const SelectList> bind_select_list(std::string_view text, SchemaPtr schema) {
  auto source = std::make_shared<const Source>(std::string(text));
  SeriesHook hook(schema->size());
  Binder binder(source, *schema, &hook);
  std::vector<Field> fields;
  std::vector<Item> items;
  auto pass = [&](size_t column) {
    items.push_back({nullptr, column, false});
    fields.push_back((*schema)[column]);
  };
  for (const ItemSyntax& syntax : parse_select_list(*source)) {
    const Syntax& value = *syntax.value;
    if (value.kind == Syntax::Kind::kStar) {
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
      continue;
    }
    if (bound.literal == Bound::Literal::kNull) bound = binder.coerce(bound, utf8_type(), "null");
    items.push_back({bound.node, std::nullopt, hook.count() != series_before});
    fields.push_back(make_output_field(std::move(name), bound));
  }
  return std::make_shared<BoundSelectList>(make_schema(std::move(fields), schema->metadata()),
                                           std::move(items), hook.take_series());
}

}  // namespace penstock
