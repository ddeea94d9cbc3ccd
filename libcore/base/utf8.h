// UTF-8: whether bytes are it, where characters begin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Whether all of `bytes` is valid UTF-8 (no overlong forms, no surrogates). Vectorized (simdjson).
bool is_utf8(std::string_view bytes);

// Whether `c` is one of the bytes of a character that is not its first.
constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Characters (code points) in valid UTF-8.
size_t utf8_length(std::string_view text);

// The byte offset of character `n` (from 0) in valid UTF-8; the size of text when it has fewer.
size_t utf8_offset(std::string_view text, size_t n);

// Appends a code point (at most 0x10FFFF, no surrogate) to `out`.
void append_utf8(std::string& out, uint32_t code_point);

// Decodes the character at `offset` of valid UTF-8 and moves `offset` past it.
uint32_t next_code_point(std::string_view text, size_t& offset);

// `bytes` for an error message: invalid and control bytes as \xNN, cut after 64 characters with
// an ellipsis.
std::string printable(std::string_view bytes);

}  // namespace penstock
