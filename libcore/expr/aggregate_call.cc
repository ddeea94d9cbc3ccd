#include "libcore/expr/aggregate_call.h"

#include <string>
#include <utility>
#include <vector>

#include "libcore/data/compare.h"
#include "libcore/data/hash.h"
#include "libcore/data/take.h"
#include "libcore/expr/bound_expression.h"
#include "libcore/expr/syntax/same.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

using Form = AggregateFunction::Form;
using Takes = AggregateFunction::Takes;
using Gives = AggregateFunction::Gives;

bool is_untyped(const Bound& value) {
  return value.literal == Bound::Literal::kNull || value.type().id == TypeId::kNull;
}

TypePtr sum_type(const Type& type) {
  if (is_float(type.id)) return float64_type();
  if (is_decimal(type.id)) return decimal_type(38, type.scale);
  return type.id == TypeId::kUint64 ? uint64_type() : int64_type();
}

class CallBinder {
 public:
  CallBinder(Binder& rows, const Syntax& call, const AggregateFunction& function)
      : rows_(rows), syntax_(call), function_(function), name_(function.name) {}

  AggregateCall bind() {
    call_.function = &function_;
    call_.distinct = syntax_.distinct;
    call_.holistic = is_holistic_call(function_, syntax_);
    if (syntax_.filter != nullptr) {
      call_.filter = make_expression(rows_.bind_condition(*syntax_.filter, "the filter").node);
    }
    if (syntax_.star) {
      if (function_.form != Form::kRowsOrValue) fail("only count takes *");
      call_.type = int64_type();
      return std::move(call_);
    }
    for (const SyntaxPtr& argument : syntax_.args)
      arguments_.push_back(rows_.bind(*argument));
    bind_form();
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
    fail(name_ + " is used as " + name_ + std::string(function_.signature));
  }

  void bind_form() {
    const Form form = function_.form;
    const bool within = form == Form::kFraction || form == Form::kValueOrWithin;
    const bool ordered = within || form == Form::kValues || form == Form::kJoined;
    if (!syntax_.order_by.empty() && !ordered) fail(name_ + " does not depend on an order");
    if (syntax_.within_group && !within) fail(name_ + " takes no within group");
    switch (form) {
      case Form::kValue:
      case Form::kRowsOrValue:
      case Form::kValues:
        want(1);
        break;
      case Form::kValueBy:
        want(2);
        take_by(arguments_[1]);
        break;
      case Form::kPair:
        want(2);
        take_number(arguments_[1]);
        break;
      case Form::kAtFraction:
        want(2);
        call_.fraction = constant_fraction(arguments_[1]);
        arguments_.pop_back();
        break;
      case Form::kJoined:
        take_separator();
        break;
      case Form::kFraction:
        take_fraction();
        break;
      case Form::kValueOrWithin:
        take_value_within();
        break;
    }
    take_value(arguments_[0]);
    if (!within) bind_orders();
  }

  // Converts x to what its state holds, and determines the type of the result by it.
  void take_value(Bound& value) {
    switch (function_.takes) {
      case Takes::kAnything:
        value = typed(value);
        break;
      case Takes::kOrdered:
        value = typed(value);
        need_order(value);
        break;
      case Takes::kNumber:
      case Takes::kFloat:
        take_number(value);
        break;
      case Takes::kInteger:
        value = rows_.coerce(value, int64_type(), "the argument of " + name_);
        break;
      case Takes::kKey:
        value = typed(value);
        if (!is_hashable(*plain(value.type_ptr()))) {
          rows_.fail(value.location, name_ + " does not take " + type_name(value.type()));
        }
        break;
      case Takes::kBool:
        value = rows_.coerce(value, bool_type(), "the argument of " + name_);
        break;
      case Takes::kText:
        value = rows_.coerce(value, utf8_type(), "the argument of " + name_);
        break;
    }
    call_.type = result_type(value.type_ptr());
  }

  TypePtr result_type(const TypePtr& value) const {
    switch (function_.gives) {
      case Gives::kInt64:
        return int64_type();
      case Gives::kFloat64:
        return float64_type();
      case Gives::kBool:
        return bool_type();
      case Gives::kText:
        return utf8_type();
      case Gives::kSum:
        return sum_type(*value);
      case Gives::kValues:
        return list_type(plain(value));
      case Gives::kCounts:
        return list_type(
            struct_type({{"value", plain(value), true, {}}, {"count", int64_type(), true, {}}}));
      case Gives::kValue:
        break;
    }
    return plain(value);
  }

