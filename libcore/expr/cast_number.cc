#include <cmath>
#include <limits>
#include <type_traits>

#include "libcore/base/number.h"
#include "libcore/data/number/decimal.h"
#include "libcore/data/number/decimal_rounding.h"
#include "libcore/data/number/float16.h"
#include "libcore/data/value_text.h"
#include "libcore/expr/cast.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

// Reports the first valid row that does not convert. Rows under a null may have any value.
template <typename From, typename Convert>
void fail_first(const KernelCall& call, Convert convert) {
  Reader<From> values(call.arguments[0]);
  for (int64_t i = 0; i < call.rows; ++i) {
    if (!call.is_valid(i) || convert(values[i])) continue;
    std::string text;
    append_text(text, *call.arguments[0].column, call.arguments[0].constant ? 0 : i);
    call.fail(text + " is out of range for " + type_name(*call.type()));
  }
}

template <typename From, typename To>
bool number_fits(From value) {
  if constexpr (std::is_integral_v<From> && std::is_integral_v<To>) {
    return std::in_range<To>(value);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Both ends are powers of two (or zero) and so exact; NaN is in no range.
    constexpr double kLow = static_cast<double>(std::numeric_limits<To>::min());
    constexpr double kEnd =
        2.0 * static_cast<double>(To{1} << (std::numeric_limits<To>::digits - 1));
    // Half to even, as PostgreSQL casts floats. Only the rounded number is compared: 2147483647.4
    // fits an int32.
    double rounded = std::nearbyint(static_cast<double>(value));
    return rounded >= kLow && rounded < kEnd;
  } else if constexpr (sizeof(To) < sizeof(From) && std::is_floating_point_v<From>) {
    return std::isinf(value) || !std::isinf(static_cast<To>(value));
  } else {
    return true;
  }
}

template <typename From, typename To>
To convert_number(From value) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Casting a float beyond the range of To is undefined, so that it is tested here again, for
    // rows under a null too.
    return number_fits<From, To>(value)
               ? static_cast<To>(std::nearbyint(static_cast<double>(value)))
               : To{};
  } else {
    return static_cast<To>(value);
  }
}

template <typename From, typename To>
ColumnPtr cast_numbers(const KernelCall& call) {
  // No branch a row, and no look at nulls: rows under a null may hold anything, so that the second
  // pass decides whether a value that does not fit is one at all. It runs only when something did
  // not fit.
  bool fits = true;
  MutableBuffer values = unary_loop<To, From>(call, [&fits](From value) {
    fits &= number_fits<From, To>(value);
    return convert_number<From, To>(value);
  });
  if (!fits) fail_first<From>(call, number_fits<From, To>);
  return fixed_result(call, std::move(values));
}

template <typename From, typename To>
constexpr bool kAlwaysFits = std::is_floating_point_v<To>
                                 ? std::is_integral_v<From> || sizeof(To) >= sizeof(From)
                                 : std::is_integral_v<From> && sizeof(To) > sizeof(From) &&
                                       (std::is_signed_v<To> || std::is_unsigned_v<From>);

// Calls f with a value of the C++ type of a number's type; false for other types.
template <typename F>
bool with_number(TypeId id, F f) {
  switch (id) {
    case TypeId::kInt8:
      f(int8_t{});
      return true;
    case TypeId::kInt16:
      f(int16_t{});
      return true;
    case TypeId::kInt32:
      f(int32_t{});
      return true;
    case TypeId::kInt64:
      f(int64_t{});
      return true;
    case TypeId::kUint8:
      f(uint8_t{});
      return true;
    case TypeId::kUint16:
      f(uint16_t{});
      return true;
    case TypeId::kUint32:
      f(uint32_t{});
      return true;
    case TypeId::kUint64:
      f(uint64_t{});
      return true;
    case TypeId::kFloat32:
      f(float{});
      return true;
    case TypeId::kFloat64:
      f(double{});
      return true;
    default:
      return false;
  }
}

// Decimals: convert(value) gives an optional.
template <typename From, typename To, typename Convert>
Cast checked_cast_of(Convert convert) {
  return {[convert](const KernelCall& call) {
            bool fits = true;
            MutableBuffer values = unary_loop<To, From>(call, [&](From value) {
              std::optional<To> result = convert(value);
              fits &= result.has_value();
              return result.value_or(To{});
            });
            if (!fits) {
              fail_first<From>(call, [&](From value) { return convert(value).has_value(); });
            }
            return fixed_result(call, std::move(values));
          },
          true};
}

