#include "libcore/expr/interval.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "libcore/data/column.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

struct Unit {
  std::string_view name;
  int64_t months;
  int64_t days;
  int64_t nanoseconds;
};

constexpr std::array<Unit, 32> kUnits = {{
    {"century", 1200, 0, 0},
    {"c", 1200, 0, 0},
    {"centuries", 1200, 0, 0},
    {"decade", 120, 0, 0},
    {"year", 12, 0, 0},
    {"y", 12, 0, 0},
    {"yr", 12, 0, 0},
    {"quarter", 3, 0, 0},
    {"month", 1, 0, 0},
    {"mon", 1, 0, 0},
    {"week", 0, 7, 0},
    {"w", 0, 7, 0},
    {"day", 0, 1, 0},
    {"d", 0, 1, 0},
    {"hour", 0, 0, 3600 * kSecond},
    {"h", 0, 0, 3600 * kSecond},
    {"hr", 0, 0, 3600 * kSecond},
    {"minute", 0, 0, 60 * kSecond},
    {"m", 0, 0, 60 * kSecond},
    {"min", 0, 0, 60 * kSecond},
    {"second", 0, 0, kSecond},
    {"s", 0, 0, kSecond},
    {"sec", 0, 0, kSecond},
    {"millisecond", 0, 0, 1000000},
    {"ms", 0, 0, 1000000},
    {"msec", 0, 0, 1000000},
    {"microsecond", 0, 0, 1000},
    {"us", 0, 0, 1000},
    {"usec", 0, 0, 1000},
    {"millennium", 12000, 0, 0},
    {"millennia", 12000, 0, 0},
    {"nanosecond", 0, 0, 1},
}};

const Unit* find_unit(std::string_view word) {
  std::string lower(word);
  for (char& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  for (const Unit& unit : kUnits) {
    if (unit.name == lower || (unit.name.size() > 1 && lower.size() == unit.name.size() + 1 &&
                               lower.starts_with(unit.name) && lower.back() == 's')) {
      return &unit;
    }
  }
  return nullptr;
}

// A number with a fraction of at most nine digits, in billionths.
struct Quantity {
  int64_t whole = 0;
  int64_t billionths = 0;  // of the sign of the number
  bool negative = false;
};

class IntervalParser {
 public:
  explicit IntervalParser(std::string_view text, std::string_view unit)
      : text_(text), bare_unit_(unit) {}

  std::optional<Interval> run() {
    bool any = false;
    for (skip_space(); at_ < text_.size(); skip_space()) {
      if (any && word() == "ago" && at_ + 3 == text_.size()) {
        months_ = -months_;
        days_ = -days_;
        nanoseconds_ = -nanoseconds_;
        return finish();
      }
      if (!item()) return std::nullopt;
      any = true;
    }
    if (!any) return std::nullopt;
    return finish();
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && text_[at_] == ' ')
      ++at_;
  }
  std::string_view word() const {
    size_t end = at_;
    while (end < text_.size() && ((text_[end] | 0x20) >= 'a' && (text_[end] | 0x20) <= 'z'))
      ++end;
    return text_.substr(at_, end - at_);
  }

  bool digits(int64_t& value) {
    const char* begin = text_.data() + at_;
    auto [end, code] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (code != std::errc() || *begin == '-') return false;
    at_ += static_cast<size_t>(end - begin);
    return true;
  }
  bool fraction(int64_t& billionths) {
    int64_t unit = kSecond;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      unit /= 10;
      if (unit == 0 && text_[at_] != '0') return false;
      billionths += (text_[at_++] - '0') * unit;
    }
    return true;
  }

  // A number and its unit, or hours:minutes[:seconds].
  bool item() {
    Quantity quantity;
    if (text_[at_] == '-' || text_[at_] == '+') quantity.negative = text_[at_++] == '-';
    if (at_ >= text_.size() || !digits(quantity.whole)) return false;
    if (at_ < text_.size() && text_[at_] == ':') return clock(quantity);
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!fraction(quantity.billionths)) return false;
    }
    skip_space();
    std::string_view name = word();
    if (name.empty() || name == "ago") {
      name = bare_unit_;
    } else {
      at_ += name.size();
    }
    const Unit* unit = find_unit(name);
    return unit != nullptr && add_quantity(quantity, *unit);
  }

  bool clock(const Quantity& hours) {
    int64_t minutes = 0;
    int64_t seconds = 0;
    int64_t billionths = 0;
    ++at_;
    if (at_ >= text_.size() || !digits(minutes) || minutes > 59) return false;
    if (at_ < text_.size() && text_[at_] == ':') {
      ++at_;
      if (at_ >= text_.size() || !digits(seconds) || seconds > 59) return false;
      if (at_ < text_.size() && text_[at_] == '.') {
        ++at_;
        if (!fraction(billionths)) return false;
      }
    }
    int128_t value =
        (int128_t{hours.whole} * 3600 + int128_t{minutes} * 60 + seconds) * kSecond + billionths;
    nanoseconds_ += hours.negative ? -value : value;
    return true;
  }

  bool add_quantity(const Quantity& quantity, const Unit& unit) {
    int128_t sign = quantity.negative ? -1 : 1;
    int128_t whole = sign * quantity.whole;
    months_ += whole * unit.months;
    days_ += whole * unit.days;
    nanoseconds_ += whole * unit.nanoseconds;
    if (quantity.billionths == 0) return true;
    // Part of a year may be whole months and part of a week whole days; nothing is rounded.
    int128_t months = sign * quantity.billionths * unit.months;
    int128_t days = sign * quantity.billionths * unit.days;
    int128_t rest = sign * quantity.billionths * unit.nanoseconds;
    if (months % kSecond != 0 || rest % kSecond != 0) return false;
    // Half a day is twelve hours, as in PostgreSQL.
    int128_t day_rest = days % kSecond;
    months_ += months / kSecond;
    days_ += days / kSecond;
    nanoseconds_ += rest / kSecond + day_rest * kSecondsPerDay;
    return true;
  }

  std::optional<Interval> finish() const {
    auto fits = [](int128_t value, int64_t limit) { return value <= limit && value >= -limit; };
    if (!fits(months_, INT32_MAX) || !fits(days_, INT32_MAX) || !fits(nanoseconds_, INT64_MAX)) {
      return std::nullopt;
    }
    return Interval{static_cast<int32_t>(months_), static_cast<int32_t>(days_),
                    static_cast<int64_t>(nanoseconds_)};
  }

  std::string_view text_;
  std::string_view bare_unit_;
  size_t at_ = 0;
  int128_t months_ = 0;
  int128_t days_ = 0;
  int128_t nanoseconds_ = 0;
};

