#include "libcore/base/number.h"

#include <charconv>
#include <cstring>
#include <limits>

#include "libcore/base/ascii.h"

namespace penstock {
namespace {

// For forms that the short form cannot hold, such as numbers with many leading zeros.
template <typename Number>
std::optional<Number> parse_long_whole(const char* at, const char* end) {
  Number value{};
  auto [stop, error] = std::from_chars(at, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kMaxExactPower = 22;

// Parses plain and scientific notation of at most 18 digits whose value is an integer of 53 bits
// times or over an exact power of ten: one correctly rounded operation gives the nearest double
// (Clinger, "How to read floating point numbers accurately", 1990). Returns false for all other
// text, numbers included.
bool parse_exact(const char* at, const char* end, double& result) {
  bool negative = at != end && *at == '-';
  if (negative) ++at;
  uint64_t digits = 0;
  const char* begin = at;
  for (; at != end && is_digit(*at); ++at)
    digits = digits * 10 + static_cast<uint64_t>(*at - '0');
  auto count = at - begin;
  int64_t exponent = 0;
  if (at != end && *at == '.') {
    begin = ++at;
    for (; at != end && is_digit(*at); ++at) {
      digits = digits * 10 + static_cast<uint64_t>(*at - '0');
    }
    exponent = begin - at;
    count -= exponent;
  }
  if (count == 0 || count > 18 || digits > (uint64_t{1} << 53)) return false;
  if (at != end) {
    if ((*at | 0x20) != 'e') return false;
    ++at;
    bool down = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+')) ++at;
    if (at == end || end - at > 3) return false;
    int64_t written = 0;
    for (; at != end; ++at) {
      if (!is_digit(*at)) return false;
      written = written * 10 + (*at - '0');
    }
    exponent += down ? -written : written;
  }
  if (exponent < -kMaxExactPower || exponent > kMaxExactPower) return false;
  auto value = static_cast<double>(digits);
  value = exponent < 0 ? value / kPowersOfTen[-exponent] : value * kPowersOfTen[exponent];
  result = negative ? -value : value;
  return true;
}

// For a number's text whose value no float can hold: returns whether it is too small, rather than
// too large. The place of the first digit that is not 0 decides, with the exponent.
bool is_below_one(std::string_view text) {
  int64_t place = 0;
  bool found = false;
  bool fraction = false;
  size_t at = text[0] == '-' ? 1 : 0;
  for (; at < text.size() && (text[at] | 0x20) != 'e'; ++at) {
    if (text[at] == '.') {
      fraction = true;
      continue;
    }
    if (fraction && !found) --place;
    found = found || text[at] != '0';
    if (found && !fraction) ++place;
  }
  if (at == text.size()) return place <= 0;
  std::string_view written = text.substr(at + 1);
  bool down = written.starts_with('-');
  if (down || written.starts_with('+')) written.remove_prefix(1);
  constexpr int64_t kFar = int64_t{1} << 60;
  int64_t exponent = parse_int64(written).value_or(kFar);
  return place + (down ? -exponent : exponent) <= 0;
}

template <typename Float>
std::optional<Float> parse_any_float(std::string_view text) {
  Float value{};
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || text.empty()) return std::nullopt;
  // from_chars takes "nan(payload)"; we do not.
  if (error == std::errc()) return text.back() == ')' ? std::nullopt : std::optional<Float>(value);
  if (error != std::errc::result_out_of_range || !is_below_one(text)) return std::nullopt;
  return text[0] == '-' ? -Float{0} : Float{0};
}

std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

}  // namespace

std::optional<int64_t> parse_int64(std::string_view text) {
  text = without_plus(text);
  const char* at = text.data();
  const char* end = at + text.size();
  bool negative = at != end && *at == '-';
  const char* digits = at + (negative ? 1 : 0);
  if (end - digits > 18) [[unlikely]]
    return parse_long_whole<int64_t>(at, end);
  std::optional<uint64_t> size = parse_digits(digits, end);
  if (!size) return std::nullopt;
  auto value = static_cast<int64_t>(*size);
  return negative ? -value : value;
}

std::optional<uint64_t> parse_uint64(std::string_view text) {
  text = without_plus(text);
  const char* at = text.data();
  const char* end = at + text.size();
  if (end - at > 19) [[unlikely]]
    return parse_long_whole<uint64_t>(at, end);
  return parse_digits(at, end);
}

std::optional<double> parse_float64(std::string_view text) {
  text = without_plus(text);
  double value = 0;
  if (parse_exact(text.data(), text.data() + text.size(), value)) return value;
  return parse_any_float<double>(text);
}

std::optional<float> parse_float32(std::string_view text) {
  return parse_any_float<float>(without_plus(text));
}

std::optional<int64_t> parse_size(std::string_view text) {
  bool binary = text.ends_with("iB");
  if (binary) {
    text.remove_suffix(2);
  } else if (text.ends_with("B")) {
    text.remove_suffix(1);
  }
  int shift = 0;
  if (!text.empty()) {
    switch (text.back()) {
      case 'K':
      case 'k':
        shift = 10;
        break;
      case 'M':
      case 'm':
        shift = 20;
        break;
      case 'G':
      case 'g':
        shift = 30;
        break;
      case 'T':
      case 't':
        shift = 40;
        break;
      default:
        break;
    }
  }
  if (shift != 0) text.remove_suffix(1);
  if (binary && shift == 0) return std::nullopt;
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  auto value = parse_int64(text);
  if (!value || *value > (std::numeric_limits<int64_t>::max() >> shift)) return std::nullopt;
  return *value << shift;
}

}  // namespace penstock
