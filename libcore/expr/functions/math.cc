// Functions on numbers.
#include <cmath>

#include "libcore/data/number/decimal.h"
#include "libcore/data/number/decimal_rounding.h"
#include "libcore/expr/functions/functions.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

template <double (*kFunction)(double)>
ColumnPtr map_float64(const KernelCall& call) {
  return fixed_result(
      call, unary_loop<double, double>(call, [](double value) { return kFunction(value); }));
}

// A function of part of the numbers only; NaN gives NaN.
template <double (*kFunction)(double), bool (*kDefined)(double)>
ColumnPtr map_part(const KernelCall& call) {
  // An error and not NaN: PostgreSQL refuses it, and a NaN would go through sums unseen.
  std::string_view name = kFunction == static_cast<double (*)(double)>(std::sqrt)
                              ? "the square root of a negative number"
                              : "the logarithm of a number that is not above zero";
  return map_rows<double, double>(call, [&](double value) {
    if (!kDefined(value)) call.fail(name);
    return kFunction(value);
  });
}
// Written so that NaN passes, whose root and logarithm are NaN, as PostgreSQL has it.
bool is_positive(double value) {
  return !(value <= 0);
}
bool is_not_negative(double value) {
  return !(value < 0);
}

// log(b, x)
ColumnPtr log_of_base(const KernelCall& call) {
  return map_rows<double, double, double>(call, [&](double base, double value) {
    if (base <= 0 || value <= 0) call.fail("the logarithm of a number that is not above zero");
    if (base == 1) call.fail("division by zero: the logarithm to base 1");
    return std::log(value) / std::log(base);
  });
}

ColumnPtr power(const KernelCall& call) {
  return map_rows<double, double, double>(call, [&](double base, double exponent) {
    if (base == 0 && exponent < 0) call.fail("division by zero: zero to a negative power");
    // Of infinite exponents pow() knows the limit.
    if (base < 0 && std::isfinite(exponent) && exponent != std::floor(exponent)) {
      call.fail("a negative number to a power that is not whole");
    }
    return std::pow(base, exponent);
  });
}

double sign_of(double value) {
  if (value != value) return value;
  return value > 0 ? 1 : value < 0 ? -1 : 0;
}
ColumnPtr sign_float64(const KernelCall& call) {
  return map_float64<sign_of>(call);
}

double degrees_of(double radians) {
  return radians * (180 / M_PI);
}
double radians_of(double degrees) {
  return degrees * (M_PI / 180);
}

// Rounding at a decimal place.
enum class Rounding { kRound, kTrunc, kCeil, kFloor };

double round_whole(double value, Rounding how) {
  switch (how) {
    // Half to even, as PostgreSQL rounds floats.
    case Rounding::kRound:
      return std::nearbyint(value);
    case Rounding::kTrunc:
      return std::trunc(value);
    case Rounding::kCeil:
      return std::ceil(value);
    case Rounding::kFloor:
      return std::floor(value);
  }
  return value;
}

int128_t divide_rounded(int128_t value, int128_t unit, Rounding how) {
  int128_t quotient = value / unit;
  int128_t rest = value % unit;
  // unit - unit / 2 is the upper half, also of a unit of 1, where unit / 2 is 0 and each rest would
  // count. Doubling the rest instead could overflow.
  if (how == Rounding::kRound && (rest < 0 ? -rest : rest) >= unit - unit / 2) {
    quotient += value < 0 ? -1 : 1;
  }
  if (how == Rounding::kCeil && rest > 0) ++quotient;
  if (how == Rounding::kFloor && rest < 0) --quotient;
  return quotient;
}

Rounding rounding_of(std::string_view name) {
  if (name == "round") return Rounding::kRound;
  if (name == "trunc") return Rounding::kTrunc;
  return name == "floor" ? Rounding::kFloor : Rounding::kCeil;
}

// A decimal at `places` digits; the type has room for one more digit in front (9.9 to 10).
Bound round_decimal(Binder& binder, const Bound& value, int64_t places, Rounding how,
                    int64_t location) {
  int32_t scale = value.type().scale;
  int32_t kept = static_cast<int32_t>(std::clamp<int64_t>(places, 0, scale));
  int64_t dropped = scale - std::max(places, int64_t{-2} * kMaxDecimalPrecision);
  // 9.95 to one digit is 10.0: rounding may add a digit in front.
  int32_t precision = std::min(value.type().precision - scale + kept + 1, kMaxDecimalPrecision);
  // Nothing to round away.
  if (dropped <= 0) return value;
  bool all = dropped > kMaxDecimalPrecision;  // no digit is left, nor half of the last place
  // power_of_ten() ends at 38; the result is 0 whatever the unit.
  if (all) dropped = kMaxDecimalPrecision;
  int128_t unit = power_of_ten(static_cast<int32_t>(dropped));
  // Places before the point become zeros again after rounding.
  int128_t back = power_of_ten(static_cast<int32_t>(dropped - (scale - kept)));
  return binder.call(
      decimal_type(precision, kept), {&value, 1},
      [=](const KernelCall& call) {
        return map_rows<int128_t, int128_t>(call, [&](int128_t number) {
          int128_t result = 0;
          if (!all && (__builtin_mul_overflow(divide_rounded(number, unit, how), back, &result) ||
                       !fits_precision(result, precision))) {
            call.fail("decimal overflow: the rounded number has more than 38 digits");
          }
          return result;
        });
      },
      {.can_fail = precision == kMaxDecimalPrecision || places < 0}, location);
}

