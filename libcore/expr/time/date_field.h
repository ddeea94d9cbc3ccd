// The parts of a day's date.
#pragma once

#include <cstdint>

#include "libcore/expr/time/field.h"

namespace penstock {

// Returns 0 for Monday to 6 for Sunday.
int64_t day_of_week(int64_t days);

// Returns a field of the day so many days after 1970-01-01; 0 for fields of the clock.
int64_t date_field(TimeField field, int64_t days);

}  // namespace penstock
