#include "libcore/expr/functions/functions.h"

#include <algorithm>
#include <limits>

#include "libcore/base/check.h"
#include "libcore/base/suggest.h"
#include "libcore/expr/aggregates.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/functions/other_names.h"
#include "libcore/expr/functions/series.h"
#include "libcore/expr/syntax/advice.h"
#include "libcore/expr/types.h"
#include "libcore/expr/window/functions.h"

namespace penstock {
namespace {

// The parts of a signature.
struct Shape {
  std::vector<TypePtr> parameters;  // null pointers for any
  size_t required = 0;
  bool repeats = false;  // the last parameter
  TypePtr result;        // null pointer for any

  bool takes(size_t count) const {
    return count >= required && (repeats || count <= parameters.size());
  }
  const TypePtr& parameter(size_t i) const {
    return parameters[std::min(i, parameters.size() - 1)];
  }
};

TypePtr shape_type(std::string_view name) {
  if (name == "any" || name == "number") return nullptr;
  if (name == "interval") return interval_type();
  if (name == "timestamp") return timestamp_type(TimeUnit::kMicro);
  if (name == "timestamptz") return timestamp_type(TimeUnit::kMicro, "UTC");
  return parse_type(name);
}

// "(text, int64[, text]) -> text", "(any, any…) -> any".
Shape parse_signature(std::string_view signature) {
  constexpr std::string_view kRepeat = "…";
  Shape shape;
  size_t arrow = signature.find(" -> ");
  PENSTOCK_CHECK(arrow != std::string_view::npos);
  bool optional = false;
  for (size_t i = 0; i < arrow;) {
    size_t end = signature.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789", i);
    if (end > i) {
      shape.parameters.push_back(shape_type(signature.substr(i, end - i)));
      if (!optional) shape.required = shape.parameters.size();
      i = end;
    } else if (signature.substr(i).starts_with(kRepeat)) {
      shape.repeats = true;
      // Repeated arguments may be missing altogether if an argument comes before them.
      if (shape.required > 1) --shape.required;
      i += kRepeat.size();
    } else {
      optional = optional || signature[i] == '[';
      ++i;
    }
  }
  shape.result = shape_type(signature.substr(arrow + 4));
  return shape;
}

// How well arguments fit: 0 not at all, more is better; an exact type counts more than a widened.
int fit(const Binder& binder, const Shape& shape, std::span<const Bound> arguments) {
  if (!shape.takes(arguments.size())) return 0;
  int score = 1;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const TypePtr& wanted = shape.parameter(i);
    if (wanted == nullptr) continue;
    if (!binder.can_coerce(arguments[i], *wanted)) return 0;
    if (equals(arguments[i].type(), *wanted)) score += 2;
  }
  return score;
}

std::string describe(std::span<const Bound> arguments) {
  std::string text = "(";
  for (const Bound& argument : arguments) {
    if (text.size() > 1) text += ", ";
    text += argument.literal == Bound::Literal::kNull ? "null" : type_name(argument.type());
  }
  return text + ")";
}

[[noreturn]] void fail_arguments(const Binder& binder, const Syntax& call,
                                 std::span<const Function> overloads,
                                 std::span<const Bound> arguments) {
  std::string message = overloads[0].is_operator ? "there is no " : "there is no function ";
  message += call.text + describe(arguments) + "; there is ";
  for (const Function& function : overloads) {
    if (&function != &overloads.front()) message += " and ";
    message += std::string(function.name) + std::string(function.signature);
  }
  binder.fail(call.location, message);
}

[[noreturn]] void fail_unknown(const Binder& binder, const Syntax& call) {
  if (call.over != nullptr || find_window_function(call.text) != nullptr) {
    binder.fail(call.location, "a window function (" + call.text +
                                   "(…) over (…)) can only stand in a list of pagg --window");
  }
  if (find_aggregate(call.text) != nullptr) {
    binder.fail(call.location, "an aggregate (" + call.text + ") can only stand in a list of pagg");
  }
  bool word = std::isalpha(static_cast<unsigned char>(call.text.empty() ? '_' : call.text[0])) != 0;
  if (!word) {
    std::string advice = advice_about_operator(call.text);
    if (!advice.empty()) advice = "; " + advice;
    binder.fail(call.location, "unknown operator " + call.text + advice);
  }
  const std::string unknown = "unknown function '" + call.text + "'";
  if (const OtherName* other = find_other_name(call.text)) {
    binder.fail(call.location, unknown + "; here that is " + std::string(other->instead));
  }
  std::vector<std::string> names;
  for (const Function& function : functions()) {
    if (!function.is_operator) names.emplace_back(function.name);
  }
  for (const AggregateFunction& function : aggregate_functions()) {
    names.emplace_back(function.name);
  }
  for (const WindowFunction& function : window_functions())
    names.emplace_back(function.name);
  binder.fail(call.location, unknown + did_you_mean(call.text, names));
}

void refuse_aggregate_parts(const Binder& binder, const Syntax& call) {
  if (call.over != nullptr) {
    binder.fail(call.location, "over (…) stands behind " + call.text +
                                   ", which is neither a window function nor an aggregate");
  }
  if (!call.star && !call.distinct && !call.within_group && call.filter == nullptr &&
      call.order_by.empty()) {
    return;
  }
  binder.fail(call.location,
              call.text + " is not an aggregate: it does not take *, distinct, order by or filter");
}

Bound call_kernel(Binder& binder, const Function& function, const Shape& shape, const Syntax& call,
                  std::vector<Bound> arguments) {
  std::string what = "an argument of " + call.text;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const TypePtr& wanted = shape.parameter(i);
    if (wanted != nullptr) arguments[i] = binder.coerce(arguments[i], wanted, what);
  }
  return binder.call(shape.result, arguments, function.kernel, function.traits, call.location);
}

}  // namespace

