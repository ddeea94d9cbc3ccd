#include "libcore/expr/comparison.h"

#include "libcore/data/take.h"
#include "libcore/expr/compare_kernels.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/logic.h"
#include "libcore/expr/prune/meaning.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// Both as their common type.
std::pair<Bound, Bound> matched(Binder& binder, const Bound& a, const Bound& b, int64_t location) {
  Bound both[] = {a, b};
  TypePtr type = binder.common_type(both, location, "cannot compare");
  return {binder.coerce(a, type, "the left side"), binder.coerce(b, type, "the right side")};
}

Bound bind_compared(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  return bind_comparison(binder, call.text, arguments[0], arguments[1], call.location);
}

// One comparison of two of a call's arguments, null where either is.
ColumnPtr compare_arguments(const KernelCall& call, const Kernel& compare, size_t a, size_t b) {
  Operand operands[] = {call.arguments[a], call.arguments[b]};
  Buffer validity;
  for (const Operand& operand : operands) {
    if (operand.column->null_count == 0) continue;
    if (operand.constant || operand.column->validity.empty()) {
      return make_null_column(bool_type(), call.rows);
    }
    validity = and_bitmaps(validity, operand.column->validity, call.rows);
  }
  return compare({call.node, operands, call.rows, validity});
}

Bound bind_between(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  TypePtr type = binder.common_type(arguments, call.location, "cannot compare");
  for (Bound& argument : arguments)
    argument = binder.coerce(argument, type, "a bound");
  Kernel at_least = find_comparison(*type, comparison_of(">="));
  Kernel at_most = find_comparison(*type, comparison_of("<="));
  if (!at_least) binder.fail(call.location, type_name(*type) + " cannot be compared");
  bool symmetric = call.text == "between symmetric";
  return binder.call(
      bool_type(), arguments,
      [=](const KernelCall& k) {
        auto within = [&](size_t low, size_t high) {
          return combine(true, *compare_arguments(k, at_least, 0, low),
                         *compare_arguments(k, at_most, 0, high));
        };
        ColumnPtr result = within(1, 2);
        return symmetric ? combine(false, *result, *within(2, 1)) : result;
      },
      {.strict = false}, call.location, between_meaning(*type, symmetric));
}

// Validity as truth: never null itself.
ColumnPtr nullness(const KernelCall& call, bool is_null) {
  const Column& column = *call.arguments[0].column;
  if (call.arguments[0].constant) {
    bool value = (column.null_count != 0) == is_null;
    return make_column(bool_type(), call.rows, make_bitmap(call.rows, value).freeze());
  }
  if (column.null_count == 0 || column.validity.empty()) {
    bool value = (column.null_count != 0) == is_null;
    return make_column(bool_type(), call.rows, make_bitmap(call.rows, value).freeze());
  }
  if (!is_null) return make_column(bool_type(), call.rows, column.validity);
  const uint8_t* valid = column.validity.data();
  return make_column(bool_type(), call.rows,
                     make_bits(call.rows, [=](int64_t i) { return !get_bit(valid, i); }).freeze());
}

Bound bind_null_test(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  bool is_null = call.text == "is null";
  return binder.call(
      bool_type(), arguments, [is_null](const KernelCall& k) { return nullness(k, is_null); },
      {.strict = false}, call.location, null_test_meaning(is_null));
}

// is [not] true / false / unknown.
Bound bind_truth_test(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Bound value = binder.coerce(arguments[0], bool_type(), "the operand of " + call.text);
  bool negated = call.text.starts_with("is not ");
  std::string_view wanted = std::string_view(call.text).substr(negated ? 7 : 3);
  Bound operands[] = {value};
  bool unknown = wanted == "unknown";
  bool truth = wanted == "true";
  return binder.call(
      bool_type(), operands,
      [=](const KernelCall& k) {
        const Operand& operand = k.arguments[0];
        return bool_result({k.node, k.arguments, k.rows, {}}, make_bits(k.rows, [&](int64_t i) {
                             int64_t row = operand.constant ? 0 : i;
                             bool null = operand.column->is_null(row);
                             bool is =
                                 unknown ? null : !null && operand.column->bool_at(row) == truth;
                             return is != negated;
                           }));
      },
      {.strict = false}, call.location,
      truth_test_meaning(unknown ? Truth::kUnknown
                         : truth ? Truth::kTrue
                                 : Truth::kFalse,
                         negated));
}

// is [not] distinct from: equality for which null is a value.
Bound bind_distinct(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  auto [a, b] = matched(binder, arguments[0], arguments[1], call.location);
  bool negated = call.text == "is not distinct from";
  Kernel equal = find_comparison(a.type(), comparison_of("="));
  if (!equal) binder.fail(call.location, type_name(a.type()) + " cannot be compared");
  Bound operands[] = {a, b};
  return binder.call(
      bool_type(), operands,
      [=](const KernelCall& k) {
        ColumnPtr same = equal({k.node, k.arguments, k.rows, {}});
        const Operand& x = k.arguments[0];
        const Operand& y = k.arguments[1];
        return bool_result({k.node, k.arguments, k.rows, {}}, make_bits(k.rows, [&](int64_t i) {
                             bool x_null = x.column->is_null(x.constant ? 0 : i);
                             bool y_null = y.column->is_null(y.constant ? 0 : i);
                             bool is_same = x_null || y_null ? x_null && y_null : same->bool_at(i);
                             return is_same == negated;
                           }));
      },
      {.strict = false}, call.location, distinct_meaning(a.type(), negated));
}

