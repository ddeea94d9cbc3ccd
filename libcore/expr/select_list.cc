// Select lists: what pproject computes.
#include <algorithm>
#include <memory>

#include "libcore/base/check.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/functions/made_rows.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/list_items.h"
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

class ListBinder {
 public:
  ListBinder(const ExpressionText& text, SchemaPtr schema)
      : schema_(std::move(schema)),
        source_(std::make_shared<const Source>(text)),
        hook_(schema_->size()),
        binder_(source_, *schema_, &hook_) {}

  std::shared_ptr<const SelectList> bind() {
    const std::vector<ItemSyntax> items = expand_columns(binder_, parse_select_list(*source_));
    const std::vector<std::string> names = item_names(items, names_of_stars(items));
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].value->kind == Syntax::Kind::kStar) {
        add_star(*items[i].value);
      } else {
        // An expression over columns(…) keeps the name of its column.
        const bool keeps = items[i].alias.empty() && !items[i].of_column.empty();
        add(*items[i].value, keeps ? items[i].of_column : names[i], !items[i].alias.empty(),
            items[i].location);
      }
    }
    return std::make_shared<BoundSelectList>(make_schema(std::move(fields_), schema_->metadata()),
                                             std::move(items_), hook_.take_series());
  }

 private:
  std::vector<std::string> names_of_stars(std::span<const ItemSyntax> items) const {
    std::vector<std::string> names;
    for (const ItemSyntax& item : items) {
      if (item.value->kind != Syntax::Kind::kStar) continue;
      for (const StarColumn& column : star_columns(binder_, *item.value)) {
        names.push_back(column.name != nullptr ? column.name->name.text
                                               : (*schema_)[column.column].name);
      }
    }
    return names;
  }

  // Columns of a star may have one name, as in the input; a new name must be free.
  void add_star(const Syntax& star) {
    std::vector<Field> kept;
    const std::vector<StarColumn> columns = star_columns(binder_, star);
    for (const StarColumn& column : columns) {
      if (column.name == nullptr) kept.push_back((*schema_)[column.column]);
    }
    names_.add(binder_, kept, star.location);
    for (const StarColumn& column : columns) {
      const Field& field = (*schema_)[column.column];
      if (column.value != nullptr) {
        add_value(*column.value, field.name);
        continue;
      }
      pass(column.column);
      if (column.name == nullptr) continue;
      fields_.back().name = column.name->name.text;
      names_.add(binder_, fields_.back().name, column.name->location);
    }
  }

  void add(const Syntax& value, const std::string& name, bool is_named, int64_t location) {
    add_value(value, name);
    // A column that is passed on under its own name has that of the input, in the input's case.
    if (items_.back().passed && !is_named) {
      fields_.back().name = (*schema_)[*items_.back().passed].name;
    }
    names_.add(binder_, fields_.back().name, location);
  }

  void add_value(const Syntax& value, const std::string& name) {
    const size_t series_before = hook_.count();
    Bound bound = binder_.bind(value);
    const bool makes_rows = hook_.count() != series_before;
    const auto* column = dynamic_cast<const ColumnNode*>(bound.node.get());
    if (column != nullptr && !makes_rows) {
      pass(column->index());
      fields_.back().name = name;
      return;
    }
    if (bound.literal == Bound::Literal::kNull) bound = binder_.coerce(bound, utf8_type(), "null");
    items_.push_back({bound.node, std::nullopt, makes_rows});
    fields_.push_back(make_output_field(name, bound));
  }

  void pass(size_t column) {
    items_.push_back({nullptr, column, false});
    fields_.push_back((*schema_)[column]);
  }

  SchemaPtr schema_;
  SourcePtr source_;
  SeriesHook hook_;
  Binder binder_;
  std::vector<Field> fields_;
  std::vector<SelectListItem> items_;
  OutputNames names_;
};

}  // namespace

// Lists that make rows keep the batch.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
std::unique_ptr<MadeRows> SelectList::make_rows(Batch /*batch*/) const {
  PENSTOCK_CHECK(false);
}

std::shared_ptr<const SelectList> bind_select_list(const ExpressionText& text, SchemaPtr schema) {
  return ListBinder(text, std::move(schema)).bind();
}

}  // namespace penstock
