// POSIX TZ strings: std offset dst [offset] , start [/time] , end [/time].
#include <algorithm>

#include "libcore/data/datetime.h"
#include "libcore/data/time_zone.h"

namespace penstock {
namespace {

class RuleParser {
 public:
  explicit RuleParser(std::string_view text) : text_(text) {}

  std::optional<ZoneRule> parse() {
    ZoneRule rule;
    if (!skip_name()) return std::nullopt;
    std::optional<int32_t> standard = clock();
    if (!standard) return std::nullopt;
    // POSIX counts west of Greenwich as positive.
    rule.standard_offset = -*standard;
    if (at_ == text_.size()) return rule;
    rule.has_summer = true;
    rule.summer_offset = rule.standard_offset + 3600;
    if (!skip_name()) return std::nullopt;
    if (at_ < text_.size() && text_[at_] != ',') {
      std::optional<int32_t> summer = clock();
      if (!summer) return std::nullopt;
      rule.summer_offset = -*summer;
    }
    if (!change(rule.to_summer) || !change(rule.to_standard)) return std::nullopt;
    if (at_ != text_.size()) return std::nullopt;
    return rule;
  }

 private:
  bool accept(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // Letters, or anything in angle brackets; at least three.
  bool skip_name() {
    size_t begin = at_;
    if (accept('<')) {
      size_t close = text_.find('>', at_);
      if (close == std::string_view::npos) return false;
      at_ = close + 1;
      return true;
    }
    while (at_ < text_.size() && ((text_[at_] | 32) >= 'a' && (text_[at_] | 32) <= 'z'))
      ++at_;
    return at_ - begin >= 3;
  }

  std::optional<int32_t> number(int32_t most) {
    size_t begin = at_;
    int32_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && at_ - begin < 4) {
      value = value * 10 + (text_[at_++] - '0');
    }
    if (at_ == begin || value > most) return std::nullopt;
    return value;
  }

  // [+-]hh[:mm[:ss]] in seconds; hours up to 167 as RFC 8536 extends it.
  std::optional<int32_t> clock() {
    bool negative = accept('-');
    if (!negative) accept('+');
    std::optional<int32_t> hours = number(167);
    if (!hours) return std::nullopt;
    int32_t seconds = *hours * 3600;
    for (int32_t unit : {60, 1}) {
      if (!accept(':')) break;
      std::optional<int32_t> part = number(59);
      if (!part) return std::nullopt;
      seconds += *part * unit;
    }
    return negative ? -seconds : seconds;
  }

  bool change(ZoneChange& change) {
    if (!accept(',')) return false;
    std::optional<int32_t> month, week, day;
    if (accept('M')) {
      month = number(12);
      if (!accept('.')) return false;
      week = number(5);
      if (!accept('.')) return false;
      day = number(6);
      if (!month || !week || !day || *month == 0 || *week == 0) return false;
      change.month = *month;
      change.week = *week;
    } else {
      change.kind = accept('J') ? ZoneChange::Kind::kJulian : ZoneChange::Kind::kDayOfYear;
      day = number(365);
      if (!day) return false;
    }
    change.day = *day;
    if (!accept('/')) return true;
    std::optional<int32_t> seconds = clock();
    if (!seconds) return false;
    change.seconds = *seconds;
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

// The change's local day in a year, in days since 1970-01-01.
int64_t change_day(const ZoneChange& change, int64_t year) {
  int64_t new_year = days_from_civil({year, 1, 1});
  switch (change.kind) {
    case ZoneChange::Kind::kJulian: {
      // Day 1..365; the 29th of February is never counted.
      bool past_leap_day = change.day >= 60 && days_in_month(year, 2) == 29;
      return new_year + change.day - 1 + (past_leap_day ? 1 : 0);
    }
    case ZoneChange::Kind::kDayOfYear:
      return new_year + change.day;
    case ZoneChange::Kind::kMonthWeekDay:
      break;
  }
  int64_t first = days_from_civil({year, change.month, 1});
  int64_t weekday = (first % 7 + 11) % 7;  // 1970-01-01 was a Thursday, 4
  int64_t day = (change.day - weekday + 7) % 7 + int64_t{change.week - 1} * 7;
  while (day >= days_in_month(year, change.month))
    day -= 7;
  return first + day;
}

}  // namespace

std::optional<ZoneRule> parse_zone_rule(std::string_view text) {
  return RuleParser(text).parse();
}

ZoneSpan rule_span(const ZoneRule& rule, int64_t utc_seconds) {
  if (!rule.has_summer) return {INT64_MIN, INT64_MAX, rule.standard_offset};
  int64_t local_day = floor_divide(utc_seconds, kSecondsPerDay);
  int64_t year = civil_from_days(local_day + (rule.standard_offset > 0 ? 1 : 0)).year;
  // The last change at or before the instant decides; it may lie in the year before, and the one
  // that ends the span in the year after.
  ZoneSpan span{INT64_MIN, INT64_MAX, rule.standard_offset};
  auto consider = [&](int64_t change, int32_t offset) {
    if (change > utc_seconds) {
      span.end = std::min(span.end, change);
    } else if (change > span.begin) {
      span.begin = change;
      span.offset = offset;
    }
  };
  for (int64_t y = year - 1; y <= year + 1; ++y) {
    consider(change_day(rule.to_summer, y) * kSecondsPerDay + rule.to_summer.seconds -
                 rule.standard_offset,
             rule.summer_offset);
    consider(change_day(rule.to_standard, y) * kSecondsPerDay + rule.to_standard.seconds -
                 rule.summer_offset,
             rule.standard_offset);
  }
  return span;
}

}  // namespace penstock