std::optional<Interval> checked(int128_t months, int128_t days, int128_t nanoseconds) {
  if (months != static_cast<int32_t>(months) || days != static_cast<int32_t>(days) ||
      nanoseconds != static_cast<int64_t>(nanoseconds)) {
    return std::nullopt;
  }
  return Interval{static_cast<int32_t>(months), static_cast<int32_t>(days),
                  static_cast<int64_t>(nanoseconds)};
}

}  // namespace

std::optional<Interval> parse_interval(std::string_view text, std::string_view unit) {
  return IntervalParser(text, unit).run();
}

std::optional<std::string_view> interval_unit(int64_t field_mask) {
  // PostgreSQL's field numbers (datetime.h): MONTH 1, YEAR 2, DAY 3, HOUR 10, MINUTE 11, SECOND 12.
  if (field_mask == 1 << 1) return "month";
  if (field_mask == 1 << 2) return "year";
  if (field_mask == 1 << 3) return "day";
  if (field_mask == 1 << 10) return "hour";
  if (field_mask == 1 << 11) return "minute";
  if (field_mask == 1 << 12) return "second";
  return std::nullopt;
}

void append_interval(std::string& out, const Interval& interval) {
  size_t begin = out.size();
  auto append = [&](int64_t count, std::string_view unit) {
    if (count == 0) return;
    if (out.size() > begin) out += ' ';
    out += std::to_string(count);
    out += ' ';
    out += unit;
    if (count != 1 && count != -1) out += 's';
  };
  append(interval.months / 12, "year");
  append(interval.months % 12, "mon");
  append(interval.days, "day");
  if (interval.nanoseconds == 0 && out.size() > begin) return;
  if (out.size() > begin) out += ' ';
  uint64_t rest = static_cast<uint64_t>(interval.nanoseconds);
  if (interval.nanoseconds < 0) {
    out += '-';
    rest = 0 - rest;
  }
  uint64_t seconds = rest / kSecond;
  std::string hours = std::to_string(seconds / 3600);
  if (hours.size() < 2) hours.insert(0, 1, '0');
  out += hours;
  append_time(out,
              static_cast<int64_t>(seconds % 3600) * kSecond + static_cast<int64_t>(rest % kSecond),
              TimeUnit::kNano);
  // append_time wrote 00:MM:SS; the hours are ours.
  out.erase(out.find(':', begin) - 2, 2);
}

std::optional<Interval> add(const Interval& a, const Interval& b) {
  return checked(int128_t{a.months} + b.months, int128_t{a.days} + b.days,
                 int128_t{a.nanoseconds} + b.nanoseconds);
}

std::optional<Interval> multiply(const Interval& interval, int64_t factor) {
  return checked(int128_t{interval.months} * factor, int128_t{interval.days} * factor,
                 int128_t{interval.nanoseconds} * factor);
}

std::optional<int64_t> add_months(int64_t days, int64_t months) {
  if (months == 0) return days;
  if (days < INT32_MIN || days > INT32_MAX) return std::nullopt;
  CivilDate date = civil_from_days(days);
  int64_t month = date.year * 12 + (date.month - 1) + months;
  int64_t year = month >= 0 ? month / 12 : (month - 11) / 12;
  date.year = year;
  date.month = static_cast<int32_t>(month - year * 12 + 1);
  date.day = std::min(date.day, days_in_month(date.year, date.month));
  return days_from_civil(date);
}

std::optional<int64_t> add_to_timestamp(int64_t value, TimeUnit unit, const Interval& interval) {
  int64_t second = units_per_second(unit);
  int128_t day = int128_t{kSecondsPerDay} * second;
  int128_t moved = value;
  if (interval.months != 0) {
    int128_t days = moved / day - (moved % day < 0 ? 1 : 0);
    std::optional<int64_t> target = add_months(static_cast<int64_t>(days), interval.months);
    if (!target) return std::nullopt;
    moved += (*target - days) * day;
  }
  moved += int128_t{interval.days} * day;
  // Digits below the unit are cut towards the past, as a clock of that unit would show them.
  int128_t nanoseconds = int128_t{interval.nanoseconds} * second;
  moved += nanoseconds / kSecond - (nanoseconds % kSecond < 0 ? 1 : 0);
  if (moved != static_cast<int64_t>(moved)) return std::nullopt;
  return static_cast<int64_t>(moved);
}

}  // namespace penstock
