// JSON between its tokens: what a token's bytes say, and how to step over values.
//
// Readers walk a JsonIndex by pointers to its positions. Every step is checked against the byte it
// stands on, and past the last token stands a space, so no test for the end is needed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/base/limits.h"

namespace penstock {

inline bool is_json_space(uint8_t c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// The bytes of the token at `token`, which is no bracket, up to its last that is no space: a string
// with its quotes, a number, a word. What follows it without a bracket or comma is taken with it.
inline std::string_view json_token(const uint8_t* data, const uint32_t* token) {
  uint32_t end = token[1];
  while (end > token[0] && is_json_space(data[end - 1]))
    --end;
  return {reinterpret_cast<const char*>(data) + token[0], end - token[0]};
}

// A string's contents as they stand, for a token that begins with a quote; false when it is no
// whole string.
inline bool json_string_contents(std::string_view token, std::string_view& contents) {
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return false;
  contents = token.substr(1, token.size() - 2);
  return true;
}

// Appends the contents of a string with its escapes resolved. Returns what is wrong, nullptr when
// nothing is: unknown escapes, half a surrogate pair, and NUL, which no text of ours holds.
const char* append_unescaped(std::string& out, std::string_view contents);

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_json_number(std::string_view token);
// No fraction and no exponent. REQUIRES is_json_number(token).
bool is_json_integer(std::string_view token);
// A whole number, true, false or null.
bool is_json_scalar(std::string_view token);

// What is wrong with the escapes of the strings in a value that skip_json() stepped over, from
// `token` to `next`; nullptr when nothing is. NUL is right there, where it stays an escape.
const char* find_wrong_escape(const uint8_t* data, const uint32_t* token, const uint32_t* next);

// The strings that float columns are written with and read from: nan, inf, -inf.
inline bool is_float_word(std::string_view contents) {
  return contents == "nan" || contents == "inf" || contents == "-inf";
}

// Steps over the value at `token`: the token after it, or nullptr when it is no value, brackets and
// commas being checked at every depth, or nested deeper than `limit`: by default what a record,
// which is one level itself, leaves its values.
const uint32_t* skip_json(const uint8_t* data, const uint32_t* token, int limit = kMaxNesting - 1);

// The bytes of the value that skip_json() stepped over from `token` to `next`.
std::string_view json_value(const uint8_t* data, const uint32_t* token, const uint32_t* next);

}  // namespace penstock
