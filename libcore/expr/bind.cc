#include "libcore/expr/bind.h"

#include <algorithm>
#include <string>

#include "libcore/base/suggest.h"
#include "libcore/data/builder.h"
#include "libcore/data/number/decimal.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/conditional.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/functions/letter_case.h"
#include "libcore/expr/functions/list_change.h"
#include "libcore/expr/logic.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

template <typename T>
NodePtr make_fixed_constant(const TypePtr& type, T value) {
  FixedBuilder<T> builder;
  builder.append(value);
  return std::make_shared<ConstantNode>(builder.finish(type));
}

// A literal with a point is a decimal of just its digits, one with an exponent a float64.
NodePtr make_number_constant(const std::string& text) {
  if (text.find_first_of("eE") != std::string::npos) {
    ColumnPtr value = parse_constant(text, float64_type());
    return value == nullptr ? nullptr : std::make_shared<ConstantNode>(value);
  }
  TypePtr type = decimal_of_digits(text);
  ColumnPtr value = type == nullptr ? nullptr : parse_constant(text, type);
  return value == nullptr ? nullptr : std::make_shared<ConstantNode>(value);
}

}  // namespace

NodePtr make_int64_constant(int64_t value) {
  return make_fixed_constant(int64_type(), value);
}
NodePtr make_float64_constant(double value) {
  return make_fixed_constant(float64_type(), value);
}
NodePtr make_text_constant(std::string_view value) {
  BytesBuilder builder;
  builder.append(value);
  return std::make_shared<ConstantNode>(builder.finish(utf8_type()));
}
NodePtr make_bool_constant(bool value) {
  BoolBuilder builder;
  builder.append(value);
  return std::make_shared<ConstantNode>(builder.finish());
}

Bound Binder::bind(const Syntax& syntax) {
  Bound result = bind_kind(syntax);
  if (result.node->cost() > kMaxNodeCost) fail(syntax.location, "the expression is too large");
  return result;
}

Bound Binder::bind_kind(const Syntax& syntax) {
  switch (syntax.kind) {
    case Syntax::Kind::kColumn:
      return bind_column(syntax);
    case Syntax::Kind::kStar:
      fail(syntax.location, "* stands for columns only in a list of them");
    case Syntax::Kind::kNull:
    case Syntax::Kind::kBool:
    case Syntax::Kind::kInteger:
    case Syntax::Kind::kNumber:
    case Syntax::Kind::kText:
      return bind_constant(syntax);
    case Syntax::Kind::kParameter:
      return bind_parameter(syntax);
    case Syntax::Kind::kCall:
      return bind_call(syntax);
    case Syntax::Kind::kAnd:
    case Syntax::Kind::kOr:
    case Syntax::Kind::kNot:
      return bind_logic(syntax);
    case Syntax::Kind::kCast:
      return bind_cast(syntax);
    case Syntax::Kind::kCase:
      return bind_case(syntax);
    case Syntax::Kind::kField:
      return bind_field(*this, bind(*syntax.args[0]), syntax.names[0]);
    case Syntax::Kind::kSubscript: {
      Bound list = bind(*syntax.args[0]);
      if (syntax.args.size() == 3) {
        Bound from = bind(*syntax.args[1]);
        return bind_slice(*this, list, from, bind(*syntax.args[2]));
      }
      return bind_subscript(*this, list, bind(*syntax.args[1]));
    }
    case Syntax::Kind::kArray:
      return bind_array(*this, bind_all(syntax.args), syntax.location);
  }
  fail(syntax.location, "this cannot be computed");
}

std::vector<Bound> Binder::bind_all(std::span<const SyntaxPtr> list) {
  std::vector<Bound> result;
  result.reserve(list.size());
  for (const SyntaxPtr& syntax : list)
    result.push_back(bind(*syntax));
  return result;
}

Bound Binder::bind_condition(const Syntax& syntax, std::string_view what) {
  Bound value = bind(syntax);
  if (!can_coerce(value, *bool_type())) {
    fail(value.location,
         std::string(what) + " is " + type_name(value.type()) + ", not true or false");
  }
  return coerce(value, bool_type(), what);
}

size_t Binder::find_column(const Name& name, int64_t location) const {
  std::optional<size_t> found;
  try {
    found = schema_.find(name.text);
    for (size_t i = 0; !found && !name.exact && i < schema_.size(); ++i) {
      if (!equal_but_for_case(schema_[i].name, name.text)) continue;
      for (size_t j = i + 1; j < schema_.size(); ++j) {
        if (equal_but_for_case(schema_[j].name, name.text)) {
          throw Error("'" + name.text + "' may be the column \"" + schema_[i].name + "\" or \"" +
                      schema_[j].name + "\"; write it in quotes");
        }
      }
      found = i;
    }
  } catch (const Error& error) {
    fail(location, error.message());
  }
  if (found) return *found;
  std::string reason = hook_ == nullptr ? std::string() : hook_->why_no_column(name.text);
  if (reason.empty()) {
    reason = "unknown column '" + name.text + "'" + column_advice(name.text, schema_.names());
    if (name.exact) reason += "; a text is written in single quotes, '" + name.text + "'";
  }
  fail(location, reason);
}

