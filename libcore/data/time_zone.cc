#include "libcore/data/time_zone.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <mutex>

#include "libcore/base/error.h"
#include "libcore/base/utf8.h"
#include "libcore/data/datetime.h"

namespace penstock {
namespace {

constexpr const char* kZoneDirectory = "/usr/share/zoneinfo/";
constexpr size_t kMaxZoneBytes = size_t{1} << 20;  // the largest today has 4 KiB
constexpr size_t kMaxZoneName = 255;

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

// Big-endian integers of a TZif file, never read past its end.
class ZoneReader {
 public:
  ZoneReader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  std::string_view take(size_t size) {
    if (size > bytes_.size() - at_) fail();
    std::string_view taken = bytes_.substr(at_, size);
    at_ += size;
    return taken;
  }

  int64_t integer(size_t width) {
    uint64_t value = 0;
    for (char c : take(width))
      value = (value << 8) | static_cast<uint8_t>(c);
    auto shift = static_cast<unsigned>(64 - 8 * width);
    return static_cast<int64_t>(value << shift) >> shift;
  }

  uint8_t byte() { return static_cast<uint8_t>(take(1)[0]); }

  std::string_view rest() const { return bytes_.substr(at_); }

  [[noreturn]] void fail() const {
    throw Error("time zone '" + name_ + "': its file is no TZif file or is damaged");
  }

 private:
  std::string_view bytes_;
  const std::string& name_;
  size_t at_ = 0;
};

struct Header {
  char version;
  size_t utc_indicators, standard_indicators, leaps, transitions, types, name_bytes;
};

Header read_header(ZoneReader& reader) {
  if (reader.take(4) != "TZif") reader.fail();
  Header header{};
  header.version = reader.take(1)[0];
  reader.take(15);
  for (size_t* count : {&header.utc_indicators, &header.standard_indicators, &header.leaps,
                        &header.transitions, &header.types, &header.name_bytes}) {
    *count = static_cast<uint32_t>(reader.integer(4));
    if (*count > kMaxZoneBytes) reader.fail();
  }
  return header;
}

std::string read_zone_file(const std::string& name) {
  std::ifstream file(kZoneDirectory + name, std::ios::binary);
  if (!file) fail_unknown(name);
  std::string bytes(kMaxZoneBytes, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (!bytes.starts_with("TZif")) fail_unknown(name);
  return bytes;
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

TimeZone TimeZone::parse(std::string_view bytes, const std::string& name) {
  ZoneReader reader(bytes, name);
  Header header = read_header(reader);
  size_t width = 4;
  if (header.version >= '2') {
    // The first block repeats in 32 bits what the second has in 64.
    reader.take(header.transitions * 5 + header.types * 6 + header.name_bytes + header.leaps * 8 +
                header.standard_indicators + header.utc_indicators);
    header = read_header(reader);
    width = 8;
  }
  TimeZone zone;
  for (size_t i = 0; i < header.transitions; ++i) {
    zone.transitions_.push_back(reader.integer(width));
    if (i > 0 && zone.transitions_[i] <= zone.transitions_[i - 1]) reader.fail();
  }
  std::vector<uint8_t> kinds;
  for (size_t i = 0; i < header.transitions; ++i)
    kinds.push_back(reader.byte());
  std::vector<int32_t> type_offsets;
  for (size_t i = 0; i < header.types; ++i) {
    auto offset = static_cast<int32_t>(reader.integer(4));
    if (offset <= -kSecondsPerDay * 2 || offset >= kSecondsPerDay * 2) reader.fail();
    type_offsets.push_back(offset);
    reader.take(2);
  }
  if (type_offsets.empty()) reader.fail();
  zone.first_offset_ = type_offsets[0];
  for (uint8_t kind : kinds) {
    if (kind >= type_offsets.size()) reader.fail();
    zone.offsets_.push_back(type_offsets[kind]);
  }
  reader.take(header.name_bytes + header.leaps * (width + 4) + header.standard_indicators +
              header.utc_indicators);
  std::string_view footer = reader.rest();
  if (width == 8 && footer.size() > 2) {
    size_t end = footer.find('\n', 1);
    if (footer[0] != '\n' || end == std::string_view::npos) reader.fail();
    zone.rule_ = parse_zone_rule(footer.substr(1, end - 1));
    if (!zone.rule_) reader.fail();
  }
  return zone;
}

ZoneSpan TimeZone::span_at(int64_t utc_seconds) const {
  auto after = std::upper_bound(transitions_.begin(), transitions_.end(), utc_seconds);
  int64_t begin = after == transitions_.begin() ? INT64_MIN : after[-1];
  if (after == transitions_.end() && rule_) {
    // Past what any calendar needs the rule's own arithmetic would overflow.
    constexpr int64_t kFar = int64_t{1} << 55;
    int64_t at = std::clamp(utc_seconds, -kFar, kFar);
    ZoneSpan span = rule_span(*rule_, at);
    span.begin = std::max(std::min(span.begin, utc_seconds), begin);
    if (at != utc_seconds) span.end = INT64_MAX;
    return span;
  }
  int64_t end = after == transitions_.end() ? INT64_MAX : *after;
  if (after == transitions_.begin()) return {begin, end, first_offset_};
  return {begin, end, offsets_[static_cast<size_t>(after - transitions_.begin()) - 1]};
}

const TimeZone& TimeZone::find(const std::string& name) {
  static std::mutex mutex;
  static auto* zones = new std::map<std::string, std::unique_ptr<const TimeZone>>();
  std::lock_guard<std::mutex> lock(mutex);
  auto found = zones->find(name);
  if (found != zones->end()) return *found->second;
  if (!is_zone_name(name)) fail_unknown(name);
  auto zone = std::make_unique<const TimeZone>(parse(read_zone_file(name), name));
  return *zones->emplace(name, std::move(zone)).first->second;
}

ZoneSpan zone_span(const std::string& zone, int64_t utc_seconds) {
  if (zone == "UTC" || zone == "Z") return {INT64_MIN, INT64_MAX, 0};
  if (std::optional<int32_t> offset = parse_offset(zone)) return {INT64_MIN, INT64_MAX, *offset};
  // Rows of one column ask for one zone, and mostly for one span: the last is at hand without a
  // lock or a search.
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
