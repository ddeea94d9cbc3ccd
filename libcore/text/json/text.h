// Reads JSON between its tokens: the bytes of a token, and how to step over values.
//
// Readers walk a JsonIndex by pointers to its positions. Every step is checked against the byte at
// its position. A space follows the last token, so that no test for the end is needed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/base/limits.h"

namespace penstock {

inline bool is_json_space(uint8_t c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// Returns the bytes of the token at `token`, which is not a bracket, up to the last one that is not
// a space: a string with its quotes, a number, a word. Text that follows without a bracket or comma
// belongs to it.
inline std::string_view json_token(const uint8_t* data, const uint32_t* token) {
  uint32_t end = token[1];
  while (end > token[0] && is_json_space(data[end - 1]))
    --end;
  return {reinterpret_cast<const char*>(data) + token[0], end - token[0]};
}

// Sets `contents` to the contents of a string, with escapes unresolved, for a token that begins
// with a quote. Returns false when the token is not a whole string.
inline bool json_string_contents(std::string_view token, std::string_view& contents) {
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return false;
  contents = token.substr(1, token.size() - 2);
  return true;
}

// Appends the contents of a string with its escapes resolved. Returns what is wrong, or nullptr: an
// unknown escape, half a surrogate pair, and NUL, which our text never contains.
const char* append_unescaped(std::string& out, std::string_view contents);

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_json_number(std::string_view token);
// No fraction and no exponent. REQUIRES is_json_number(token).
bool is_json_integer(std::string_view token);
// Returns whether the token is a number, true, false or null.
bool is_json_scalar(std::string_view token);

// Returns what is wrong with the escapes of the strings in a value that skip_json() stepped over,
// from `token` to `next`; nullptr when nothing is. NUL is allowed, because it remains an escape.
const char* find_wrong_escape(const uint8_t* data, const uint32_t* token, const uint32_t* next);

// Returns whether these are the strings for floats that JSON lacks: nan, inf, -inf.
inline bool is_float_word(std::string_view contents) {
  return contents == "nan" || contents == "inf" || contents == "-inf";
}

// Steps over the value at `token`, and checks brackets and commas at every depth. Returns the token
// after it, or nullptr when there is no value, or when it is nested deeper than `limit`. The
// default is what remains inside a record, which is one level itself.
const uint32_t* skip_json(const uint8_t* data, const uint32_t* token, int limit = kMaxNesting - 1);

// Returns the bytes of the value that skip_json() stepped over from `token` to `next`.
std::string_view json_value(const uint8_t* data, const uint32_t* token, const uint32_t* next);

}  // namespace penstock