// The type of the result says how many digits it has, so that they must be known when it is bound.
int64_t constant_places(Binder& binder, const Bound& places) {
  ColumnPtr value = binder.coerce(places, int64_type(), "the number of digits").node->constant();
  if (value == nullptr || value->null_count != 0) {
    binder.fail(places.location, "the number of digits must be a constant here");
  }
  return *value->data<int64_t>();
}

void refuse_decimal256(Binder& binder, const Syntax& call, const Bound& value) {
  if (value.type().id != TypeId::kDecimal256) return;
  binder.fail(value.location,
              "there is no " + call.text + " of " + type_name(value.type()) + decimal256_advice());
}

// Rounds a float as a decimal: round(x, 2) and x::decimal(9,2) give the same number.
template <typename T>
// Through the decimal digits, because in binary 2.675 lies below the half: round(2.675, 2) is 2.68
// as written, and would be 2.67 by multiplying and dividing.
Kernel round_floats(bool cut, int digits) {
  return [cut, digits](const KernelCall& call) {
    return map_rows<double, T, int64_t>(call, [=](T value, int64_t places) {
      auto wide = static_cast<double>(value);
      return cut ? cut_at_places(wide, places, digits) : round_at_places(wide, places, digits);
    });
  };
}

// round, trunc, ceil, floor: whole numbers stay as they are, decimals decimals, floats float64.
Bound bind_rounding(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Rounding how = rounding_of(call.text);
  Bound& value = arguments[0];
  if (value.literal == Bound::Literal::kNull || value.literal == Bound::Literal::kText) {
    value = binder.coerce(value, float64_type(), "the argument of " + call.text);
  }
  if (!is_numeric(value.type().id)) {
    binder.fail(value.location, call.text + " takes numbers, not " + type_name(value.type()));
  }
  refuse_decimal256(binder, call, value);
  if (is_integer(value.type().id) && arguments.size() == 1) {
    TypePtr type = value.type().id == TypeId::kUint64 ? uint64_type() : int64_type();
    return binder.coerce(value, type, "the argument");
  }
  if (!is_float(value.type().id)) {
    int64_t places = arguments.size() > 1 ? constant_places(binder, arguments[1]) : 0;
    value = binder.coerce(value, decimal_for(value.type()), "the argument");
    return round_decimal(binder, value, places, how, call.location);
  }
  if (arguments.size() == 1) {
    value = binder.coerce(value, float64_type(), "the argument");
    return binder.call(
        float64_type(), arguments,
        [how](const KernelCall& k) {
          return fixed_result(
              k, unary_loop<double, double>(k, [how](double x) { return round_whole(x, how); }));
        },
        {}, call.location);
  }
  arguments[1] = binder.coerce(arguments[1], int64_type(), "the number of digits");
  // A float32 is rounded by its own digits: widened, 0.1 would be 0.10000000149.
  bool narrow = value.type().id == TypeId::kFloat32;
  if (!narrow) value = binder.coerce(value, float64_type(), "the argument");
  bool cut = how == Rounding::kTrunc;
  return binder.call(
      float64_type(), arguments,
      narrow ? round_floats<float>(cut, kFloat32Digits) : round_floats<double>(cut, kFloat64Digits),
      {}, call.location);
}

ColumnPtr abs_int64(const KernelCall& call) {
  return map_rows<int64_t, int64_t>(call, [&](int64_t value) {
    if (value == INT64_MIN) call.fail("integer overflow: abs(" + std::to_string(value) + ")");
    return value < 0 ? -value : value;
  });
}
ColumnPtr abs_decimal(const KernelCall& call) {
  return fixed_result(call, unary_loop<int128_t, int128_t>(
                                call, [](int128_t value) { return value < 0 ? -value : value; }));
}

Bound bind_abs(Binder& binder, const Syntax& call, std::vector<Bound> arguments) {
  Bound& value = arguments[0];
  refuse_decimal256(binder, call, value);
  if (is_decimal(value.type().id) && !value.is_literal()) {
    return binder.call(value.type_ptr(), arguments, abs_decimal, {}, call.location);
  }
  if (value.type().id == TypeId::kUint64) return value;
  bool whole = is_integer(value.type().id);
  value = binder.coerce(value, whole ? int64_type() : float64_type(), "the argument of abs");
  if (whole) {
    return binder.call(int64_type(), arguments, abs_int64, {.can_fail = true}, call.location);
  }
  return binder.call(float64_type(), arguments, map_float64<std::fabs>, {}, call.location);
}

