#include "libcore/data/zones/text_bounds.h"

#include "libcore/base/utf8.h"

namespace penstock {
namespace {

constexpr uint32_t kLastCharacter = 0x10FFFF;
constexpr uint32_t kFirstSurrogate = 0xD800;
constexpr uint32_t kAfterSurrogates = 0xE000;

// Where the last character of a text that is not empty begins.
size_t last_character(std::string_view text) {
  size_t at = text.size() - 1;
  while (at > 0 && is_continuation(text[at]))
    --at;
  return at;
}

// REQUIRES one whole character.
uint32_t code_point(std::string_view character) {
  const auto lead = static_cast<uint8_t>(character[0]);
  uint32_t code = character.size() == 1   ? lead
                  : character.size() == 2 ? lead & 0x1FU
                  : character.size() == 3 ? lead & 0x0FU
                                          : lead & 0x07U;
  for (char c : character.substr(1))
    code = (code << 6U) | (static_cast<uint8_t>(c) & 0x3FU);
  return code;
}

// The bytes of UTF-8 are ordered as the characters are.
std::optional<std::string> next_text(std::string_view text) {
  while (!text.empty()) {
    const size_t at = last_character(text);
    const uint32_t code = code_point(text.substr(at));
    text = text.substr(0, at);
    if (code == kLastCharacter) continue;
    std::string result(text);
    append_utf8(result, code + 1 == kFirstSurrogate ? kAfterSurrogates : code + 1);
    return result;
  }
  return std::nullopt;
}

std::optional<std::string> next_bytes(std::string_view bytes) {
  while (!bytes.empty() && static_cast<uint8_t>(bytes.back()) == 0xFF)
    bytes.remove_suffix(1);
  if (bytes.empty()) return std::nullopt;
  std::string result(bytes);
  result.back() = static_cast<char>(static_cast<uint8_t>(result.back()) + 1);
  return result;
}

}  // namespace

std::string_view cut_min(std::string_view text, bool is_utf8) {
  size_t end = 0;
  for (int64_t k = 0; k < kZoneTextLength && end < text.size(); ++k) {
    ++end;
    while (is_utf8 && end < text.size() && is_continuation(text[end]))
      ++end;
  }
  return text.substr(0, end);
}

std::optional<std::string> cut_max(std::string_view text, bool is_utf8) {
  const std::string_view beginning = cut_min(text, is_utf8);
  if (beginning.size() == text.size()) return std::string(text);
  return is_utf8 ? next_text(beginning) : next_bytes(beginning);
}

}  // namespace penstock
