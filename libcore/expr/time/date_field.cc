#include "libcore/expr/time/date_field.h"

#include "libcore/data/datetime.h"

namespace penstock {
namespace {

// ISO 8601: the year whose week holds the day, and the week. Weeks begin on Monday, and the first
// of a year is the one with its first Thursday.
struct IsoWeek {
  int64_t year;
  int64_t week;
};
IsoWeek iso_week(int64_t days) {
  // A week lies in the year of its Thursday, which most of its days are in.
  int64_t thursday = days - day_of_week(days) + 3;
  int64_t year = civil_from_days(thursday).year;
  return {year, (thursday - days_from_civil({year, 1, 1})) / 7 + 1};
}

// Years counted in hundreds or thousands: the first is 1 to 100, before it comes the one before
// Christ.
int64_t era(int64_t year, int64_t length) {
  return year > 0 ? (year + length - 1) / length : -((length - year) / length);
}

}  // namespace

int64_t day_of_week(int64_t days) {
  // 1970-01-01 was a Thursday. C++ rounds towards zero, so days before 1970 give negative
  // remainders.
  int64_t day = (days + 3) % 7;
  return day < 0 ? day + 7 : day;
}

int64_t date_field(TimeField field, int64_t days) {
  CivilDate date = civil_from_days(days);
  switch (field) {
    case TimeField::kDay:
      return date.day;
    case TimeField::kWeek:
      return iso_week(days).week;
    case TimeField::kMonth:
      return date.month;
    case TimeField::kQuarter:
      return (date.month + 2) / 3;
    case TimeField::kYear:
      return date.year;
    case TimeField::kDecade:
      return floor_divide(date.year, 10);
    case TimeField::kCentury:
      return era(date.year, 100);
    case TimeField::kMillennium:
      return era(date.year, 1000);
    case TimeField::kDow:
      // PostgreSQL's dow counts from Sunday, its isodow from Monday.
      return (day_of_week(days) + 1) % 7;
    case TimeField::kIsodow:
      return day_of_week(days) + 1;
    case TimeField::kDoy:
      return days - days_from_civil({date.year, 1, 1}) + 1;
    case TimeField::kIsoyear:
      return iso_week(days).year;
    // The number of 1970-01-01, as PostgreSQL counts: Julian days begin at midnight there, not at
    // noon.
    case TimeField::kJulian:
      return days + 2440588;
    default:
      return 0;
  }
}

}  // namespace penstock
