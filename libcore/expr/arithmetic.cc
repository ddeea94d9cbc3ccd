#include "libcore/expr/arithmetic.h"

#include <algorithm>
#include <cmath>

#include "libcore/data/number/decimal.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/prune/meaning.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// Finds the row for the error after a loop has seen an overflow; rows under a null do not count.
template <typename Fails>
void fail_overflow(const KernelCall& call, std::string_view op, Fails fails) {
  Reader<int64_t> a(call.arguments[0]);
  Reader<int64_t> b(call.arguments[1]);
  for (int64_t i = 0; i < call.rows; ++i) {
    if (!call.is_valid(i) || !fails(a[i], b[i])) continue;
    call.fail("integer overflow: " + std::to_string(a[i]) + " " + std::string(op) + " " +
              std::to_string(b[i]) + " is beyond int64");
  }
}

// Overflow appears in the sign bit, which is combined over all rows, so that the loop has no
// branch.
ColumnPtr add_int64(const KernelCall& call) {
  int64_t overflow = 0;
  MutableBuffer values = binary_loop<int64_t, int64_t, int64_t>(call, [&](int64_t a, int64_t b) {
    // Unsigned numbers wrap around, where overflow of signed ones is undefined. The sum has
    // overflowed when its sign is that of neither operand.
    int64_t sum = static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    overflow |= (a ^ sum) & (b ^ sum);
    return sum;
  });
  if (overflow < 0) {
    fail_overflow(call, "+", [](int64_t a, int64_t b) {
      int64_t unused = 0;
      return __builtin_add_overflow(a, b, &unused);
    });
  }
  return fixed_result(call, std::move(values));
}

ColumnPtr subtract_int64(const KernelCall& call) {
  int64_t overflow = 0;
  MutableBuffer values = binary_loop<int64_t, int64_t, int64_t>(call, [&](int64_t a, int64_t b) {
    int64_t rest = static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
    // Only operands of different signs can: when the result has not the sign of the first.
    overflow |= (a ^ b) & (a ^ rest);
    return rest;
  });
  if (overflow < 0) {
    fail_overflow(call, "-", [](int64_t a, int64_t b) {
      int64_t unused = 0;
      return __builtin_sub_overflow(a, b, &unused);
    });
  }
  return fixed_result(call, std::move(values));
}

ColumnPtr multiply_int64(const KernelCall& call) {
  bool overflow = false;
  MutableBuffer values = binary_loop<int64_t, int64_t, int64_t>(call, [&](int64_t a, int64_t b) {
    int64_t product = 0;
    overflow |= __builtin_mul_overflow(a, b, &product);
    return product;
  });
  if (overflow) {
    fail_overflow(call, "*", [](int64_t a, int64_t b) {
      int64_t unused = 0;
      return __builtin_mul_overflow(a, b, &unused);
    });
  }
  return fixed_result(call, std::move(values));
}

// Whole division; `remainder` selects the remainder, with the sign of the dividend.
template <bool kRemainder>
ColumnPtr divide_int64(const KernelCall& call) {
  return map_rows<int64_t, int64_t, int64_t>(call, [&](int64_t a, int64_t b) {
    // By rows and not in a loop without branches: each division takes some twenty cycles, beside
    // which the tests are free.
    if (b == 0) call.fail("division by zero");
    if (b == -1) {
      // The one quotient that does not fit, and a trap of the processor even for the remainder.
      if (kRemainder) return int64_t{0};
      if (a == INT64_MIN) call.fail("integer overflow: " + std::to_string(a) + " div -1");
      return -a;
    }
    return kRemainder ? a % b : a / b;
  });
}

ColumnPtr add_float64(const KernelCall& call) {
  return fixed_result(
      call, binary_loop<double, double, double>(call, [](double a, double b) { return a + b; }));
}
ColumnPtr subtract_float64(const KernelCall& call) {
  return fixed_result(
      call, binary_loop<double, double, double>(call, [](double a, double b) { return a - b; }));
}
ColumnPtr multiply_float64(const KernelCall& call) {
  return fixed_result(
      call, binary_loop<double, double, double>(call, [](double a, double b) { return a * b; }));
}

template <bool kRemainder>
ColumnPtr divide_float64(const KernelCall& call) {
  bool zero = false;
  MutableBuffer values = binary_loop<double, double, double>(call, [&](double a, double b) {
    // Not IEEE's infinity: PostgreSQL refuses it, and an infinity would go through sums unseen.
    zero |= b == 0;
    return kRemainder ? std::fmod(a, b) : a / b;
  });
  if (zero) {
    Reader<double> divisors(call.arguments[1]);
    for (int64_t i = 0; i < call.rows; ++i) {
      if (call.is_valid(i) && divisors[i] == 0) call.fail("division by zero");
    }
  }
  return fixed_result(call, std::move(values));
}

