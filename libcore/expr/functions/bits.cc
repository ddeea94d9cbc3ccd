// Operators on the bits of integers, and width_bucket.
#include <cmath>
#include <string>

#include "libcore/expr/functions/functions.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

template <typename Operation>
ColumnPtr combine_bits(const KernelCall& call) {
  return fixed_result(call, binary_loop<int64_t, int64_t, int64_t>(call, Operation()));
}

struct And {
  int64_t operator()(int64_t a, int64_t b) const { return a & b; }
};
struct Or {
  int64_t operator()(int64_t a, int64_t b) const { return a | b; }
};
struct Xor {
  int64_t operator()(int64_t a, int64_t b) const { return a ^ b; }
};

ColumnPtr complement(const KernelCall& call) {
  return fixed_result(call, unary_loop<int64_t, int64_t>(call, [](int64_t a) { return ~a; }));
}

// PostgreSQL shifts by the last six bits of the number, which is never meant.
void require_shift(const KernelCall& call, int64_t by) {
  if (by < 0 || by > 63) {
    call.fail("bits are shifted by 0 to 63 places, not by " + std::to_string(by));
  }
}

ColumnPtr shift_left(const KernelCall& call) {
  return map_rows<int64_t, int64_t, int64_t>(call, [&](int64_t value, int64_t by) {
    require_shift(call, by);
    return static_cast<int64_t>(static_cast<uint64_t>(value) << by);
  });
}

ColumnPtr shift_right(const KernelCall& call) {
  return map_rows<int64_t, int64_t, int64_t>(call, [&](int64_t value, int64_t by) {
    require_shift(call, by);
    return value >> by;
  });
}

// The same steps as PostgreSQL's, so that values at a bound fall on the same side.
ColumnPtr width_bucket(const KernelCall& call) {
  return map_rows<int64_t, double, double, double, int64_t>(
      call, [&](double value, double low, double high, int64_t count) {
        if (count <= 0 || count > INT32_MAX) call.fail("width_bucket needs 1 to 2^31 - 1 buckets");
        if (std::isnan(value) || !std::isfinite(low) || !std::isfinite(high)) {
          call.fail("width_bucket takes numbers between finite bounds");
        }
        if (low == high) call.fail("the bounds of width_bucket are equal");
        const bool ascends = low < high;
        if (ascends ? value < low : value > low) return int64_t{0};
        if (ascends ? value >= high : value <= high) return count + 1;
        const double whole = ascends ? high - low : low - high;
        const double part = ascends ? value - low : low - value;
        // A bucket beyond the last can only come of rounding.
        const double place = std::isinf(whole) || std::isinf(part)
                                 ? (ascends ? value / 2 - low / 2 : low / 2 - value / 2) /
                                       (ascends ? high / 2 - low / 2 : low / 2 - high / 2)
                                 : part / whole;
        return std::min(static_cast<int64_t>(static_cast<double>(count) * place), count - 1) + 1;
      });
}

constexpr std::string_view kTwo = "(int64, int64) -> int64";

constexpr Function kBitFunctions[] = {
    {.name = "&",
     .signature = kTwo,
     .summary = "the bits that both have",
     .example = "6 & 3 → 2",
     .kernel = combine_bits<And>,
     .is_operator = true},
    {.name = "|",
     .signature = kTwo,
     .summary = "the bits that either has",
     .example = "6 | 3 → 7",
     .kernel = combine_bits<Or>,
     .is_operator = true},
    {.name = "#",
     .signature = kTwo,
     .summary = "the bits that just one of both has",
     .example = "6 # 3 → 5",
     .kernel = combine_bits<Xor>,
     .is_operator = true},
    {.name = "~",
     .signature = "(int64) -> int64",
     .summary = "the bits that it does not have",
     .example = "~ 6 → -7",
     .kernel = complement,
     .is_operator = true},
    {.name = "<<",
     .signature = kTwo,
     .summary = "bits shifted to the left by 0 to 63 places",
     .example = "1 << 4 → 16",
     .kernel = shift_left,
     .traits = {.can_fail = true},
     .is_operator = true},
    {.name = ">>",
     .signature = kTwo,
     .summary = "bits shifted to the right, the sign staying",
     .example = "-16 >> 2 → -4",
     .kernel = shift_right,
     .traits = {.can_fail = true},
     .is_operator = true},
    {.name = "width_bucket",
     .signature = "(float64, float64, float64, int64) -> int64",
     .summary = "the number, from 1, of the bucket for a value among so many equal ones from a low "
                "to a high bound; 0 before them, one more than there are behind",
     .example = "width_bucket(5.3, 0, 10, 4) → 3",
     .kernel = width_bucket,
     .traits = {.can_fail = true}},
};

}  // namespace

std::span<const Function> bit_functions() {
  return kBitFunctions;
}

}  // namespace penstock
