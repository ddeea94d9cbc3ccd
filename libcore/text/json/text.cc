#include "libcore/text/json/text.h"

#include <algorithm>

#include "libcore/base/ascii.h"
#include "libcore/base/utf8.h"

namespace penstock {
namespace {

size_t skip_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_digit(text[at]))
    ++at;
  return at;
}

bool parse_hex4(std::string_view text, size_t at, uint32_t& value) {
  if (at + 4 > text.size()) return false;
  value = 0;
  for (size_t i = at; i < at + 4; ++i) {
    char c = text[i];
    uint32_t digit;
    if (is_digit(c)) {
      digit = static_cast<uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<uint32_t>(c - 'A' + 10);
    } else {
      return false;
    }
    value = value * 16 + digit;
  }
  return true;
}

constexpr const char* kNul = "holds a NUL character";

// What follows "\u"; moves `at` past it.
const char* append_code_point(std::string& out, std::string_view text, size_t& at) {
  uint32_t c = 0;
  if (!parse_hex4(text, at, c)) return "holds an escape that JSON does not have";
  at += 4;
  if (c == 0) return kNul;
  if (c >= 0xD800 && c < 0xDC00) {
    uint32_t low = 0;
    bool paired = text.substr(at, 2) == "\\u" && parse_hex4(text, at + 2, low) && low >= 0xDC00 &&
                  low < 0xE000;
    if (!paired) return "holds half a surrogate pair";
    at += 6;
    c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
  } else if (c >= 0xDC00 && c < 0xE000) {
    return "holds half a surrogate pair";
  }
  append_utf8(out, c);
  return nullptr;
}

char simple_escape(char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '/':
      return '/';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

// The escape that `text` begins with; sets how many bytes it has, also of a NUL.
const char* append_escape(std::string& out, std::string_view text, size_t& taken) {
  // A string's last byte is never a lone backslash: it would have escaped the closing quote.
  char kind = text.size() > 1 ? text[1] : '\0';
  taken = 2;
  if (kind == 'u') return append_code_point(out, text, taken);
  char plain = simple_escape(kind);
  if (plain == '\0') return "holds an escape that JSON does not have";
  out += plain;
  return nullptr;
}

// Whether the token is a whole string, number or word.
bool is_scalar_token(const uint8_t* data, const uint32_t* token) {
  std::string_view text = json_token(data, token);
  std::string_view contents;
  if (text.empty()) return false;
  if (text[0] == '"') return json_string_contents(text, contents);
  return is_json_scalar(text);
}

// Steps over `"key" :`.
const uint32_t* skip_key(const uint8_t* data, const uint32_t* token) {
  std::string_view contents;
  if (!json_string_contents(json_token(data, token), contents)) return nullptr;
  return data[token[1]] == ':' ? token + 2 : nullptr;
}

const uint32_t* skip_nested(const uint8_t* data, const uint32_t* token, int limit) {
  static_assert(kMaxNesting <= 64);
  uint64_t objects = 0;  // bit d: the bracket at depth d + 1 is a brace
  int depth = 0;
  for (;;) {
    // `token` is at a value.
    uint8_t c = data[*token];
    if (c == '{' || c == '[') {
      if (depth == limit) return nullptr;
      bool object = c == '{';
      objects = object ? objects | (uint64_t{1} << depth) : objects & ~(uint64_t{1} << depth);
      ++depth;
      ++token;
      bool empty = data[*token] == (object ? '}' : ']');
      if (!empty) {
        if (object) token = skip_key(data, token);
        if (token == nullptr) return nullptr;
        continue;
      }
    } else {
      if (!is_scalar_token(data, token)) return nullptr;
      ++token;
    }
    // After a value, or at the bracket that closes an empty one.
    for (;;) {
      if (depth == 0) return token;
      bool object = ((objects >> (depth - 1)) & 1) != 0;
      c = data[*token];
      if (c == (object ? '}' : ']')) {
        --depth;
        ++token;
        continue;
      }
      if (c != ',') return nullptr;
      ++token;
      if (object) token = skip_key(data, token);
      if (token == nullptr) return nullptr;
      break;
    }
  }
}

}  // namespace

const char* append_unescaped(std::string& out, std::string_view contents) {
  for (;;) {
    size_t slash = std::min(contents.find('\\'), contents.size());
    out += contents.substr(0, slash);
    contents.remove_prefix(slash);
    if (contents.empty()) return nullptr;
    size_t taken = 0;
    if (const char* wrong = append_escape(out, contents, taken)) return wrong;
    contents.remove_prefix(taken);
  }
}

bool is_json_number(std::string_view token) {
  size_t at = token.starts_with('-') ? 1 : 0;
  size_t end = skip_digits(token, at);
  if (end == at || (token[at] == '0' && end > at + 1)) return false;
  if (end < token.size() && token[end] == '.') {
    at = end + 1;
    end = skip_digits(token, at);
    if (end == at) return false;
  }
  if (end < token.size() && (token[end] == 'e' || token[end] == 'E')) {
    at = end + 1;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    end = skip_digits(token, at);
    if (end == at) return false;
  }
  return end == token.size();
}

bool is_json_integer(std::string_view token) {
  return token.find_first_of(".eE") == token.npos;
}

bool is_json_scalar(std::string_view token) {
  return token == "true" || token == "false" || token == "null" || is_json_number(token);
}

const uint32_t* skip_json(const uint8_t* data, const uint32_t* token, int limit) {
  uint8_t c = data[*token];
  if (c == '{' || c == '[') return skip_nested(data, token, limit);
  return is_scalar_token(data, token) ? token + 1 : nullptr;
}

std::string_view json_value(const uint8_t* data, const uint32_t* token, const uint32_t* next) {
  uint8_t c = data[*token];
  if (c != '{' && c != '[') return json_token(data, token);
  return {reinterpret_cast<const char*>(data) + *token, next[-1] + 1 - *token};
}

const char* find_wrong_escape(const uint8_t* data, const uint32_t* token, const uint32_t* next) {
  std::string scratch;
  for (; token < next; ++token) {
    if (data[*token] != '"') continue;
    std::string_view contents;
    json_string_contents(json_token(data, token), contents);
    while ((contents = contents.substr(std::min(contents.find('\\'), contents.size()))) != "") {
      scratch.clear();
      size_t taken = 0;
      const char* wrong = append_escape(scratch, contents, taken);
      if (wrong != nullptr && wrong != kNul) return wrong;
      contents.remove_prefix(taken);
    }
  }
  return nullptr;
}

}  // namespace penstock
