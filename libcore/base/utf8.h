// Tests UTF-8, finds where characters begin, and makes text safe to print.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace penstock {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Returns whether all of `bytes` is valid UTF-8 (no overlong forms, no surrogates). Vectorized
// (simdjson).
bool is_utf8(std::string_view bytes);

// Returns whether `c` is a byte of a longer character, but not the first.
constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Returns whether each of `bytes` is a character by itself. Vectorized.
bool is_ascii(std::string_view bytes);

// Characters (code points) in valid UTF-8.
size_t utf8_length(std::string_view text);

// The byte offset of character `n` (from 0) in valid UTF-8; the size of text when it has fewer.
size_t utf8_offset(std::string_view text, size_t n);

// Appends a code point to `out`. REQUIRES at most 0x10FFFF, and not a surrogate.
void append_utf8(std::string& out, uint32_t code_point);

// Decodes the character at `offset` of valid UTF-8 and moves `offset` past it.
uint32_t next_code_point(std::string_view text, size_t& offset);

// Returns text that is safe to print on a terminal. Control characters (\n, \r, \t, \x1b, \u0085),
// bytes that are not UTF-8 (\xff), and characters that change the direction of the text around them
// or break its lines (\u202e) become escapes. Everything else stays.
std::string visible_text(std::string_view bytes);

// The same for a text of several lines: line ends stay.
std::string visible_lines(std::string_view bytes);

// visible_text() of a value for an error message: cut after 64 characters with an ellipsis.
std::string printable(std::string_view bytes);

}  // namespace penstock