constexpr std::string_view kComparable = "(any, any) -> bool";

constexpr Function kComparisonFunctions[] = {
    {.name = "=",
     .signature = kComparable,
     .summary = "equal",
     .example = "1 + 1 = 2 → true",
     .bind = bind_compared,
     .is_operator = true},
    {.name = "<>",
     .signature = kComparable,
     .summary = "not equal (also !=)",
     .example = "'a' <> 'b' → true",
     .bind = bind_compared,
     .is_operator = true},
    {.name = "<",
     .signature = kComparable,
     .summary = "less",
     .example = "1 < 2.5 → true",
     .bind = bind_compared,
     .is_operator = true},
    {.name = "<=",
     .signature = kComparable,
     .summary = "less or equal",
     .example = "'a' <= 'a' → true",
     .bind = bind_compared,
     .is_operator = true},
    {.name = ">",
     .signature = kComparable,
     .summary = "greater",
     .example = "date '2024-05-01' > '2024-04-30' → true",
     .bind = bind_compared,
     .is_operator = true},
    {.name = ">=",
     .signature = kComparable,
     .summary = "greater or equal",
     .example = "1 >= 2 → false",
     .bind = bind_compared,
     .is_operator = true},
    {.name = "between",
     .signature = "(any, any, any) -> bool",
     .summary = "within both bounds, which count",
     .example = "5 between 1 and 5 → true",
     .nulls = "null if that is not decided",
     .bind = bind_between,
     .is_operator = true},
    {.name = "between symmetric",
     .signature = "(any, any, any) -> bool",
     .summary = "between bounds in either order",
     .example = "5 between symmetric 9 and 1 → true",
     .nulls = "null if that is not decided",
     .bind = bind_between,
     .is_operator = true},
    {.name = "in",
     .signature = "(any, any…) -> bool",
     .summary = "equal to one of a list",
     .example = "'b' in ('a', 'b') → true",
     .nulls = "null if that is not decided",
     .bind = bind_in,
     .is_operator = true},
    {.name = "is null",
     .signature = "(any) -> bool",
     .summary = "whether it is null",
     .example = "null is null → true",
     .nulls = "never null",
     .bind = bind_null_test,
     .is_operator = true},
    {.name = "is not null",
     .signature = "(any) -> bool",
     .summary = "whether it is not null",
     .example = "'' is not null → true",
     .nulls = "never null",
     .bind = bind_null_test,
     .is_operator = true},
    {.name = "is true",
     .signature = "(bool) -> bool",
     .summary = "true, not null",
     .example = "(1 < 2) is true → true",
     .nulls = "never null",
     .bind = bind_truth_test,
     .is_operator = true},
    {.name = "is not true",
     .signature = "(bool) -> bool",
     .summary = "false or null",
     .example = "(null::bool) is not true → true",
     .nulls = "never null",
     .bind = bind_truth_test,
     .is_operator = true},
    {.name = "is false",
     .signature = "(bool) -> bool",
     .summary = "false, not null",
     .example = "(1 < 2) is false → false",
     .nulls = "never null",
     .bind = bind_truth_test,
     .is_operator = true},
    {.name = "is not false",
     .signature = "(bool) -> bool",
     .summary = "true or null",
     .example = "(null::bool) is not false → true",
     .nulls = "never null",
     .bind = bind_truth_test,
     .is_operator = true},
    {.name = "is unknown",
     .signature = "(bool) -> bool",
     .summary = "null",
     .example = "(null::bool) is unknown → true",
     .nulls = "never null",
     .bind = bind_truth_test,
     .is_operator = true},
    {.name = "is not unknown",
     .signature = "(bool) -> bool",
     .summary = "true or false",
     .example = "(1 < 2) is not unknown → true",
     .nulls = "never null",
     .bind = bind_truth_test,
     .is_operator = true},
    {.name = "is distinct from",
     .signature = kComparable,
     .summary = "unequal, null being a value like others",
     .example = "1 is distinct from null → true",
     .nulls = "never null",
     .bind = bind_distinct,
     .is_operator = true},
    {.name = "is not distinct from",
     .signature = kComparable,
     .summary = "equal, null being a value like others",
     .example = "null is not distinct from null → true",
     .nulls = "never null",
     .bind = bind_distinct,
     .is_operator = true},
};

}  // namespace

ColumnPtr compare_to_list(const KernelCall& call, const Kernel& equal) {
  ColumnPtr result = compare_arguments(call, equal, 0, 1);
  for (size_t k = 2; k < call.arguments.size(); ++k) {
    result = combine(false, *result, *compare_arguments(call, equal, 0, k));
  }
  return result;
}

Bound bind_comparison(Binder& binder, std::string_view op, const Bound& a, const Bound& b,
                      int64_t location) {
  auto [left, right] = matched(binder, a, b, location);
  // A constant goes to the right, where the kernels want it.
  if (left.node->constant() != nullptr && right.node->constant() == nullptr) {
    std::swap(left, right);
    op = op == "<" ? ">" : op == "<=" ? ">=" : op == ">" ? "<" : op == ">=" ? "<=" : op;
  }
  const ComparisonKernel comparison = comparison_of(op);
  Kernel kernel = find_comparison(left.type(), comparison);
  if (!kernel) binder.fail(location, type_name(left.type()) + " cannot be compared");
  Bound operands[] = {left, right};
  return binder.call(bool_type(), operands, std::move(kernel), {}, location,
                     comparison_meaning(left.type(), comparison));
}

std::span<const Function> comparison_functions() {
  return kComparisonFunctions;
}

}  // namespace penstock