template <typename To>
std::optional<To> decimal_to_integer(int128_t value, int32_t scale) {
  std::optional<int128_t> whole = rescale(value, scale, 0);
  if (!whole || *whole < std::numeric_limits<To>::min() ||
      *whole > std::numeric_limits<To>::max()) {
    return std::nullopt;
  }
  return static_cast<To>(*whole);
}

Cast cast_to_decimal(const TypePtr& from, int32_t precision, int32_t scale) {
  Cast cast;
  if (from->id == TypeId::kDecimal128) {
    // A type with room for every value cannot fail: the cast may then be computed for all rows of a
    // `case`, without separating them.
    int32_t from_scale = from->scale;
    bool fits = precision - scale >= from->precision - from_scale && scale >= from_scale;
    cast = checked_cast_of<int128_t, int128_t>([=](int128_t value) -> std::optional<int128_t> {
      std::optional<int128_t> result = rescale(value, from_scale, scale);
      if (result && !fits_precision(*result, precision)) result.reset();
      return result;
    });
    cast.can_fail = !fits;
    return cast;
  }
  with_number(from->id, [&](auto sample) {
    using From = decltype(sample);
    if constexpr (std::is_floating_point_v<From>) {
      cast = checked_cast_of<From, int128_t>([=](From value) {
        // By the digits that every float of this size has, as PostgreSQL does: 0.1 becomes 0.1 and
        // not 0.1000000000000000055.
        constexpr int kDigits = sizeof(From) < sizeof(double) ? kFloat32Digits : kFloat64Digits;
        return decimal_from_double(static_cast<double>(value), precision, scale, kDigits);
      });
    } else {
      bool fits = precision - scale >= decimal_for(*from)->precision;
      int128_t unit = power_of_ten(scale);
      cast = checked_cast_of<From, int128_t>([=](From value) -> std::optional<int128_t> {
        int128_t result = 0;
        if (__builtin_mul_overflow(static_cast<int128_t>(value), unit, &result)) return {};
        if (!fits && !fits_precision(result, precision)) return {};
        return result;
      });
      cast.can_fail = !fits;
    }
  });
  return cast;
}

Cast cast_from_decimal(int32_t scale, TypeId to) {
  Cast cast;
  with_number(to, [&](auto sample) {
    using To = decltype(sample);
    if constexpr (std::is_floating_point_v<To>) {
      cast.kernel = [scale](const KernelCall& call) {
        return fixed_result(call, unary_loop<To, int128_t>(call, [scale](int128_t value) {
                              return static_cast<To>(to_double(value, scale));
                            }));
      };
    } else {
      cast = checked_cast_of<int128_t, To>(
          [scale](int128_t value) { return decimal_to_integer<To>(value, scale); });
    }
  });
  return cast;
}

// Exactly: every half is a float.
// Halves are converted to floats first.
Cast cast_from_half(const TypePtr& to) {
  auto widened = [](const KernelCall& call) {
    const Operand& half = call.arguments[0];
    const auto* from = half.column->data<uint16_t>();
    MutableBuffer values(half.column->length * static_cast<int64_t>(sizeof(float)));
    for (int64_t i = 0; i < half.column->length; ++i)
      values.as<float>()[i] = float_from_half(from[i]);
    return make_column(make_type(TypeId::kFloat32), half.column->length, values.freeze(),
                       half.column->validity);
  };
  if (to->id == TypeId::kFloat32) return {widened, false};
  Cast inner = find_number_cast(make_type(TypeId::kFloat32), to);
  if (!inner.kernel) return {};
  return {[widened, kernel = inner.kernel](const KernelCall& call) {
            Operand operand{widened(call), call.arguments[0].constant};
            return kernel({call.node, {&operand, 1}, call.rows, call.validity});
          },
          inner.can_fail};
}