Kernel find_int64_kernel(std::string_view op) {
  if (op == "+") return add_int64;
  if (op == "-") return subtract_int64;
  if (op == "*") return multiply_int64;
  if (op == "%") return divide_int64<true>;
  return divide_int64<false>;
}
Kernel find_float64_kernel(std::string_view op) {
  if (op == "+") return add_float64;
  if (op == "-") return subtract_float64;
  if (op == "*") return multiply_float64;
  if (op == "%") return divide_float64<true>;
  return divide_float64<false>;
}

TypePtr decimal_result(std::string_view op, const Type& a, const Type& b) {
  // SQL's rules: a product has the digits of both, a sum one more in front than the wider. Where 38
  // are too few the type keeps the scale and each row is tested.
  int32_t scale = op == "*" ? a.scale + b.scale : std::max(a.scale, b.scale);
  int32_t whole = std::max(a.precision - a.scale, b.precision - b.scale) + (op == "%" ? 0 : 1);
  int32_t precision = op == "*" ? a.precision + b.precision : whole + scale;
  if (scale > kMaxDecimalPrecision) return nullptr;
  return decimal_type(std::min(precision, kMaxDecimalPrecision), scale);
}

// A number as a decimal that holds it; literals by the digits that were typed.
Bound as_decimal(Binder& binder, const Bound& value) {
  // By the type of 2, price * 2 would get 19 digits more; by its digits it gets 1.
  TypePtr type = value.literal == Bound::Literal::kInteger ? decimal_of_digits(value.text)
                                                           : decimal_for(value.type());
  return binder.coerce(value, type, "an operand");
}

// A sum rises with its one operand that is not constant, and a difference with its first one.
MeaningPtr meaning_of(std::string_view op, std::span<const Bound> operands) {
  const size_t constant = operands[0].node->constant() == nullptr ? 1 : 0;
  const ColumnPtr value = operands[constant].node->constant();
  if (value == nullptr || !(op == "+" || (op == "-" && constant == 1))) return nullptr;
  // An infinity makes NaN of another one.
  const bool is_float64 = value->type->id == TypeId::kFloat64;
  if (is_float64 && (value->null_count != 0 || !std::isfinite(value->data<double>()[0])))
    return nullptr;
  return rising_meaning(1 - constant, is_float64 ? Rising::kWeakly : Rising::kStrictly);
}

Bound bind_decimal(Binder& binder, std::string_view op, const Bound& a, const Bound& b,
                   int64_t location) {
  Bound operands[] = {as_decimal(binder, a), as_decimal(binder, b)};
  const Type& left = operands[0].type();
  const Type& right = operands[1].type();
  TypePtr type = decimal_result(op, left, right);
  if (type == nullptr) {
    binder.fail(location,
                "the product of " + left.to_string() + " and " + right.to_string() +
                    " has more than 38 digits after the point; cast one of them to fewer");
  }
  // If the type has room for every result, none can overflow.
  bool roomy = op != "%" && (type->precision < kMaxDecimalPrecision ||
                             (op == "*" && left.precision + right.precision <= 38));
  return binder.call(type, operands, find_decimal_kernel(op, left.scale, right.scale, *type),
                     {.can_fail = !roomy}, location, meaning_of(op, operands));
}

bool is_number(const Bound& value) {
  return is_numeric(value.type().id);
}

// An operand that is a literal text or null takes the other's side.
Bound with_type_of(Binder& binder, const Bound& value, const Bound& other) {
  if (value.literal == Bound::Literal::kNull || value.literal == Bound::Literal::kText) {
    TypePtr type = is_number(other) ? other.type_ptr() : int64_type();
    return binder.coerce(value, type, "an operand");
  }
  return value;
}

[[noreturn]] void fail_operands(Binder& binder, std::string_view op, const Bound& a, const Bound& b,
                                int64_t location) {
  std::string message =
      "there is no " + type_name(a.type()) + " " + std::string(op) + " " + type_name(b.type());
  if (is_number(a) && is_number(b)) {
    message += decimal256_advice();
  } else if (is_text(a.type().id) && is_text(b.type().id) && op == "+") {
    message += "; texts are joined by ||";
  } else if (is_text(a.type().id) || is_text(b.type().id)) {
    message += "; cast the text, as in x::float64";
  }
  binder.fail(location, message);
}