// a.b: the column "a.b" if there is one, else field b of column a.
Bound Binder::bind_column(const Syntax& syntax) {
  Name first = syntax.names[0];
  size_t used = 1;
  if (syntax.names.size() > 1) {
    std::string dotted = first.text;
    for (size_t i = 1; i < syntax.names.size(); ++i)
      dotted += "." + syntax.names[i].text;
    std::vector<std::string> names = schema_.names();
    if (std::find(names.begin(), names.end(), dotted) != names.end()) {
      first = {dotted, true};
      used = syntax.names.size();
    }
  }
  size_t index = find_column(first, syntax.location);
  Bound value;
  value.node = std::make_shared<ColumnNode>(index, schema_[index].type);
  value.location = syntax.location;
  for (; used < syntax.names.size(); ++used) {
    value = bind_field(*this, value, syntax.names[used]);
  }
  return value;
}

Bound Binder::bind_constant(const Syntax& syntax) const {
  Bound result;
  result.location = syntax.location;
  switch (syntax.kind) {
    case Syntax::Kind::kNull:
      result.literal = Bound::Literal::kNull;
      result.node = make_null_constant(null_type());
      break;
    case Syntax::Kind::kBool:
      result.node = make_bool_constant(syntax.integer != 0);
      break;
    case Syntax::Kind::kInteger:
      result.literal = Bound::Literal::kInteger;
      result.text = std::to_string(syntax.integer);
      result.node = make_int64_constant(syntax.integer);
      break;
    case Syntax::Kind::kText:
      result.literal = Bound::Literal::kText;
      result.text = syntax.text;
      result.node = make_text_constant(syntax.text);
      break;
    default:
      result.literal = Bound::Literal::kNumber;
      result.text = syntax.text;
      result.node = make_number_constant(syntax.text);
      if (result.node == nullptr) {
        fail(syntax.location, "the number " + syntax.text +
                                  " has more than 38 digits or is out of range; write it as a "
                                  "float64 with an exponent");
      }
  }
  return result;
}

// A number or a text whose type was inferred is a literal, as if it stood in the expression; a
// value of any other type, or of a declared one, is of that type.
Bound Binder::bind_parameter(const Syntax& syntax) const {
  const Parameter* parameter = source_->parameters().find(syntax.text);
  if (parameter == nullptr) {
    const std::vector<std::string> names = source_->parameters().names();
    std::string advice = did_you_mean(syntax.text, names);
    if (advice.empty()) advice = "; give its value with --set " + syntax.text + "=VALUE";
    fail(syntax.location, "unknown parameter ':" + syntax.text + "'" + advice);
  }
  Bound result;
  result.location = syntax.location;
  result.text = parameter->value;
  const TypeId type = parameter->type->id;
  if (is_text(type)) {
    result.node = make_text_constant(parameter->value);
  } else {
    result.node = std::make_shared<ConstantNode>(parse_constant(parameter->value, parameter->type));
  }
  if (parameter->is_declared) return result;
  if (type == TypeId::kInt64) result.literal = Bound::Literal::kInteger;
  if (is_text(type)) result.literal = Bound::Literal::kText;
  if (type == TypeId::kFloat64) {
    // nan and infinity are not decimals.
    if (NodePtr number = make_number_constant(parameter->value)) {
      result.literal = Bound::Literal::kNumber;
      result.node = std::move(number);
    }
  }
  return result;
}

Bound Binder::bind_logic(const Syntax& syntax) {
  std::string_view what = syntax.kind == Syntax::Kind::kAnd  ? "an operand of and"
                          : syntax.kind == Syntax::Kind::kOr ? "an operand of or"
                                                             : "the operand of not";
  std::vector<NodePtr> operands;
  for (const SyntaxPtr& argument : syntax.args) {
    operands.push_back(bind_condition(*argument, what).node);
  }
  Bound result;
  result.location = syntax.location;
  if (syntax.kind == Syntax::Kind::kNot) {
    result.node = make_not(operands[0], source_);
  } else {
    result.node = make_logic(syntax.kind == Syntax::Kind::kAnd, std::move(operands));
  }
  return result;
}

Bound Binder::bind_case(const Syntax& syntax) {
  std::vector<NodePtr> conditions;
  std::vector<Bound> values;
  size_t i = 0;
  for (; i + 1 < syntax.args.size(); i += 2) {
    conditions.push_back(bind_condition(*syntax.args[i], "the condition after when").node);
    values.push_back(bind(*syntax.args[i + 1]));
  }
  if (syntax.has_else) values.push_back(bind(*syntax.args[i]));
  TypePtr type = common_type(values, syntax.location, "the values of a case are");
  std::vector<NodePtr> nodes;
  for (const Bound& value : values)
    nodes.push_back(coerce(value, type, "a value of a case").node);
  if (!syntax.has_else) nodes.push_back(make_null_constant(type));
  Bound result;
  result.location = syntax.location;
  result.node = make_case(type, std::move(conditions), std::move(nodes));
  return result;
}

Bound Binder::bind_call(const Syntax& syntax) {
  if (is_columns_call(syntax)) {
    fail(syntax.location,
         "columns(…) stands for several columns, which only a list of pproject or pagg can have");
  }
  if (hook_ != nullptr) {
    if (std::optional<Bound> value = hook_->bind_call(*this, syntax)) return *std::move(value);
  }
  // Before the arguments, whose columns may be wrong only because this is not the aggregate it
  // was taken for.
  require_function(*this, syntax);
  return bind_function(*this, syntax, bind_all(syntax.args));
}

Bound Binder::call(TypePtr type, std::span<const Bound> arguments, Kernel kernel, CallTraits traits,
                   int64_t location, MeaningPtr meaning) const {
  std::vector<NodePtr> nodes;
  for (const Bound& argument : arguments)
    nodes.push_back(argument.node);
  Bound result;
  result.location = location;
  result.node = make_call_node(std::move(type), std::move(nodes), std::move(kernel), traits,
                               source_, location, std::move(meaning));
  return result;
}

}  // namespace penstock