Cast cast_to_half(const TypePtr& from) {
  Cast cast;
  if (from->id == TypeId::kDecimal128) {
    return checked_cast_of<int128_t, uint16_t>([scale = from->scale](int128_t value) {
      return half_from_double(to_double(value, scale));
    });
  }
  with_number(from->id, [&](auto sample) {
    using From = decltype(sample);
    cast = checked_cast_of<From, uint16_t>(
        [](From value) { return half_from_double(static_cast<double>(value)); });
  });
  return cast;
}

// Calls convert(bytes) for each valid row of a decimal256.
template <typename To, typename Convert>
Cast cast_of_decimal256(bool can_fail, Convert convert) {
  return {[convert](const KernelCall& call) {
            const Operand& operand = call.arguments[0];
            const uint8_t* bytes = operand.column->values.data();
            MutableBuffer values(call.rows * static_cast<int64_t>(sizeof(To)));
            for (int64_t i = 0; i < call.rows; ++i) {
              const uint8_t* from = bytes + (operand.constant ? 0 : 32 * i);
              std::optional<To> result = call.is_valid(i) ? convert(from) : To{};
              if (!result) {
                std::string text;
                append_text(text, *operand.column, operand.constant ? 0 : i);
                call.fail(text + " is out of range for " + type_name(*call.type()));
              }
              values.as<To>()[i] = *result;
            }
            return fixed_result(call, std::move(values));
          },
          can_fail};
}

Cast cast_from_decimal256(const TypePtr& from, const TypePtr& to) {
  int32_t scale = from->scale;
  if (to->id == TypeId::kDecimal128) {
    return cast_of_decimal256<int128_t>(
        true, [scale, precision = to->precision, to_scale = to->scale](const uint8_t* bytes) {
          return narrow_decimal256(bytes, scale, precision, to_scale);
        });
  }
  Cast cast;
  with_number(to->id, [&](auto sample) {
    using To = decltype(sample);
    if constexpr (std::is_floating_point_v<To>) {
      // The nearest by way of the digits. 76 of them are in any float's range.
      cast = cast_of_decimal256<To>(false, [scale](const uint8_t* bytes) -> std::optional<To> {
        std::string text;
        append_decimal256(text, bytes, scale);
        if constexpr (sizeof(To) == sizeof(float)) return parse_float32(text);
        return parse_float64(text);
      });
    } else {
      cast = cast_of_decimal256<To>(true, [scale](const uint8_t* bytes) -> std::optional<To> {
        auto whole = narrow_decimal256(bytes, scale, kMaxDecimalPrecision, 0);
        return whole ? decimal_to_integer<To>(*whole, 0) : std::nullopt;
      });
    }
  });
  return cast;
}

Cast cast_bool(const TypePtr& from, const TypePtr& to) {
  Cast cast;
  if (to->id == TypeId::kBool && is_integer(from->id)) {
    with_number(from->id, [&](auto sample) {
      using From = decltype(sample);
      cast.kernel = [](const KernelCall& call) {
        return test_rows<From>(call, [](From value) { return value != From{}; });
      };
    });
  } else if (from->id == TypeId::kBool && is_integer(to->id)) {
    with_number(to->id, [&](auto sample) {
      using To = decltype(sample);
      cast.kernel = [](const KernelCall& call) {
        return fixed_result(
            call, unary_loop<To, bool>(call, [](bool value) { return static_cast<To>(value); }));
      };
    });
  }
  return cast;
}

}  // namespace

Cast find_number_cast(const TypePtr& from, const TypePtr& to) {
  if (from->id == TypeId::kBool || to->id == TypeId::kBool) return cast_bool(from, to);
  if (from->id == TypeId::kFloat16) return cast_from_half(to);
  if (to->id == TypeId::kFloat16) return cast_to_half(from);
  if (from->id == TypeId::kDecimal256) return cast_from_decimal256(from, to);
  if (to->id == TypeId::kDecimal128) return cast_to_decimal(from, to->precision, to->scale);
  if (from->id == TypeId::kDecimal128) return cast_from_decimal(from->scale, to->id);
  Cast cast;
  with_number(from->id, [&](auto from_sample) {
    using From = decltype(from_sample);
    with_number(to->id, [&](auto to_sample) {
      using To = decltype(to_sample);
      cast = {cast_numbers<From, To>, !kAlwaysFits<From, To>};
    });
  });
  return cast;
}

}  // namespace penstock