Bound bind_binary(Binder& binder, std::string_view op, const Bound& first, const Bound& second,
                  int64_t location) {
  if (std::optional<Bound> result = bind_time_arithmetic(binder, op, first, second, location)) {
    return *std::move(result);
  }
  Bound a = with_type_of(binder, first, second);
  Bound b = with_type_of(binder, second, first);
  if (!is_number(a) || !is_number(b)) fail_operands(binder, op, a, b, location);
  // Of a decimal and a float: the float, because only it has the range of both. Of uint64 and a
  // signed integer: decimals, because no integer type holds both.
  bool float64 = op == "/" || is_float(a.type().id) || is_float(b.type().id);
  bool decimal = is_decimal(a.type().id) || is_decimal(b.type().id) ||
                 a.type().id == TypeId::kUint64 || b.type().id == TypeId::kUint64;
  bool wide = a.type().id == TypeId::kDecimal256 || b.type().id == TypeId::kDecimal256;
  if (wide && !float64) fail_operands(binder, op, a, b, location);
  if (decimal && !float64) return bind_decimal(binder, op, a, b, location);
  TypePtr type = float64 ? float64_type() : int64_type();
  Bound operands[] = {binder.coerce(a, type, "an operand"), binder.coerce(b, type, "an operand")};
  bool can_fail = !float64 || op == "/" || op == "%";
  return binder.call(type, operands, float64 ? find_float64_kernel(op) : find_int64_kernel(op),
                     {.can_fail = can_fail}, location, meaning_of(op, operands));
}

Bound bind_sign(Binder& binder, std::string_view op, const Bound& value, int64_t location) {
  Bound zero;
  zero.location = location;
  zero.literal = Bound::Literal::kInteger;
  zero.text = "0";
  zero.node = make_int64_constant(0);
  if (value.type().id == TypeId::kDecimal256) {
    binder.fail(location,
                "there is no " + std::string(op) + type_name(value.type()) + decimal256_advice());
  }
  if (op == "+") return bind_binary(binder, "+", value, zero, location);
  if (is_decimal(value.type().id)) {
    return binder.call(
        value.type_ptr(), {&value, 1},
        [](const KernelCall& k) {
          return fixed_result(k, unary_loop<int128_t, int128_t>(k, [](int128_t a) { return -a; }));
        },
        {}, location);
  }
  // 0.0 - x would give 0 for 0 where -x is -0.
  if (is_float(value.type().id)) {
    Bound operand = binder.coerce(value, float64_type(), "the operand");
    return binder.call(
        float64_type(), {&operand, 1},
        [](const KernelCall& k) {
          return fixed_result(k, unary_loop<double, double>(k, [](double a) { return -a; }));
        },
        {}, location);
  }
  return bind_binary(binder, "-", zero, value, location);
}

Bound bind_operator(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  if (arguments.size() == 1) return bind_sign(binder, call.text, arguments[0], call.location);
  return bind_binary(binder, call.text, arguments[0], arguments[1], call.location);
}

Bound bind_modulo(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  return bind_binary(binder, "%", arguments[0], arguments[1], call.location);
}

// Whole division of whole numbers.
Bound bind_div(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  for (const Bound& argument : arguments) {
    if (!binder.can_coerce(argument, *int64_type())) {
      binder.fail(argument.location,
                  "div() divides whole numbers, not " + type_name(argument.type()));
    }
  }
  return bind_binary(binder, "div", arguments[0], arguments[1], call.location);
}

constexpr std::string_view kNumbers = "(number, number) -> number";

constexpr Function kArithmeticFunctions[] = {
    {.name = "+",
     .signature = kNumbers,
     .summary = "sum; also date + int64, date or timestamp + interval",
     .example = "date '2024-01-31' + interval '1 month' → 2024-02-29",
     .bind = bind_operator,
     .is_operator = true},
    {.name = "+",
     .signature = "(number) -> number",
     .summary = "the number itself",
     .example = "+ 5 → 5",
     .bind = bind_operator,
     .is_operator = true},
    {.name = "-",
     .signature = kNumbers,
     .summary = "difference; also of dates (days), of timestamps (interval), less an interval",
     .example = "date '2024-03-01' - date '2024-02-01' → 29",
     .bind = bind_operator,
     .is_operator = true},
    {.name = "-",
     .signature = "(number) -> number",
     .summary = "the negative",
     .example = "- (2 + 3) → -5",
     .bind = bind_operator,
     .is_operator = true},
    {.name = "*",
     .signature = kNumbers,
     .summary = "product; also interval * int64",
     .example = "0.1 * 3 → 0.3",
     .bind = bind_operator,
     .is_operator = true},
    {.name = "/",
     .signature = "(number, number) -> float64",
     .summary = "quotient, always float64",
     .example = "7 / 2 → 3.5",
     .bind = bind_operator,
     .is_operator = true},
    {.name = "%",
     .signature = kNumbers,
     .summary = "remainder, of the dividend's sign",
     .example = "-7 % 3 → -1",
     .bind = bind_operator,
     .is_operator = true},
    {.name = "mod",
     .signature = kNumbers,
     .summary = "as %",
     .example = "mod(7, 3) → 1",
     .bind = bind_modulo},
    {.name = "div",
     .signature = "(int64, int64) -> int64",
     .summary = "whole quotient, cut towards zero",
     .example = "div(-7, 2) → -3",
     .bind = bind_div},
};

}  // namespace

std::span<const Function> arithmetic_functions() {
  return kArithmeticFunctions;
}

}  // namespace penstock
