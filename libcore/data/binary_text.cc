#include "libcore/data/binary_text.h"

#include <cstring>

namespace penstock {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::optional<int64_t> read_binary_text(std::string_view text, uint8_t* out) {
  if (!text.starts_with("\\x")) {
    if (!text.empty()) std::memmove(out, text.data(), text.size());
    return static_cast<int64_t>(text.size());
  }
  if (text.size() % 2 != 0) return std::nullopt;
  for (size_t i = 2; i < text.size(); i += 2) {
    int high = hex_value(text[i]);
    int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i / 2 - 1] = static_cast<uint8_t>(high * 16 + low);
  }
  return static_cast<int64_t>(text.size()) / 2 - 1;
}

}  // namespace penstock
