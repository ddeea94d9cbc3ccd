#include "libcore/data/time_zone.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

constexpr size_t kMaxZoneName = 255;
constexpr int64_t kCalendarCycle = int64_t{146097} * kSecondsPerDay;  // 400 years

[[noreturn]] void fail_unknown(const std::string& name) {
  throw Error("unknown time zone '" + printable(name) +
              "'; zones are UTC, offsets as +02:00, and names as Europe/Berlin (which need the "
              "package tzdata)");
}

// No dots: no way out of the directory. One spelling a file, so that the cache stays small.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxZoneName || name[0] == '/') return false;
  if (name.find("//") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '/' || c == '_' ||
           c == '+' || c == '-';
  });
}

}  // namespace

std::optional<int32_t> parse_offset(std::string_view text) {
  if (text.size() != 3 && text.size() != 5 && text.size() != 6) return std::nullopt;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  bool negative = text[0] == '-';
  char digits[4] = {text[1], text[2], '0', '0'};
  if (text.size() > 3) {
    if (text.size() == 6 && text[3] != ':') return std::nullopt;
    digits[2] = text[text.size() - 2];
    digits[3] = text[text.size() - 1];
  }
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
  }
  int32_t hours = (digits[0] - '0') * 10 + (digits[1] - '0');
  int32_t minutes = (digits[2] - '0') * 10 + (digits[3] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  int32_t seconds = hours * 3600 + minutes * 60;
  return negative ? -seconds : seconds;
}

TimeZone::TimeZone(ZoneHistory history) : history_(std::move(history)) {}

ZoneSpan TimeZone::recorded_span(int64_t utc_seconds) const {
  const std::vector<int64_t>& changes = history_.changes;
  auto after = std::upper_bound(changes.begin(), changes.end(), utc_seconds);
  int64_t end = after == changes.end() ? INT64_MAX : *after;
  if (after == changes.begin()) return {INT64_MIN, end, history_.first_offset};
  return {after[-1], end, history_.offsets[static_cast<size_t>(after - changes.begin()) - 1]};
}

ZoneSpan TimeZone::span_at(int64_t utc_seconds) const {
  if (!history_.repeats || utc_seconds < history_.changes.back()) return recorded_span(utc_seconds);
  // The years that the last 400 recorded ones repeat, moved to where the instant is.
  int64_t last = history_.changes.back();
  int64_t shift = ((utc_seconds - last) / kCalendarCycle + 1) * kCalendarCycle;
  ZoneSpan span = recorded_span(utc_seconds - shift);
  span.begin = std::max(span.begin + shift, last);
  if (__builtin_add_overflow(span.end, shift, &span.end)) span.end = INT64_MAX;
  return span;
}

const TimeZone& TimeZone::find(const std::string& name) {
  static std::mutex mutex;
  static auto* zones = new std::map<std::string, std::unique_ptr<const TimeZone>>();
  std::lock_guard<std::mutex> lock(mutex);
  auto found = zones->find(name);
  if (found != zones->end()) return *found->second;
  if (!is_zone_name(name)) fail_unknown(name);
  std::optional<ZoneHistory> history = read_zone(name);
  if (!history) fail_unknown(name);
  auto zone = std::make_unique<const TimeZone>(std::move(*history));
  return *zones->emplace(name, std::move(zone)).first->second;
}

ZoneSpan zone_span(const std::string& zone, int64_t utc_seconds) {
  if (zone == "UTC" || zone == "Z") return {INT64_MIN, INT64_MAX, 0};
  if (std::optional<int32_t> offset = parse_offset(zone)) return {INT64_MIN, INT64_MAX, *offset};
  // The rows of a column have one zone, and usually one span: keeping the last one avoids a lock
  // and a search.
  thread_local std::string last_name;
  thread_local const TimeZone* last = nullptr;
  thread_local ZoneSpan span;
  if (last == nullptr || last_name != zone) {
    last = &TimeZone::find(zone);
    last_name = zone;
    span = {};
  }
  if (utc_seconds < span.begin || utc_seconds >= span.end) span = last->span_at(utc_seconds);
  return span;
}

int32_t zone_offset(const std::string& zone, int64_t utc_seconds) {
  return zone_span(zone, utc_seconds).offset;
}

}  // namespace penstock
