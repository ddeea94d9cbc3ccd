// Casts to interval, with the fields that PostgreSQL lets follow the word: `x::interval day`.
#include "libcore/base/utf8.h"
#include "libcore/expr/bind.h"
#include "libcore/expr/rows.h"
#include "libcore/expr/time/interval.h"
#include "libcore/expr/types.h"

namespace penstock {
namespace {

std::string not_valid(std::string_view text) {
  return "'" + printable(text) + "' is not a valid interval, as '1 year 2 months' or '90 days'";
}

Kernel read_texts(const IntervalFields& fields) {
  return [fields](const KernelCall& call) {
    return map_rows<Interval, std::string_view>(call, [&](std::string_view text) {
      std::optional<Interval> interval = parse_interval(text, fields);
      if (!interval) call.fail(not_valid(text));
      return *interval;
    });
  };
}

Kernel cut_intervals(const IntervalFields& fields) {
  return [fields](const KernelCall& call) {
    return map_rows<Interval, Interval>(call, [&](const Interval& interval) {
      std::optional<Interval> cut = cut_interval(interval, fields);
      if (!cut) call.fail("the interval is out of range");
      return *cut;
    });
  };
}

}  // namespace

Bound bind_interval_cast(Binder& binder, const Bound& value, const TypeName& type,
                         int64_t location) {
  IntervalFields fields = interval_fields(type.modifiers);
  if (fields.digits < 0 || fields.digits > kMostIntervalDigits) {
    binder.fail(type.location, "an interval has 0 to 9 digits of a second");
  }
  if (value.literal == Bound::Literal::kText) {
    std::optional<Interval> interval = parse_interval(value.text, fields);
    if (!interval) binder.fail(value.location, not_valid(value.text));
    MutableBuffer bytes;
    bytes.push(*interval);
    Bound result;
    result.location = location;
    result.node = std::make_shared<ConstantNode>(make_column(interval_type(), 1, bytes.freeze()));
    return result;
  }
  bool texts = is_text(value.type().id);
  if (!texts && value.type().id != TypeId::kIntervalMonthDayNano) {
    return binder.cast(value, interval_type(), location);
  }
  return binder.call(interval_type(), {&value, 1},
                     texts ? read_texts(fields) : cut_intervals(fields), {.can_fail = true},
                     location);
}

}  // namespace penstock
