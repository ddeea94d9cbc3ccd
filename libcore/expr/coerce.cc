// The coercing half of the Binder: makes values fit each other.
#include <algorithm>

#include "libcore/base/utf8.h"
#include "libcore/data/number/decimal.h"
#include "libcore/data/number/decimal_rounding.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/prune/rising_cast.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

using Literal = Bound::Literal;

Bound with_node(const Bound& value, NodePtr node) {
  Bound result;
  result.location = value.location;
  result.node = std::move(node);
  return result;
}

// Whether every value of `from` is one of `to` (float64 for integers aside: SQL's promotion).
bool widens(const Type& from, const Type& to) {
  if (equals(from, to)) return true;
  if (from.id == TypeId::kNull) return true;
  if (is_text(from.id) && is_text(to.id)) return true;
  if (to.id == TypeId::kFloat64) return is_numeric(from.id);
  if (to.id == TypeId::kDecimal128) {
    TypePtr exact = decimal_for(from);
    // A type that is capped at 38 digits is coerced too, and fails at run time for values beyond
    // it.
    return exact != nullptr && exact->scale <= to.scale &&
           (exact->precision - exact->scale <= to.precision - to.scale ||
            to.precision == kMaxDecimalPrecision);
  }
  TypePtr common = common_type(from, to);
  return common != nullptr && equals(*common, to);
}

}  // namespace

Bound Binder::coerce_literal(const Bound& value, const TypePtr& to) const {
  ColumnPtr parsed;
  if (!equals(value.type(), *to) && !(value.literal == Literal::kText && is_text(to->id))) {
    parsed = parse_constant(value.text, to);
    if (parsed == nullptr) return {};
    return with_node(value, std::make_shared<ConstantNode>(parsed));
  }
  return with_node(value, value.node);
}

bool Binder::can_coerce(const Bound& value, const Type& to) const {
  switch (value.literal) {
    case Literal::kNull:
      return true;
    case Literal::kText:
      return is_text(to.id) || parse_constant(value.text, std::make_shared<Type>(to)) != nullptr;
    case Literal::kInteger:
    case Literal::kNumber:
      if (is_numeric(to.id) && parse_constant(value.text, std::make_shared<Type>(to)) != nullptr) {
        return true;
      }
      break;
    case Literal::kNone:
      break;
  }
  return widens(value.type(), to);
}

Bound Binder::coerce(const Bound& value, const TypePtr& to, std::string_view what) const {
  if (value.literal == Literal::kNull) return with_node(value, make_null_constant(to));
  if (value.literal == Literal::kText || (value.is_literal() && is_numeric(to->id))) {
    Bound result = coerce_literal(value, to);
    if (result.node != nullptr) return result;
    if (value.literal == Literal::kText) {
      // The message of the cast says what is wrong with the text; but the cast rounds decimals.
      if (to->id == TypeId::kDecimal128 && read_decimal(value.text, to->precision, to->scale)) {
        fail(value.location, "'" + printable(value.text) + "' has digits beyond those of " +
                                 type_name(*to) + "; write the number without quotes");
      }
      return cast(value, to, value.location);
    }
  }
  if (equals(value.type(), *to)) return value;
  if (!widens(value.type(), *to)) {
    fail(value.location, std::string(what) + " is " + type_name(value.type()) + ", not " +
                             type_name(*to) + "; cast it, as in x::" + type_name(*to));
  }
  return cast(value, to, value.location);
}

Bound Binder::cast(const Bound& value, const TypePtr& to, int64_t location) const {
  if (value.literal == Literal::kNull) return with_node(value, make_null_constant(to));
  if (value.is_literal()) {
    bool reads =
        value.literal == Literal::kText || to->id == TypeId::kFloat32 || to->id == TypeId::kFloat64;
    if (reads) {
      Bound result = coerce_literal(value, to);
      if (result.node != nullptr) return result;
    }
  }
  // A number as it was typed, which a float64 may not hold.
  TypePtr from = value.type_ptr();
  Bound operand = value;
  if (value.literal == Literal::kNumber && to->id == TypeId::kDecimal128) {
    from = utf8_type();
    operand.node = make_text_constant(value.text);
  }
  Cast found = find_cast(from, to);
  if (!found.kernel) {
    std::string advice;
    if (to->id == TypeId::kTimestamp && !to->zone.empty()) {
      advice = "; name its time zone, as in x at time zone 'UTC'";
    }
    fail(location,
         "there is no cast from " + type_name(value.type()) + " to " + type_name(*to) + advice);
  }
  Bound arguments[] = {operand};
  Bound result = call(to, arguments, found.kernel, {.can_fail = found.can_fail}, location,
                      rising_meaning(0, rising_of_cast(*from, *to)));
  result.location = value.location;
  if (value.is_literal() && result.node->constant() == nullptr) {
    // A wrong literal is an error whatever the rows are.
    result.node->evaluate(Batch{nullptr, 1, {}});
  }
  return result;
}

Bound Binder::bind_cast(const Syntax& syntax) {
  const Syntax& operand = *syntax.args[0];
  TypePtr type = resolve_type(syntax.type, *source_);
  Bound value = bind(operand);
  int64_t location = value.is_literal() ? operand.location : syntax.location;
  if (type->id == TypeId::kIntervalMonthDayNano && value.literal != Literal::kNull) {
    return bind_interval_cast(*this, value, syntax.type, location);
  }
  return cast(value, type, location);
}

// Returns the type of a literal beside `other`: that type, if the literal can have it.
TypePtr Binder::literal_type(const Bound& literal, const TypePtr& other) const {
  if (literal.literal == Literal::kNull) return other;
  if (literal.literal == Literal::kText) return other;
  if (!is_numeric(other->id)) return nullptr;
  if (is_float(other->id) || can_coerce(literal, *other)) return other;
  TypePtr exact = literal.type_ptr();
  if (literal.literal == Literal::kInteger && is_decimal(other->id)) {
    exact = decimal_of_digits(literal.text);
  }
  return penstock::common_type(*exact, *other);
}

TypePtr Binder::common_type(std::span<const Bound> values, int64_t location,
                            std::string_view what) const {
  TypePtr type;
  auto merge = [&](const TypePtr& next, const Bound& value) {
    TypePtr merged = type == nullptr ? next : penstock::common_type(*type, *next);
    if (merged == nullptr) {
      fail(location, std::string(what) + " " + type_name(*type) + " and " +
                         type_name(value.type()) + mismatch_advice(*type, value.type()));
    }
    type = merged;
  };
  for (const Bound& value : values) {
    if (!value.is_literal()) merge(value.type_ptr(), value);
  }
  for (const Bound& value : values) {
    bool number = value.literal == Literal::kInteger || value.literal == Literal::kNumber;
    if (!number) continue;
    TypePtr next = type == nullptr ? value.type_ptr() : literal_type(value, type);
    if (next == nullptr) next = value.type_ptr();
    merge(next, value);
  }
  // Text literals take the type of the others, and are text among themselves.
  return type == nullptr ? utf8_type() : type;
}

}  // namespace penstock