  // A literal without a type is text, null too.
  Bound typed(const Bound& value) const {
    return is_untyped(value) ? rows_.coerce(value, utf8_type(), "the argument") : value;
  }

  void need_order(const Bound& value) const {
    if (!is_orderable(value.type())) {
      rows_.fail(value.location, type_name(value.type()) + " has no order");
    }
  }

  void take_by(Bound& by) const {
    need_order(by);
    by = typed(by);
  }

  void take_number(Bound& value) const {
    const bool as_float = function_.takes == Takes::kFloat;
    // A null literal has no type of its own, and any number would do.
    if (is_untyped(value)) value = rows_.coerce(value, float64_type(), "the argument");
    // '5' is a number where only one type of number can be meant, as in PostgreSQL.
    if (!is_numeric(value.type().id) && !(as_float && value.is_literal())) {
      std::string advice = value.type().id == TypeId::kBool
                               ? "; count(*) filter (where …) counts what is true"
                               : "; cast it, as in x::float64";
      rows_.fail(value.location, name_ + " takes numbers, not " + type_name(value.type()) + advice);
    }
    const bool wide = value.type().id == TypeId::kDecimal256;
    if (wide && function_.gives == Gives::kSum) {
      rows_.fail(value.location,
                 "there is no sum of " + type_name(value.type()) + decimal256_advice());
    }
    // No state adds these two types as they are.
    if (as_float || wide || value.type().id == TypeId::kFloat16) {
      value = rows_.coerce(value, float64_type(), "the argument");
    }
  }

  void take_separator() {
    want(2);
    ColumnPtr separator =
        rows_.coerce(arguments_[1], utf8_type(), "the separator").node->constant();
    if (separator == nullptr) fail("the separator of " + name_ + " must be a constant");
    if (separator->null_count == 0) call_.separator = separator->bytes_at(0);
    arguments_.pop_back();
  }

  // f(fraction) within group (order by x): the fraction is a constant.
  void take_fraction() {
    want(1);
    if (!syntax_.within_group || syntax_.order_by.size() != 1) {
      fail(name_ + " is used as " + name_ + "(0.9) within group (order by x)");
    }
    call_.fraction = constant_fraction(arguments_[0]);
    take_ordered();
  }

  double constant_fraction(const Bound& value) const {
    ColumnPtr constant = rows_.coerce(value, float64_type(), "the fraction").node->constant();
    if (constant == nullptr || constant->null_count != 0) fail("the fraction must be a constant");
    const double fraction = *constant->data<double>();
    if (!(fraction >= 0 && fraction <= 1)) fail("the fraction must be between 0 and 1");
    return fraction;
  }

  // f(x), or as the standard has it f() within group (order by x).
  void take_value_within() {
    if (syntax_.within_group && arguments_.empty() && syntax_.order_by.size() == 1) {
      return take_ordered();
    }
    if (!syntax_.order_by.empty()) {
      fail(name_ + " is used as " + name_ + "(x) or " + name_ + "() within group (order by x)");
    }
    want(1);
  }

  // The value of within group (order by x).
  void take_ordered() {
    const SortSyntax& order = syntax_.order_by[0];
    arguments_ = {rows_.bind(*order.value)};
    call_.descending = order.descending;
  }

  void bind_orders() {
    for (const SortSyntax& order : syntax_.order_by) {
      Bound value = typed(rows_.bind(*order.value));
      need_order(value);
      call_.order_by.push_back({make_expression(value.node), order.descending, order.nulls_first});
      // Rows with equal arguments become one, whose other columns could be those of any of them.
      if (call_.distinct && !same_syntax(*order.value, *syntax_.args[0])) {
        rows_.fail(value.location, "with distinct, order by must be by the argument itself");
      }
    }
  }

  Binder& rows_;
  const Syntax& syntax_;
  const AggregateFunction& function_;
  const std::string name_;
  std::vector<Bound> arguments_;
  AggregateCall call_;
};

}  // namespace

bool is_holistic_call(const AggregateFunction& function, const Syntax& call) {
  return function.needs == AggregateFunction::Needs::kWholeGroup || call.distinct ||
         !call.order_by.empty();
}

AggregateCall bind_aggregate_call(Binder& rows, const Syntax& call,
                                  const AggregateFunction& function) {
  return CallBinder(rows, call, function).bind();
}

}  // namespace penstock
