#include "libcore/expr/aggregates.h"

#include <algorithm>

#include "libcore/base/suggest.h"
#include "libcore/data/compare.h"
#include "libcore/data/take.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/syntax/pg_parse.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

constexpr auto kByParts = AggregateFunction::Needs::kParts;
constexpr auto kWhole = AggregateFunction::Needs::kWholeGroup;
constexpr auto kAnyOrder = AggregateFunction::Order::kAny;
constexpr auto kFirstOfEqual = AggregateFunction::Order::kFirstOfEqual;
constexpr auto kRowsOrder = AggregateFunction::Order::kRows;

constexpr AggregateFunction kAggregates[] = {
    {"count", "(*) -> int64", "rows; count(x): rows where x is not null", "count", kByParts,
     kAnyOrder},
    {"sum", "(number) -> number",
     "sum: int64 of integers, uint64 of uint64, decimal(38,s) of decimals, float64 of floats",
     "sum", kByParts, kAnyOrder},
    {"avg", "(number) -> float64", "mean", "avg", kByParts, kAnyOrder},
    {"min", "(any) -> any", "least value", "min", kByParts, kAnyOrder},
    {"max", "(any) -> any", "greatest value", "max", kByParts, kAnyOrder},
    {"min_by", "(any, any) -> any", "the first argument where the second is least", "min_by",
     kByParts, kFirstOfEqual},
    {"max_by", "(any, any) -> any", "the first argument where the second is greatest", "max_by",
     kByParts, kFirstOfEqual},
    {"stddev", "(float64) -> float64", "standard deviation of a sample", "stddev_samp", kByParts,
     kAnyOrder},
    {"stddev_samp", "(float64) -> float64", "standard deviation of a sample", "stddev_samp",
     kByParts, kAnyOrder},
    {"stddev_pop", "(float64) -> float64", "standard deviation of a population", "stddev_pop",
     kByParts, kAnyOrder},
    {"variance", "(float64) -> float64", "variance of a sample", "var_samp", kByParts, kAnyOrder},
    {"var_samp", "(float64) -> float64", "variance of a sample", "var_samp", kByParts, kAnyOrder},
    {"var_pop", "(float64) -> float64", "variance of a population", "var_pop", kByParts, kAnyOrder},
    {"median", "(float64) -> float64", "middle value, interpolated", "percentile_cont", kWhole,
     kAnyOrder},
    {"percentile_cont", "(fraction) within group (order by float64) -> float64",
     "value at a fraction of the order, interpolated", "percentile_cont", kWhole, kAnyOrder},
    {"percentile_disc", "(fraction) within group (order by any) -> any",
     "first value at or past a fraction of the order", "percentile_disc", kWhole, kAnyOrder},
    {"mode", "(any) -> any", "most frequent value, the least of several", "mode", kWhole,
     kAnyOrder},
    {"array_agg", "(any [order by …]) -> list", "all values as a list, nulls too", "array_agg",
     kWhole, kRowsOrder},
    {"string_agg", "(text, separator [order by …]) -> text", "texts joined", "string_agg", kByParts,
     kRowsOrder},
    {"bool_and", "(bool) -> bool", "whether all are true", "bool_and", kByParts, kAnyOrder},
    {"every", "(bool) -> bool", "as bool_and", "bool_and", kByParts, kAnyOrder},
    {"bool_or", "(bool) -> bool", "whether any is true", "bool_or", kByParts, kAnyOrder},
};

bool is_holistic(const AggregateFunction& function, const Syntax& call) {
  return function.needs == kWhole || call.distinct || !call.order_by.empty();
}

