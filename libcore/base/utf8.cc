#include "libcore/base/utf8.h"

#include <simdjson.h>

#include <algorithm>

namespace penstock {
namespace {

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  return simdjson::validate_utf8(bytes);
}

bool is_ascii(std::string_view bytes) {
  // In blocks, so that a long text is left at its first other character.
  constexpr size_t kBlock = 4096;
  for (size_t begin = 0; begin < bytes.size(); begin += kBlock) {
    unsigned char any = 0;
    for (char c : bytes.substr(begin, kBlock))
      any = static_cast<unsigned char>(any | static_cast<unsigned char>(c));
    if (any >= 0x80) return false;
  }
  return true;
}

size_t utf8_length(std::string_view text) {
  size_t count = 0;
  for (char c : text)
    count += begins_character(c) ? 1U : 0U;
  return count;
}

size_t utf8_offset(std::string_view text, size_t n) {
  size_t offset = 0;
  while (offset < text.size() && n > 0) {
    offset += sequence_length(static_cast<unsigned char>(text[offset]));
    --n;
  }
  return offset < text.size() ? offset : text.size();
}

void append_utf8(std::string& out, uint32_t code_point) {
  auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

uint32_t next_code_point(std::string_view text, size_t& offset) {
  auto lead = static_cast<unsigned char>(text[offset]);
  size_t length = sequence_length(lead);
  uint32_t value = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length && offset + i < text.size(); ++i) {
    value = (value << 6) | (static_cast<unsigned char>(text[offset + i]) & 0x3F);
  }
  offset += length;
  return value;
}

namespace {

// Invisible characters that change the direction of the text around them, or end a line.
bool is_hidden(uint32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void append_byte(std::string& out, unsigned char byte) {
  static const char* const kHex = "0123456789abcdef";
  if (byte == '\n') {
    out += "\\n";
  } else if (byte == '\t') {
    out += "\\t";
  } else if (byte == '\r') {
    out += "\\r";
  } else {
    out += "\\x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
}

// Appends the character or byte at `at` in a form that is safe for a terminal, and moves `at` past
// it.
void append_visible(std::string& out, std::string_view bytes, size_t& at) {
  auto first = static_cast<unsigned char>(bytes[at]);
  if (first >= 0x20 && first < 0x7F) {
    out += bytes[at++];
    return;
  }
  size_t length = first < 0xC2 ? 1 : sequence_length(first);
  bool whole = length > 1 && at + length <= bytes.size() && is_utf8(bytes.substr(at, length));
  if (!whole) {
    append_byte(out, first);
    ++at;
    return;
  }
  size_t begin = at;
  uint32_t code_point = next_code_point(bytes, at);
  if (code_point >= 0xA0 && !is_hidden(code_point)) {
    out += bytes.substr(begin, length);
    return;
  }
  static const char* const kHex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kHex[(code_point >> shift) & 15];
}

}  // namespace

std::string visible_text(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (size_t at = 0; at < bytes.size();)
    append_visible(out, bytes, at);
  return out;
}

std::string visible_lines(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    size_t end = std::min(bytes.find('\n'), bytes.size());
    out += visible_text(bytes.substr(0, end));
    if (end < bytes.size()) out += '\n';
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return out;
}

std::string printable(std::string_view bytes) {
  constexpr size_t kLongest = 64;
  std::string out;
  for (size_t at = 0; at < bytes.size();) {
    if (out.size() >= kLongest) return out + "…";
    append_visible(out, bytes, at);
  }
  return out;
}

}  // namespace penstock
