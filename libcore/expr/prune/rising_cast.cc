#include "libcore/expr/prune/rising_cast.h"

namespace penstock {
namespace {

bool is_exact_number(const Type& type) {
  return is_integer(type.id) || type.id == TypeId::kDecimal128;
}

// A number without a fraction has no digits that a cast could round.
int32_t digits_after_point(const Type& type) {
  return type.id == TypeId::kDecimal128 ? type.scale : 0;
}

Rising rising_of_times(const Type& from, const Type& to) {
  const bool same_clock = from.zone.empty() && to.zone.empty();
  if (from.id == TypeId::kDate32 && to.id == TypeId::kTimestamp)
    return to.zone.empty() ? Rising::kStrictly : Rising::kNo;
  if (from.id == TypeId::kDate64 && to.id == TypeId::kDate32) return Rising::kWeakly;
  if (from.id != TypeId::kTimestamp) return Rising::kNo;
  // The clock of a zone goes back in autumn, so that its dates need not rise.
  if (to.id == TypeId::kDate32) return from.zone.empty() ? Rising::kWeakly : Rising::kNo;
  const bool zone_stays = same_clock || (!from.zone.empty() && !to.zone.empty());
  if (to.id != TypeId::kTimestamp || !zone_stays) return Rising::kNo;
  return units_per_second(to.unit) >= units_per_second(from.unit) ? Rising::kStrictly
                                                                  : Rising::kWeakly;
}

}  // namespace

Rising rising_of_cast(const Type& from, const Type& to) {
  if (equals(from, to)) return Rising::kStrictly;
  if (is_exact_number(from) && is_exact_number(to)) {
    return digits_after_point(to) >= digits_after_point(from) ? Rising::kStrictly : Rising::kWeakly;
  }
  if (is_float(to.id)) {
    const bool is_wider = is_float(from.id) && fixed_width(to) >= fixed_width(from);
    if (is_wider) return Rising::kStrictly;
    return is_exact_number(from) || is_float(from.id) ? Rising::kWeakly : Rising::kNo;
  }
  if (is_float(from.id)) return is_integer(to.id) ? Rising::kWeakly : Rising::kNo;
  return rising_of_times(from, to);
}

}  // namespace penstock
