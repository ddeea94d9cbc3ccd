#include <algorithm>

#include "libcore/data/number/decimal.h"
#include "libcore/expr/arithmetic.h"
#include "libcore/expr/rows.h"

namespace penstock {
namespace {

std::string shown(int128_t value, int32_t scale) {
  std::string text;
  append_decimal(text, value, scale);
  return text;
}

struct Scales {
  int32_t a;
  int32_t b;
  int32_t precision;  // of the result
};

[[noreturn]] void fail_overflow(const KernelCall& call, std::string_view op, Scales scales,
                                int128_t a, int128_t b) {
  call.fail("decimal overflow: " + shown(a, scales.a) + " " + std::string(op) + " " +
            shown(b, scales.b) + " has more than 38 digits");
}

// Whether both fit; without a branch: each differs from its low half in no bit.
bool fit_int64(int128_t a, int128_t b) {
  return ((a ^ static_cast<int64_t>(a)) | (b ^ static_cast<int64_t>(b))) == 0;
}

// A checked loop, row by row, for operands for which the fast loops could overflow.
template <typename F>
ColumnPtr careful(const KernelCall& call, std::string_view op, Scales scales, F compute) {
  return map_rows<int128_t, int128_t, int128_t>(call, [&](int128_t a, int128_t b) {
    int128_t result = 0;
    if (!compute(a, b, result) || !fits_precision(result, scales.precision)) {
      fail_overflow(call, op, scales, a, b);
    }
    return result;
  });
}

// Factors of 64 bits have a product of at most 2^126, which is below 10^38: no digit is lost.
ColumnPtr multiply(const KernelCall& call, Scales scales) {
  bool small = true;
  MutableBuffer values =
      binary_loop<int128_t, int128_t, int128_t>(call, [&](int128_t a, int128_t b) {
        small &= fit_int64(a, b);
        return static_cast<int128_t>(static_cast<int64_t>(a)) * static_cast<int64_t>(b);
      });
  if (small) return fixed_result(call, std::move(values));
  return careful(call, "*", scales, [](int128_t a, int128_t b, int128_t& result) {
    return !__builtin_mul_overflow(a, b, &result);
  });
}

// The operands at one scale: one of the two factors is 1. Operands of 64 bits times factors of at
// most 10^18 stay below 2^123.
template <bool kSubtract>
ColumnPtr add(const KernelCall& call, Scales scales, int128_t a_factor, int128_t b_factor) {
  constexpr int128_t kSmallFactor = 1'000'000'000'000'000'000;
  if (a_factor <= kSmallFactor && b_factor <= kSmallFactor) {
    const int64_t x = static_cast<int64_t>(a_factor);
    const int64_t y = static_cast<int64_t>(b_factor);
    bool small = true;
    MutableBuffer values =
        binary_loop<int128_t, int128_t, int128_t>(call, [&](int128_t a, int128_t b) {
          small &= fit_int64(a, b);
          int128_t left = static_cast<int128_t>(static_cast<int64_t>(a)) * x;
          int128_t right = static_cast<int128_t>(static_cast<int64_t>(b)) * y;
          return kSubtract ? left - right : left + right;
        });
    if (small) return fixed_result(call, std::move(values));
  }
  return careful(call, kSubtract ? "-" : "+", scales,
                 [=](int128_t a, int128_t b, int128_t& result) {
                   int128_t left = 0;
                   int128_t right = 0;
                   if (__builtin_mul_overflow(a, a_factor, &left)) return false;
                   if (__builtin_mul_overflow(b, b_factor, &right)) return false;
                   return kSubtract ? !__builtin_sub_overflow(left, right, &result)
                                    : !__builtin_add_overflow(left, right, &result);
                 });
}

ColumnPtr remainder(const KernelCall& call, Scales scales, int128_t a_factor, int128_t b_factor) {
  return careful(call, "%", scales, [&](int128_t a, int128_t b, int128_t& result) {
    if (b == 0) call.fail("division by zero");
    int128_t left = 0;
    int128_t right = 0;
    if (__builtin_mul_overflow(a, a_factor, &left)) return false;
    if (__builtin_mul_overflow(b, b_factor, &right)) return false;
    result = right == -1 ? 0 : left % right;
    return true;
  });
}

}  // namespace

Kernel find_decimal_kernel(std::string_view op, int32_t a_scale, int32_t b_scale,
                           const Type& result) {
  Scales scales{a_scale, b_scale, result.precision};
  if (op == "*") return [=](const KernelCall& call) { return multiply(call, scales); };
  int128_t a_factor = power_of_ten(std::max(b_scale - a_scale, 0));
  int128_t b_factor = power_of_ten(std::max(a_scale - b_scale, 0));
  if (op == "+") {
    return [=](const KernelCall& call) { return add<false>(call, scales, a_factor, b_factor); };
  }
  if (op == "-") {
    return [=](const KernelCall& call) { return add<true>(call, scales, a_factor, b_factor); };
  }
  return [=](const KernelCall& call) { return remainder(call, scales, a_factor, b_factor); };
}

}  // namespace penstock