const AggregateFunction* find_aggregate(std::string_view name) {
  for (const AggregateFunction& function : kAggregates) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

// Returns whether two pieces of syntax are equal apart from their places in the text.
bool same(const Syntax& a, const Syntax& b);
bool same(const SyntaxPtr& a, const SyntaxPtr& b) {
  if (a == nullptr || b == nullptr) return a == b;
  return same(*a, *b);
}
bool same(const Syntax& a, const Syntax& b) {
  auto same_name = [](const Name& x, const Name& y) {
    return x.text == y.text && x.exact == y.exact;
  };
  auto same_order = [](const SortSyntax& x, const SortSyntax& y) {
    return same(x.value, y.value) && x.descending == y.descending && x.nulls_first == y.nulls_first;
  };
  auto same_args = [](const SyntaxPtr& x, const SyntaxPtr& y) { return same(x, y); };
  return a.kind == b.kind && a.text == b.text && a.integer == b.integer &&
         a.has_else == b.has_else && a.star == b.star && a.distinct == b.distinct &&
         a.within_group == b.within_group && a.type.name == b.type.name &&
         a.type.builtin == b.type.builtin && a.type.modifiers == b.type.modifiers &&
         same(a.filter, b.filter) &&
         std::equal(a.names.begin(), a.names.end(), b.names.begin(), b.names.end(), same_name) &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), same_args) &&
         std::equal(a.order_by.begin(), a.order_by.end(), b.order_by.begin(), b.order_by.end(),
                    same_order);
}

// Binds one aggregate call over the input's rows.
class CallBinder {
 public:
  CallBinder(Binder& rows, const Syntax& call, const AggregateFunction& function)
      : rows_(rows), syntax_(call), function_(function) {}

