#include "libcore/base/base64.h"

#include <array>
#include <cstdint>

namespace penstock {
namespace {

constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The value of each digit; -1 for other bytes.
constexpr std::array<int8_t, 256> kBase64Values = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kBase64Digits.size(); ++i)
    values[static_cast<unsigned char>(kBase64Digits[i])] = static_cast<int8_t>(i);
  return values;
}();

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes, size_t line) {
  size_t on_line = 0;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0);
    if (line != 0 && on_line == line) {
      out.push_back('\n');
      on_line = 0;
    }
    for (size_t i = 0; i < 4; ++i)
      out.push_back(i <= three.size() ? kBase64Digits[bits >> (18 - 6 * i) & 63] : '=');
    on_line += 4;
  }
}

bool append_from_base64(std::string& out, std::string_view text) {
  uint32_t bits = 0;
  int digits = 0;
  int ends = 0;
  for (char c : text) {
    if (is_blank(c)) continue;
    if (c == '=') {
      if (++ends > 2 || digits + ends > 4 || digits < 2) return false;
      continue;
    }
    const int value = kBase64Values[static_cast<unsigned char>(c)];
    if (value < 0 || ends > 0) return false;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++digits < 4) continue;
    for (int shift : {16, 8, 0})
      out.push_back(static_cast<char>(bits >> shift));
    bits = 0;
    digits = 0;
  }
  if (digits + ends != 0 && digits + ends != 4) return false;
  if (digits >= 2) out.push_back(static_cast<char>(bits >> (6 * digits - 8)));
  if (digits == 3) out.push_back(static_cast<char>(bits >> 2));
  return true;
}

}  // namespace penstock
