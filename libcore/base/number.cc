#include "libcore/base/number.h"

#include <charconv>
#include <limits>

namespace penstock {
namespace {

std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
  text = without_plus(text);
  Number value{};
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

template <typename Float>
std::optional<Float> parse_float(std::string_view text) {
  text = without_plus(text);
  Float value{};
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || text.empty()) return std::nullopt;
  if (error == std::errc()) {
    // from_chars takes "nan(payload)"; we do not.
    if (text.back() == ')') return std::nullopt;
    return value;
  }
  if (error != std::errc::result_out_of_range) return std::nullopt;
  // Out of range is said for underflow and overflow alike; a longer type tells them apart.
  long double wide{};
  auto wide_result = std::from_chars(text.data(), end, wide);
  bool tiny = wide_result.ec == std::errc() ? (wide < 1 && wide > -1)
                                            : text.find("e-") != text.npos ||
                                                  text.find("E-") != text.npos;
  if (!tiny) return std::nullopt;
  return text[0] == '-' ? -Float{0} : Float{0};
}

}  // namespace

std::optional<int64_t> parse_int64(std::string_view text) { return parse_whole<int64_t>(text); }
std::optional<uint64_t> parse_uint64(std::string_view text) { return parse_whole<uint64_t>(text); }
std::optional<double> parse_float64(std::string_view text) { return parse_float<double>(text); }
std::optional<float> parse_float32(std::string_view text) { return parse_float<float>(text); }

std::optional<int64_t> parse_size(std::string_view text) {
  if (text.ends_with("iB")) {
    text.remove_suffix(2);
  } else if (text.ends_with("B")) {
    text.remove_suffix(1);
  }
  int shift = 0;
  if (!text.empty()) {
    switch (text.back()) {
      case 'K': case 'k': shift = 10; break;
      case 'M': case 'm': shift = 20; break;
      case 'G': case 'g': shift = 30; break;
      case 'T': case 't': shift = 40; break;
      default: break;
    }
  }
  if (shift != 0) text.remove_suffix(1);
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  auto value = parse_int64(text);
  if (!value || *value > (std::numeric_limits<int64_t>::max() >> shift)) return std::nullopt;
  return *value << shift;
}

}  // namespace penstock
