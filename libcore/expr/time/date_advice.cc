#include "libcore/expr/time/date_advice.h"

#include <array>
#include <optional>

#include "libcore/base/ascii.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

constexpr std::array kMonths{"January", "February", "March",     "April",   "May",      "June",
                             "July",    "August",   "September", "October", "November", "December"};

// The number in `count` digits at `at`; empty where other bytes stand there.
std::optional<int32_t> number_at(std::string_view text, size_t at, size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int32_t value = 0;
  for (char c : text.substr(at, count)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::string date_advice(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin != std::string_view::npos) text.remove_prefix(begin);
  const std::optional<int32_t> year = number_at(text, 0, 4);
  const std::optional<int32_t> month = number_at(text, 5, 2);
  const std::optional<int32_t> day = number_at(text, 8, 2);
  const bool is_iso = year && month && day && text[4] == '-' && text[7] == '-';
  if (!is_iso) return "; a date is written as in 2024-02-29";
  if (*month < 1 || *month > 12) return ": there is no month " + std::to_string(*month);
  const int32_t days = days_in_month(*year, *month);
  if (*day >= 1 && *day <= days) return {};
  return ": " + std::string(kMonths[static_cast<size_t>(*month) - 1]) + " " +
         std::to_string(*year) + " has " + std::to_string(days) + " days";
}

}  // namespace penstock