std::span<const FunctionFamily> function_families() {
  static const FunctionFamily kFamilies[] = {
      {"Comparison and tests", comparison_functions()},
      {"Arithmetic", arithmetic_functions()},
      {"Bits and buckets", bit_functions()},
      {"Choosing", conditional_functions()},
      {"Casts", cast_functions()},
      {"Text", text_functions()},
      {"Joining", joining_functions()},
      {"Places in text", format_functions()},
      {"Similar texts", similar_functions()},
      {"Encodings and URLs", encoding_functions()},
      {"Patterns", pattern_functions()},
      {"Numbers", math_functions()},
      {"Dates and times", datetime_functions()},
      {"Times made and compared", made_time_functions()},
      {"Times by a pattern", pattern_time_functions()},
      {"Numbers by a pattern", number_pattern_functions()},
      {"Lists", list_functions()},
      {"Lists made of lists", list_change_functions()},
      {"Lists from text", split_functions()},
      {"JSON", json_functions()},
      {"JSON made of values", json_build_functions()},
      {"Row-making functions (pproject only)", series_functions()},
  };
  return kFamilies;
}

const std::vector<Function>& functions() {
  static const std::vector<Function> kAll = [] {
    std::vector<Function> list;
    for (const FunctionFamily& family : function_families())
      list.insert(list.end(), family.functions.begin(), family.functions.end());
    return list;
  }();
  return kAll;
}

void require_function(const Binder& binder, const Syntax& call) {
  for (const Function& function : functions()) {
    if (function.name == call.text) return;
  }
  fail_unknown(binder, call);
}

Bound bind_function(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  std::vector<Function> overloads;
  for (const Function& function : functions()) {
    if (function.name == call.text) overloads.push_back(function);
  }
  if (overloads.empty()) fail_unknown(binder, call);
  refuse_aggregate_parts(binder, call);
  if (is_series_function(call.text) && !binder.takes_series()) {
    binder.fail(call.location, call.text + " makes rows: it can only stand in a list of pproject");
  }
  const Function* best = nullptr;
  int best_fit = 0;
  for (const Function& function : overloads) {
    int score = fit(binder, parse_signature(function.signature), arguments);
    if (score <= best_fit) continue;
    best = &function;
    best_fit = score;
  }
  // A function that binds its arguments itself has the best message about their types.
  const Function& first = overloads.front();
  if (best == nullptr && overloads.size() == 1 && first.bind != nullptr &&
      parse_signature(first.signature).takes(arguments.size())) {
    best = &first;
  }
  if (best == nullptr) fail_arguments(binder, call, overloads, arguments);
  if (best->bind != nullptr) return best->bind(binder, call, std::move(arguments));
  return call_kernel(binder, *best, parse_signature(best->signature), call, std::move(arguments));
}

}  // namespace penstock
