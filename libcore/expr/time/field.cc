#include "libcore/expr/time/field.h"

#include <array>
#include <span>
#include <string>

namespace penstock {
namespace {

constexpr size_t kLettersThatCount = 10;

struct FieldWord {
  std::string_view word;
  TimeField field;
};

constexpr std::array kSpans = std::to_array<FieldWord>({
    {"c", TimeField::kCentury},
    {"cent", TimeField::kCentury},
    {"centuries", TimeField::kCentury},
    {"century", TimeField::kCentury},
    {"d", TimeField::kDay},
    {"day", TimeField::kDay},
    {"days", TimeField::kDay},
    {"dec", TimeField::kDecade},
    {"decade", TimeField::kDecade},
    {"decades", TimeField::kDecade},
    {"decs", TimeField::kDecade},
    {"h", TimeField::kHour},
    {"hour", TimeField::kHour},
    {"hours", TimeField::kHour},
    {"hr", TimeField::kHour},
    {"hrs", TimeField::kHour},
    {"m", TimeField::kMinute},
    {"microsecon", TimeField::kMicrosecond},
    {"mil", TimeField::kMillennium},
    {"millennia", TimeField::kMillennium},
    {"millennium", TimeField::kMillennium},
    {"millisecon", TimeField::kMillisecond},
    {"mils", TimeField::kMillennium},
    {"min", TimeField::kMinute},
    {"mins", TimeField::kMinute},
    {"minute", TimeField::kMinute},
    {"minutes", TimeField::kMinute},
    {"mon", TimeField::kMonth},
    {"mons", TimeField::kMonth},
    {"month", TimeField::kMonth},
    {"months", TimeField::kMonth},
    {"ms", TimeField::kMillisecond},
    {"msec", TimeField::kMillisecond},
    {"mseconds", TimeField::kMillisecond},
    {"msecs", TimeField::kMillisecond},
    {"qtr", TimeField::kQuarter},
    {"quarter", TimeField::kQuarter},
    {"s", TimeField::kSecond},
    {"sec", TimeField::kSecond},
    {"second", TimeField::kSecond},
    {"seconds", TimeField::kSecond},
    {"secs", TimeField::kSecond},
    {"us", TimeField::kMicrosecond},
    {"usec", TimeField::kMicrosecond},
    {"useconds", TimeField::kMicrosecond},
    {"usecs", TimeField::kMicrosecond},
    {"w", TimeField::kWeek},
    {"week", TimeField::kWeek},
    {"weeks", TimeField::kWeek},
    {"y", TimeField::kYear},
    {"year", TimeField::kYear},
    {"years", TimeField::kYear},
    {"yr", TimeField::kYear},
    {"yrs", TimeField::kYear},
});

constexpr std::array kOtherFields = std::to_array<FieldWord>({
    {"dow", TimeField::kDow},
    {"isodow", TimeField::kIsodow},
    {"doy", TimeField::kDoy},
    {"isoyear", TimeField::kIsoyear},
    {"epoch", TimeField::kEpoch},
    {"julian", TimeField::kJulian},
});

std::optional<TimeField> find_word(std::span<const FieldWord> words, std::string_view word) {
  std::string lower(word.substr(0, kLettersThatCount));
  for (char& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  for (const FieldWord& known : words) {
    if (known.word == lower) return known.field;
  }
  return std::nullopt;
}

}  // namespace

std::optional<TimeField> find_span(std::string_view word) {
  return find_word(kSpans, word);
}

std::optional<TimeField> find_time_field(std::string_view word) {
  std::optional<TimeField> span = find_span(word);
  return span ? span : find_word(kOtherFields, word);
}

}  // namespace penstock