  AggregateCall bind() {
    call_.function = function_.canonical;
    call_.distinct = syntax_.distinct;
    call_.holistic = is_holistic(function_, syntax_);
    if (syntax_.filter != nullptr) {
      call_.filter = make_expression(rows_.bind_condition(*syntax_.filter, "the filter").node);
    }
    if (syntax_.star) {
      if (function_.name != "count") fail("only count takes *");
      call_.function = "count_star";
      call_.type = int64_type();
      return std::move(call_);
    }
    for (const SyntaxPtr& argument : syntax_.args)
      arguments_.push_back(rows_.bind(*argument));
    bind_by_name();
    for (const Bound& argument : arguments_) {
      call_.arguments.push_back(make_expression(argument.node));
      call_.argument_types.push_back(argument.type_ptr());
    }
    return std::move(call_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    rows_.fail(syntax_.location, message);
  }
  void want(size_t count) const {
    if (arguments_.size() == count) return;
    fail(std::string(function_.name) + " is used as " + std::string(function_.name) +
         std::string(function_.signature));
  }

  void bind_by_name() {
    std::string_view name = function_.canonical;
    bool within =
        name == "percentile_disc" || name == "mode" || function_.name == "percentile_cont";
    bool ordered = within || name == "string_agg" || name == "array_agg";
    if (!syntax_.order_by.empty() && !ordered) {
      fail(std::string(function_.name) + " does not depend on an order");
    }
    if (syntax_.within_group && !within) {
      fail(std::string(function_.name) + " takes no within group");
    }
    if (name == "percentile_cont") {
      bind_percentile();
    } else if (name == "percentile_disc") {
      bind_discrete_percentile();
    } else if (name == "mode") {
      bind_mode();
    } else if (name == "array_agg") {
      want(1);
      arguments_[0] = typed(arguments_[0]);
      bind_orders();
      call_.type = list_type(plain(arguments_[0].type_ptr()));
    } else if (name == "string_agg") {
      bind_string_agg();
    } else if (name == "min_by" || name == "max_by") {
      want(2);
      need_order(arguments_[1]);
      arguments_[0] = typed(arguments_[0]);
      arguments_[1] = typed(arguments_[1]);
      call_.type = arguments_[0].type_ptr();
    } else {
      want(1);
      bind_single(name);
    }
  }

  // A literal without a type is text, null too.
  Bound typed(const Bound& value) const {
    bool untyped = value.literal == Bound::Literal::kNull || value.type().id == TypeId::kNull;
    return untyped ? rows_.coerce(value, utf8_type(), "the argument") : value;
  }

  void need_order(const Bound& value) const {
    if (!is_orderable(value.type())) {
      rows_.fail(value.location, type_name(value.type()) + " has no order");
    }
  }

  void bind_single(std::string_view name) {
    Bound& value = arguments_[0];
    if (name == "count") {
      value = typed(value);
      call_.type = int64_type();
    } else if (name == "min" || name == "max") {
      need_order(value);
      value = typed(value);
      call_.type = value.type_ptr();
    } else if (name == "bool_and" || name == "bool_or") {
      value = rows_.coerce(value, bool_type(), "the argument of " + std::string(function_.name));
      call_.type = bool_type();
    } else {
      bind_numeric(name, value);
    }
  }

  void bind_numeric(std::string_view name, Bound& value) {
    // A null literal has no type of its own, and any number would do.
    if (value.literal == Bound::Literal::kNull || value.type().id == TypeId::kNull) {
      value = rows_.coerce(value, float64_type(), "the argument");
    }
    if (!is_numeric(value.type().id)) {
      std::string advice = value.type().id == TypeId::kBool
                               ? "; count(*) filter (where …) counts what is true"
                               : "; cast it, as in x::float64";
      rows_.fail(value.location, std::string(function_.name) + " takes numbers, not " +
                                     type_name(value.type()) + advice);
    }
    call_.type = float64_type();
    const bool wide = value.type().id == TypeId::kDecimal256;
    if (name == "sum" && wide) {
      rows_.fail(value.location,
                 "there is no sum of " + type_name(value.type()) + decimal256_advice());
    }
    if (name == "sum") call_.type = sum_type(value.type());
    if ((name != "sum" && name != "avg") || wide || value.type().id == TypeId::kFloat16) {
      value = rows_.coerce(value, float64_type(), "the argument");
    }
  }

  static TypePtr sum_type(const Type& type) {
    if (is_float(type.id)) return float64_type();
    if (is_decimal(type.id)) return decimal_type(38, type.scale);
    return type.id == TypeId::kUint64 ? uint64_type() : int64_type();
  }

  void bind_percentile() {
    double fraction = 0.5;
    if (function_.name == "percentile_cont") {
      fraction = bind_fraction();
      // From the other end the same place has the rest of the fraction.
      if (syntax_.order_by[0].descending) fraction = 1 - fraction;
      arguments_[0] = rows_.bind(*syntax_.order_by[0].value);
    }
    want(1);
    if (!is_numeric(arguments_[0].type().id) && !arguments_[0].is_literal()) {
      rows_.fail(arguments_[0].location, std::string(function_.name) + " takes numbers, not " +
                                             type_name(arguments_[0].type()));
    }
    arguments_[0] = rows_.coerce(arguments_[0], float64_type(), "the argument");
    call_.parameters.push_back(fraction);
    call_.type = float64_type();
  }

  // The constant fraction of an ordered-set aggregate.
  double bind_fraction() {
    std::string name(function_.name);
    want(1);
    if (!syntax_.within_group || syntax_.order_by.size() != 1) {
      fail(name + " is used as " + name + "(0.9) within group (order by x)");
    }
    ColumnPtr constant =
        rows_.coerce(arguments_[0], float64_type(), "the fraction").node->constant();
    if (constant == nullptr || constant->null_count != 0) fail("the fraction must be a constant");
    double fraction = *constant->data<double>();
    if (!(fraction >= 0 && fraction <= 1)) fail("the fraction must be between 0 and 1");
    return fraction;
  }

  void bind_discrete_percentile() {
    call_.parameters.push_back(bind_fraction());
    bind_ordered_value();
  }

  // mode(x), or as the standard has it mode() within group (order by x).
  void bind_mode() {
    if (syntax_.within_group && arguments_.empty() && syntax_.order_by.size() == 1) {
      return bind_ordered_value();
    }
    if (!syntax_.order_by.empty())
      fail("mode is used as mode(x) or mode() within group (order by x)");
    want(1);
    arguments_[0] = typed(arguments_[0]);
    need_order(arguments_[0]);
    call_.type = plain(arguments_[0].type_ptr());
  }

  // The one value of within group (order by x).
  void bind_ordered_value() {
    const SortSyntax& order = syntax_.order_by[0];
    arguments_ = {typed(rows_.bind(*order.value))};
    need_order(arguments_[0]);
    call_.descending = order.descending;
    call_.type = plain(arguments_[0].type_ptr());
  }

  void bind_string_agg() {
    want(2);
    ColumnPtr separator =
        rows_.coerce(arguments_[1], utf8_type(), "the separator").node->constant();
    if (separator == nullptr) fail("the separator of string_agg must be a constant");
    if (separator->null_count == 0) call_.separator = separator->bytes_at(0);
    arguments_.pop_back();
    arguments_[0] = rows_.coerce(arguments_[0], utf8_type(), "the argument of string_agg");
    bind_orders();
    call_.type = utf8_type();
  }

  void bind_orders() {
    for (const SortSyntax& order : syntax_.order_by) {
      Bound value = typed(rows_.bind(*order.value));
      need_order(value);
      call_.order_by.push_back({make_expression(value.node), order.descending, order.nulls_first});
      // Rows with equal arguments become one, whose other columns could be those of any of them.
      if (call_.distinct && !same(*order.value, *syntax_.args[0])) {
        rows_.fail(value.location, "with distinct, order by must be by the argument itself");
      }
    }
  }

  Binder& rows_;
  const Syntax& syntax_;
  const AggregateFunction& function_;
  std::vector<Bound> arguments_;
  AggregateCall call_;
};

// Inside an aggregate there is no other, and rows stay rows.
class InnerHook : public ScopeHook {
 public:
  std::optional<Bound> bind_call(Binder& binder, const Syntax& call) override {
    if (is_aggregate_function(call.text)) {
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

  std::optional<Bound> bind_call(Binder&, const Syntax& call) override {
    const AggregateFunction* function = find_aggregate(call.text);
    if (function == nullptr) return std::nullopt;
    size_t k = 0;
    // A call that is written twice is computed once: sum(x) / count(*) and count(*) share their
    // count.
    while (k < calls.size() && !same(*bound_[k], call))
      ++k;
    if (k == calls.size()) {
      calls.push_back(CallBinder(rows_, call, *function).bind());
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
      return "unknown column '" + std::string(name) + "'" + did_you_mean(name, names);
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

std::span<const AggregateFunction> aggregate_functions() {
  return kAggregates;
}

bool is_aggregate_function(std::string_view name) {
  return find_aggregate(name) != nullptr;
}

namespace {

// If the call's own order is by the values that it returns, rows that are equal in it do not differ
// in the result.
bool depends_on_order(const AggregateFunction& function, const Syntax& call) {
  if (function.order == kAnyOrder) return false;
  return std::none_of(call.order_by.begin(), call.order_by.end(), [&](const SortSyntax& order) {
    return !call.args.empty() && same(order.value, call.args[0]);
  });
}

void add_traits(const Syntax& syntax, AggregateTraits& traits) {
  const AggregateFunction* function =
      syntax.kind == Syntax::Kind::kCall ? find_aggregate(syntax.text) : nullptr;
  if (function != nullptr) {
    traits.holistic = traits.holistic || is_holistic(*function, syntax);
    traits.depends_on_order = traits.depends_on_order || depends_on_order(*function, syntax);
    return;
  }
  for (const SyntaxPtr& argument : syntax.args) {
    if (argument != nullptr) add_traits(*argument, traits);
  }
}

}  // namespace

AggregateTraits traits_of_aggregates(std::string_view text) {
  AggregateTraits traits;
  for (const ItemSyntax& item : parse_select_list(Source(std::string(text))))
    add_traits(*item.value, traits);
  return traits;
}

AggregateList bind_aggregates(std::string_view text, const Schema& schema,
                              const std::vector<std::string>& keys) {
  auto source = std::make_shared<const Source>(std::string(text));
  std::vector<ItemSyntax> items = parse_select_list(*source);
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
  for (const ItemSyntax& item : items) {
    Bound value = binder.bind(*item.value);
    if (value.literal == Bound::Literal::kNull) value = binder.coerce(value, utf8_type(), "null");
    fields.push_back(
        make_output_field(item.alias.empty() ? default_name(*item.value) : item.alias, value));
    names.add(binder, fields.back().name, item.location);
    nodes.push_back(value.node);
  }
  AggregateList list;
  list.calls = std::move(hook.calls);
  list.outputs = std::make_shared<Outputs>(make_schema(std::move(fields)), std::move(nodes));
  return list;
}

}  // namespace penstock