constexpr std::string_view kFloat = "(float64) -> float64";
constexpr std::string_view kRoundSignature = "(number[, int64]) -> number";

constexpr Function kMathFunctions[] = {
    {.name = "abs",
     .signature = "(number) -> number",
     .summary = "without its sign",
     .example = "abs(-2.5) → 2.5",
     .bind = bind_abs},
    {.name = "round",
     .signature = kRoundSignature,
     .summary = "rounded to n digits after the point, half away from zero, a float by its first 15 "
                "digits; without n a float is rounded half to even",
     .example = "round(2.675, 2) → 2.68",
     .bind = bind_rounding},
    {.name = "trunc",
     .signature = kRoundSignature,
     .summary = "cut towards zero",
     .example = "trunc(-2.7) → -2",
     .bind = bind_rounding},
    {.name = "ceil",
     .signature = "(number) -> number",
     .summary = "the next whole number up",
     .example = "ceil(2.1) → 3",
     .bind = bind_rounding},
    {.name = "ceiling",
     .signature = "(number) -> number",
     .summary = "as ceil",
     .example = "ceiling(-2.1) → -2",
     .bind = bind_rounding},
    {.name = "floor",
     .signature = "(number) -> number",
     .summary = "the next whole number down",
     .example = "floor(-2.1) → -3",
     .bind = bind_rounding},
    {.name = "sqrt",
     .signature = kFloat,
     .summary = "square root",
     .example = "sqrt(2) → 1.4142135623730951",
     .kernel = map_part<std::sqrt, is_not_negative>,
     .traits = {.can_fail = true}},
    {.name = "cbrt",
     .signature = kFloat,
     .summary = "cube root",
     .example = "cbrt(8) → 2",
     .kernel = map_float64<std::cbrt>},
    {.name = "exp",
     .signature = kFloat,
     .summary = "e to its power",
     .example = "exp(0) → 1",
     .kernel = map_float64<std::exp>},
    {.name = "ln",
     .signature = kFloat,
     .summary = "natural logarithm",
     .example = "ln(1) → 0",
     .kernel = map_part<std::log, is_positive>,
     .traits = {.can_fail = true}},
    {.name = "log10",
     .signature = kFloat,
     .summary = "logarithm to base 10",
     .example = "log10(1000) → 3",
     .kernel = map_part<std::log10, is_positive>,
     .traits = {.can_fail = true}},
    {.name = "log",
     .signature = kFloat,
     .summary = "logarithm to base 10",
     .example = "log(1000) → 3",
     .kernel = map_part<std::log10, is_positive>,
     .traits = {.can_fail = true}},
    {.name = "log",
     .signature = "(float64, float64) -> float64",
     .summary = "logarithm of the second to the base of the first",
     .example = "log(2, 8) → 3",
     .kernel = log_of_base,
     .traits = {.can_fail = true}},
    {.name = "power",
     .signature = "(float64, float64) -> float64",
     .summary = "the first to the power of the second (also pow, ^)",
     .example = "power(2, 10) → 1024",
     .kernel = power,
     .traits = {.can_fail = true}},
    {.name = "pow",
     .signature = "(float64, float64) -> float64",
     .summary = "as power",
     .example = "pow(2, 0.5) → 1.4142135623730951",
     .kernel = power,
     .traits = {.can_fail = true}},
    {.name = "^",
     .signature = "(float64, float64) -> float64",
     .summary = "as power",
     .example = "2 ^ 3 → 8",
     .kernel = power,
     .traits = {.can_fail = true},
     .is_operator = true},
    {.name = "sign",
     .signature = kFloat,
     .summary = "-1, 0 or 1",
     .example = "sign(-2.5) → -1",
     .kernel = sign_float64},
    {.name = "sin",
     .signature = kFloat,
     .summary = "sine",
     .example = "sin(0) → 0",
     .kernel = map_float64<std::sin>},
    {.name = "cos",
     .signature = kFloat,
     .summary = "cosine",
     .example = "cos(0) → 1",
     .kernel = map_float64<std::cos>},
    {.name = "tan",
     .signature = kFloat,
     .summary = "tangent",
     .example = "tan(0) → 0",
     .kernel = map_float64<std::tan>},
    {.name = "atan",
     .signature = kFloat,
     .summary = "arc tangent",
     .example = "atan(0) → 0",
     .kernel = map_float64<std::atan>},
    {.name = "degrees",
     .signature = kFloat,
     .summary = "radians as degrees",
     .example = "degrees(0) → 0",
     .kernel = map_float64<degrees_of>},
    {.name = "radians",
     .signature = kFloat,
     .summary = "degrees as radians",
     .example = "radians(180) → 3.141592653589793",
     .kernel = map_float64<radians_of>},
};

}  // namespace

std::span<const Function> math_functions() {
  return kMathFunctions;
}

}  // namespace penstock
